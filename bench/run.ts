/**
 * npm run bench -- [--shape r1-1.5b | --model file.gguf] [--users 1,2,4] [--rounds 5] [--threads n] [--scenarios …]
 * Compares Stillroom with raw node-llama-cpp loops and, when LLAMA_SERVER names its binary, with llama-server: same file,
 * threads, slots and batch, alternating in one run. Writes a table, a chart and all numbers to bench/results/.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { usableCores } from '#server/engine/threads.ts';
import { barChart } from './chart.ts';
import { median } from './numbers.ts';
import type { RawOptions, RawResult } from './raw.ts';
import { besideBusyProcess, laterTurns, newcomer, throughput } from './scenarios.ts';
import { isShapeName, type ShapeName, shapes } from './shapes.ts';
import { makeSyntheticModel } from './synthetic-model.ts';
import { startLlamaServer, startStillroom, type Target, type TargetOptions } from './targets.ts';

const scenarioNames = ['throughput', 'neighbour', 'turns', 'newcomer'] as const;
type ScenarioName = (typeof scenarioNames)[number];

interface Settings extends TargetOptions {
  title: string;
  users: number[];
  rounds: number;
  promptCharacters: number;
  newTokens: number;
  scenarios: ScenarioName[];
  raw: boolean;
}

/** One measured value of one target: `measure` says of what, in which unit. */
interface Sample {
  measure: string;
  unit: string;
  target: string;
  value: number;
  /** Runnable processes on the machine, averaged over a minute, before the run: how quiet it was. */
  load: number;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      shape: { type: 'string', default: 'r1-1.5b' },
      model: { type: 'string' },
      users: { type: 'string', default: '1,2,4' },
      rounds: { type: 'string', default: '5' },
      threads: { type: 'string' },
      context: { type: 'string', default: '4096' },
      prompt: { type: 'string', default: '120' },
      tokens: { type: 'string', default: '48' },
      scenarios: { type: 'string', default: scenarioNames.join(',') },
      'no-raw': { type: 'boolean', default: false },
    },
  });
  const { modelPath, title } = model(values.shape, values.model);
  const users = values.users.split(',').map(Number);
  const scenarios = values.scenarios.split(',').map((name) => {
    const known = scenarioNames.find((other) => other === name);
    if (known === undefined)
      throw new Error(`There is no scenario "${name}". There are: ${scenarioNames.join(', ')}.`);
    return known;
  });
  return {
    modelPath,
    title,
    users,
    rounds: Number(values.rounds),
    slots: Math.max(4, ...users),
    contextTokens: Number(values.context),
    threads: values.threads === undefined ? null : Number(values.threads),
    cores: usableCores(),
    batchTokens: 512,
    promptCharacters: Number(values.prompt),
    newTokens: Number(values.tokens),
    scenarios,
    raw: !values['no-raw'],
  };
}

function model(shape: string, path: string | undefined): { modelPath: string; title: string } {
  if (path !== undefined) return { modelPath: path, title: basename(path, '.gguf') };
  if (!isShapeName(shape))
    throw new Error(`There is no shape "${shape}". There are: ${Object.keys(shapes).join(', ')}.`);
  return synthetic(shape);
}

function synthetic(name: ShapeName): { modelPath: string; title: string } {
  const modelPath = join(tmpdir(), 'stillroom-bench', `${name}.gguf`);
  const bytes = makeSyntheticModel(shapes[name], modelPath);
  console.log(`${shapes[name].name}: ${modelPath}, ${bytes} bytes, random weights`);
  return { modelPath, title: shapes[name].name };
}

async function raw(settings: Settings, loop: RawOptions['loop'], users: number): Promise<RawResult> {
  const options: RawOptions = {
    modelPath: settings.modelPath,
    loop,
    users,
    contextTokens: settings.contextTokens,
    threads: settings.threads ?? settings.cores,
    batchTokens: settings.batchTokens,
    promptTokens: settings.promptCharacters,
    newTokens: settings.newTokens,
  };
  const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'raw.ts'), JSON.stringify(options)],
    // The best loop gets what our own engine process gets.
    { env: loop === 'lockstep' ? { ...env, UV_THREADPOOL_SIZE: '1' } : env },
  );
  return JSON.parse(stdout) as RawResult;
}

class Results {
  readonly samples: Sample[] = [];

  add(measure: string, unit: string, target: string, value: number): void {
    const load = loadavg()[0] ?? 0;
    this.samples.push({ measure, unit, target, value, load });
    console.log(
      `${measure.padEnd(44)} ${target.padEnd(14)} ${value.toFixed(1)} ${unit} (load ${load.toFixed(1)})`,
    );
  }

  measures(): { measure: string; unit: string }[] {
    const units = new Map(this.samples.map(({ measure, unit }) => [measure, unit]));
    return [...units].map(([measure, unit]) => ({ measure, unit }));
  }

  targets(): string[] {
    return [...new Set(this.samples.map(({ target }) => target))];
  }

  values(measure: string, target: string): number[] {
    return this.samples
      .filter((sample) => sample.measure === measure && sample.target === target)
      .map(({ value }) => value);
  }
}

async function measure(settings: Settings, targets: Target[], results: Results): Promise<void> {
  const { users, scenarios, slots, promptCharacters, newTokens } = settings;
  const busy = Math.max(...users);
  for (let round = 0; round < settings.rounds; round++) {
    // Turned around every time, so that a drift of the machine meets all alike.
    const order = round % 2 === 0 ? targets : targets.toReversed();
    for (const count of scenarios.includes('throughput') ? users : []) {
      for (const target of order) {
        const result = await throughput(target, count, { promptCharacters, newTokens });
        results.add(`all tokens, ${count} users`, 'tokens/s', target.name, result.tokensPerSecond);
        results.add(`decoding, ${count} users`, 'tokens/s', target.name, result.decodePerSecond);
        results.add(`first token, ${count} users`, 'ms', target.name, result.ttftMs);
      }
      for (const loop of settings.raw ? (['independent', 'lockstep'] as const) : []) {
        const result = await raw(settings, loop, count);
        results.add(`all tokens, ${count} users`, 'tokens/s', `raw ${loop}`, result.tokensPerSecond);
        results.add(`decoding, ${count} users`, 'tokens/s', `raw ${loop}`, result.decodePerSecond);
        results.add(`first token, ${count} users`, 'ms', `raw ${loop}`, result.ttftMs);
      }
    }
    for (const target of scenarios.includes('neighbour') ? order : []) {
      const result = await besideBusyProcess(() =>
        throughput(target, 1, { promptCharacters, newTokens: 24 }),
      );
      results.add('all tokens, 1 user, a busy neighbour', 'tokens/s', target.name, result.tokensPerSecond);
    }
    for (const target of scenarios.includes('turns') ? order : []) {
      const later = await laterTurns(target, 2 * slots, slots, { promptCharacters: 200, newTokens: 16 });
      results.add(
        `first token of turns 2 and 3, ${2 * slots} chats on ${slots} slots`,
        'ms',
        target.name,
        later.ttftMs,
      );
      results.add('prompt tokens from the cache in turns 2 and 3', '%', target.name, 100 * later.cachedShare);
    }
    for (const target of scenarios.includes('newcomer') ? order : []) {
      const late = await newcomer(target, 2000);
      results.add('longest gap while a 2,000-token prompt is read', 'ms', target.name, late.worstGapMs);
      results.add('first token of the 2,000-token prompt', 'ms', target.name, late.ttftMs);
    }
    console.log(`round ${round + 1} of ${settings.rounds} done (${busy} users at most)`);
  }
}

function table(settings: Settings, results: Results): string {
  const targets = results.targets();
  const header = [
    'measure',
    ...targets.map((name) => `${name}`),
    ...targets.slice(1).map((name) => `stillroom / ${name}`),
  ];
  const rows = results.measures().map(({ measure, unit }) => {
    const medians = targets.map((target) => median(results.values(measure, target)));
    const cells = medians.map((value, index) => {
      const values = results.values(measure, targets[index] ?? '');
      if (values.length === 0) return '–';
      return `${value.toFixed(1)} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
    });
    const ratios = medians
      .slice(1)
      .map((value) => (Number.isNaN(value) ? '–' : ((medians[0] ?? 0) / value).toFixed(2)));
    return [`${measure}, ${unit}`, ...cells, ...ratios];
  });
  const loads = results.samples.map(({ load }) => load);
  const lines = [
    `# ${settings.title}`,
    '',
    `${new Date().toISOString().slice(0, 16)} UTC, ${cpus()[0]?.model.trim()}, ${settings.cores} cores, threads: ${settings.threads ?? 'chosen by Stillroom, all cores elsewhere'}, ` +
      `${settings.slots} slots of ${settings.contextTokens} tokens, batch ${settings.batchTokens}, prompts of ${settings.promptCharacters} tokens, ${settings.newTokens} new ones. ` +
      `Medians of ${settings.rounds} rounds (least–most). Load average during the run: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    '',
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
  return lines.join('\n');
}

function chart(settings: Settings, results: Results): string {
  const measures = settings.users.map((count) => `all tokens, ${count} users`);
  const series = results.targets().map((name) => ({
    name,
    values: measures.map((measure) => {
      const values = results.values(measure, name);
      return values.length === 0 ? null : median(values);
    }),
  }));
  const groups = settings.users.map((count) => `${count} ${count === 1 ? 'user' : 'users'}`);
  return barChart(settings.title, 'tokens per second, all users, prompts included', groups, series);
}

const settings = readSettings();
const binary = process.env.LLAMA_SERVER;
const targets = [await startStillroom(settings)];
const results = new Results();
try {
  if (binary !== undefined) targets.push(await startLlamaServer(binary, settings));
  else console.log('LLAMA_SERVER is not set: no comparison with llama-server.');
  for (const target of targets) results.add('start until ready', 'ms', target.name, target.startMs);
  await measure(settings, targets, results);
} finally {
  await Promise.all(targets.map((target) => target.stop()));
}
const folder = join(import.meta.dirname, 'results');
const parts = [
  new Date().toISOString().slice(0, 10),
  basename(settings.modelPath, '.gguf'),
  settings.threads === null ? 'own-threads' : `${settings.threads}-threads`,
  ...(settings.scenarios.length === scenarioNames.length ? [] : settings.scenarios),
];
const name = join(folder, parts.join('-'));
mkdirSync(folder, { recursive: true });
writeFileSync(`${name}.md`, table(settings, results));
writeFileSync(
  `${name}.json`,
  `${JSON.stringify({ settings: { ...settings, modelPath: basename(settings.modelPath) }, samples: results.samples }, null, 2)}\n`,
);
if (settings.scenarios.includes('throughput')) writeFileSync(`${name}.svg`, chart(settings, results));
console.log(`\n${table(settings, results)}`);
