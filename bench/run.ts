/** npm run bench: settings → servers → scenarios, round by round → table, chart and numbers. `--help` says what there is. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { readGguf } from '#models/gguf/read.ts';
import { cpuEnvironment } from '#server/engine/process.ts';
import { special } from '../tests/support/r1-vocabulary.ts';
import type { RawOptions, RawResult } from './raw.ts';
import { chart, Results, table } from './results.ts';
import { cancel } from './scenarios/cancel.ts';
import { cpu } from './scenarios/cpu.ts';
import { eta } from './scenarios/eta.ts';
import { fair } from './scenarios/fair.ts';
import { newcomer } from './scenarios/newcomer.ts';
import { freshPrompt, load, type Scenario } from './scenarios/scenario.ts';
import { laterTurns, leaving, neighbour, throughput } from './scenarios/throughput.ts';
import {
  isComparison,
  readSettings,
  type ScenarioName,
  type Settings,
  scenarioNames,
  usage,
} from './settings.ts';
import { startLlamaServer, startStillroom, type Target } from './targets.ts';

const scenarios: Record<Exclude<ScenarioName, 'throughput'>, Scenario> = {
  neighbour,
  leaving,
  turns: laterTurns,
  newcomer,
  fair,
  eta,
  cancel,
  cpu,
};

/** The loops of the library itself that are measured beside the product's engines. */
function chosenLoops({ raw, engines }: Settings): (Pick<RawOptions, 'loop' | 'build'> & { name: string })[] {
  return raw.flatMap((loop) => {
    const prebuilt = { loop, build: 'prebuilt', name: `raw ${loop}` } as const;
    const native = { loop, build: 'native', name: `raw ${loop} (native)` } as const;
    return loop !== 'independent' && engines.includes('native') ? [prebuilt, native] : [prebuilt];
  });
}

async function raw(
  settings: Settings,
  { loop, build }: Pick<RawOptions, 'loop' | 'build'>,
  users: number,
): Promise<RawResult> {
  const question = freshPrompt(settings.promptCharacters)
    .map(({ content }) => content)
    .join('');
  const options: RawOptions = {
    modelPath: settings.modelPath,
    loop,
    build,
    users,
    contextTokens: settings.contextTokens,
    threads: settings.threads ?? settings.cores,
    batchTokens: settings.batchTokens,
    prompt: `${special.bos}${special.user}${question}${special.assistant}${special.thinkOpen}\n`,
    newTokens: settings.newTokens,
  };
  const { UV_THREADPOOL_SIZE: _, GLIBC_TUNABLES: __, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'raw.ts'), JSON.stringify(options)],
    { env: loop === 'independent' ? env : { ...env, ...cpuEnvironment } },
  );
  return JSON.parse(stdout) as RawResult;
}

/** @returns whether every scenario could be measured; one that could not does not take the others along */
async function measure(settings: Settings, results: Results): Promise<boolean> {
  // A process writes up to 6 % faster or slower for all its life than the next one, so a comparison needs several of each.
  // The other questions are about servers that have been at work for a while.
  const perStart = settings.scenarios.some(isComparison) ? 1 : settings.rounds;
  let complete = true;
  for (let first = 0; first < settings.rounds; first += perStart) {
    const targets = await startAll(settings);
    results.round = first;
    try {
      for (const target of targets) results.add('start until ready', 'ms', target.name, target.startMs);
      for (let round = first; round < first + perStart; round++) {
        results.round = round;
        complete = (await measureRound(settings, targets, round, results)) && complete;
        console.log(`round ${round + 1} of ${settings.rounds} done`);
      }
    } finally {
      await stopAll(targets);
    }
  }
  return complete;
}

async function measureRound(settings: Settings, targets: Target[], round: number, results: Results) {
  let complete = true;
  // Turned around every time, so that a drift of the machine meets all alike.
  const order = round % 2 === 0 ? targets : targets.toReversed();
  const everyTarget = async (scenario: Scenario) => {
    for (const target of order) {
      try {
        await scenario(target, settings, (measured, unit, value) =>
          results.add(measured, unit, target.name, value),
        );
      } catch (error) {
        console.error(`${target.name}:`, error);
        complete = false;
      }
    }
  };
  for (const name of settings.scenarios) {
    if (name !== 'throughput') {
      await everyTarget(scenarios[name]);
      continue;
    }
    for (const count of settings.users) {
      await everyTarget(throughput(count));
      for (const loop of chosenLoops(settings)) {
        const result = await raw(settings, loop, count);
        results.add(`all tokens, ${count} users`, 'tokens/s', loop.name, result.tokensPerSecond);
        results.add(`decoding, ${count} users`, 'tokens/s', loop.name, result.decodePerSecond);
        results.add(`first token, ${count} users`, 'ms', loop.name, result.ttftMs);
        if (count > 1)
          results.add(`first token of the last of ${count} users`, 'ms', loop.name, result.lastTtftMs);
      }
    }
  }
  return complete;
}

async function startAll(settings: Settings): Promise<Target[]> {
  const targets: Target[] = [];
  try {
    for (const engine of settings.engines) targets.push(await startStillroom(settings, engine));
    const binary = process.env.LLAMA_SERVER;
    if (binary !== undefined) targets.push(await startLlamaServer(binary, settings));
    for (const target of targets) await warmUp(target, settings);
    return targets;
  } catch (error) {
    await stopAll(targets);
    throw error;
  }
}

/** Nobody's first answer is measured: code is not compiled yet then, and Stillroom does not know how fast prompts are read. */
async function warmUp(target: Target, { promptCharacters }: Settings): Promise<void> {
  await load(target, 1, 1, { promptCharacters: Math.max(promptCharacters, 200), newTokens: 32 });
}

async function stopAll(targets: Target[]): Promise<void> {
  await Promise.all(targets.map((target) => target.stop()));
}

function write(settings: Settings, results: Results): void {
  const folder = join(import.meta.dirname, 'results');
  const parts = [
    new Date().toISOString().slice(0, 10),
    basename(settings.modelPath, '.gguf'),
    settings.threads === null ? 'own-threads' : `${settings.threads}-threads`,
    ...(settings.engine === null ? [] : [settings.engine]),
    ...(settings.slots === Math.max(4, ...settings.users) ? [] : [`${settings.slots}-slots`]),
    ...(settings.scenarios.length === scenarioNames.length ? [] : settings.scenarios),
  ];
  mkdirSync(folder, { recursive: true });
  const name = unused(join(folder, parts.join('-')));
  const known = { ...settings, modelPath: basename(settings.modelPath) };
  writeFileSync(`${name}.md`, table(settings, results));
  writeFileSync(
    `${name}.json`,
    `${JSON.stringify({ settings: known, samples: results.samples }, null, 2)}\n`,
  );
  if (settings.scenarios.includes('throughput')) writeFileSync(`${name}.svg`, chart(settings, results));
}

/** A second run on the same day does not replace the first one. */
function unused(name: string): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!existsSync(`${candidate}.md`)) return candidate;
  }
}

async function main(): Promise<number> {
  let settings: Settings | null;
  try {
    settings = readSettings(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)} --help lists all options.`);
    return 2;
  }
  if (settings === null) {
    process.stdout.write(usage);
    return 0;
  }
  // Nobody gets more context than the model was trained for.
  const { shape } = await readGguf(settings.modelPath);
  settings.contextTokens = Math.min(settings.contextTokens, shape.contextLength);
  const results = new Results();
  if (process.env.LLAMA_SERVER === undefined)
    console.log('LLAMA_SERVER is not set: no comparison with llama-server.');
  const complete = await measure(settings, results);
  write(settings, results);
  console.log(`\n${table(settings, results)}`);
  return complete ? 0 : 1;
}

process.exitCode = await main();
