/** Runs a script the way the gateway runs: launcher, seal, guard. What the script prints as JSON comes back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder.ts';

const launcher = join(import.meta.dirname, '../../server/egress/launcher.ts');
const flags = join(import.meta.dirname, '../../server/egress/flags.mjs');
const root = join(import.meta.dirname, '../..');

export interface Outcome {
  code: number | null;
  /** Objects that the script printed, one a line. */
  printed: unknown[];
  errors: string;
}

interface Options {
  seal?: 'require' | 'off' | 'auto';
  /** Extra flags of the launcher's Node. */
  nodeFlags?: string[];
  env?: Record<string, string>;
}

/** `script` is an ES module that may use `print(value)` and the helpers of the product by `#server/…`. */
export async function runGuarded(script: string, options: Options = {}): Promise<Outcome> {
  const folder = tempFolder();
  const file = join(folder, 'script.ts');
  writeFileSync(
    file,
    `const print = (value: unknown) => console.log(JSON.stringify(value));\nconst root = ${JSON.stringify(root)};\n${script}`,
  );
  const start = join(folder, 'start.ts');
  const choice = { require: options.seal === 'require', off: options.seal === 'off' };
  writeFileSync(
    start,
    `import { sealAndExec } from ${JSON.stringify(launcher)};\nimport { gatewayNodeFlags } from ${JSON.stringify(flags)};\n` +
      `process.exitCode = sealAndExec([...gatewayNodeFlags(), ${JSON.stringify(file)}], process.env, ${JSON.stringify(choice)});\n`,
  );
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...(options.nodeFlags ?? []), start],
    {
      env: { PATH: process.env.PATH, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const printed = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
  return { code, printed, errors };
}
