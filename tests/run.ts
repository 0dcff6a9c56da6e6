/**
 * `npm test`: types, lint, dead code, then every test. The last line is `N passed, N failed`,
 * where each of the four checks counts as one.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const binaries = join(root, 'node_modules', '.bin');
const scratch = mkdtempSync(join(tmpdir(), 'stillroom-test-'));
const report = join(scratch, 'vitest.json');

/** Resolves when it has ended, with what it wrote unless that has been shown already. */
function run(name: string, args: string[], shown: boolean): Promise<{ ok: boolean; output: string }> {
  const child = spawn(join(binaries, name), args, {
    cwd: root,
    stdio: shown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${binaries}:${process.env.PATH}` },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<{ ok: boolean; output: string }>();
  child.once('error', reject);
  child.once('close', (status) => resolve({ ok: status === 0, output }));
  return promise;
}

const checks: [label: string, binary: string, args: string[]][] = [
  ['types of server, policies, models, tests', 'tsc', []],
  ['types of web', 'tsc', ['-p', 'web']],
  ['lint, format and layers', 'biome', ['ci', '--error-on-warnings']],
  ['dead code and dependencies', 'knip', ['--no-progress']],
];
let passed = 0;
let failed = 0;
const skipped: string[] = [];
// All at once: each uses one core for most of its time.
const running = checks.map(([label, binary, args]) => ({ label, ended: run(binary, args, false) }));
for (const { label, ended } of running) {
  const { ok, output } = await ended;
  process.stdout.write(output);
  console.log(`${ok ? '✓' : '✗'} ${label}`);
  ok ? passed++ : failed++;
}

const filters = process.argv.slice(2);
const { ok: testsOk } = await run(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
  true,
);
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  // Near the last line, where whoever sees only the end of a long log looks.
  for (const file of result.testResults) {
    for (const { status, fullName } of file.assertionResults) {
      if (status !== 'passed' && status !== 'failed')
        skipped.push(`${relative(process.cwd(), file.name)}: ${fullName}`);
      if (status === 'failed') console.log(`✗ ${relative(process.cwd(), file.name)}: ${fullName}`);
    }
  }
  // What could not be tested here must not look tested.
  if (skipped.length > 0 && filters.length === 0)
    console.log(
      `Not run on this machine: ${skipped.length}\n${skipped.map((name) => `- ${name}\n`).join('')}`,
    );
  // A suite that broke before its tests ran has no failed test of its own.
  if (!testsOk && result.numFailedTests === 0) failed += 1;
} catch {
  failed += 1;
}
rmSync(scratch, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
