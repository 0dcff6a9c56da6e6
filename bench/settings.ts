/** What is measured, and how: the options of `npm run bench`. */
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { usableCores } from '#server/engine/threads.ts';
import type { Conditions } from './scenarios/scenario.ts';
import { isShapeName, type ShapeName, shapes } from './shapes.ts';
import { makeSyntheticModel } from './synthetic-model.ts';
import type { EngineChoice, TargetOptions } from './targets.ts';

const comparisons = ['throughput', 'neighbour', 'leaving', 'turns', 'newcomer'] as const;
const questions = ['fair', 'eta', 'cancel', 'cpu'] as const;
/** See raw.ts. */
export const rawLoops = ['independent', 'lockstep', 'joining'] as const;
export type RawLoop = (typeof rawLoops)[number];
export const scenarioNames = [...comparisons, ...questions];
export type ScenarioName = (typeof scenarioNames)[number];

/** Its result is a ratio between servers. */
export function isComparison(name: ScenarioName): boolean {
  return comparisons.some((comparison) => comparison === name);
}

/** Asks as --prompt and --tokens say; the others have sizes of their own. */
export function asksAsTold(name: ScenarioName): boolean {
  return name === 'throughput' || name === 'leaving' || name === 'fair';
}

export const usage = `npm run bench -- [options]

Measures the whole product over HTTP beside raw node-llama-cpp loops and, when LLAMA_SERVER names its binary, beside
llama-server: same file, threads, slots and batch, alternating in one run. Writes a table, a chart and all numbers to
bench/results/.

  --shape <name>      synthetic model: ${Object.keys(shapes).join(' or ')} (default r1-1.5b)
  --model <file>      a GGUF file instead
  --engine <which>    which of its engines Stillroom uses: auto, prebuilt, native, or both (the last two side by side)
  --users <list>      how many ask at the same time, for "throughput" (default 1,2,4)
  --rounds <n>        rounds; the table shows medians over them (default 5)
  --threads <n>       threads of every engine (default: Stillroom chooses, the others get all cores)
  --slots <n>         answers written at the same time (default: as many as users, at least 4)
  --context <n>       tokens of context per slot (default 4096)
  --prompt <n>        characters of a prompt, with a synthetic model one token each (default 120); for "throughput", "leaving",
                      "fair" and "neighbour", the others have sizes of their own
  --tokens <n>        new tokens of an answer (default 48), for the first three of these
  --scenarios <list>  any of the following, or "all" (default ${comparisons.join(',')})
      throughput      tokens per second and first token at each number of users
      neighbour       the same for one user beside a busy process
      leaving         how fast the others go on when one of those who fill all slots is through early
      turns           first token of later turns, with twice as many chats as slots and time to read
      newcomer        a long prompt joins a running answer: its longest gap, and the newcomer's wait
      fair            a light user's wait beside a flood of 20 questions of somebody else
      eta             how often a waiting turn starts inside the interval it was shown
      cancel          how soon a slot is free after hanging up, in an answer and while a prompt is read
      cpu             the gateway's own processor time per streamed token
  --raw <list>        loops of the library alone beside it, for "throughput": independent, lockstep, joining (default
                      independent,lockstep), or none. They use the prebuilt, and with --engine native or both the native build, too
  --help              this text
`;

export interface Settings extends TargetOptions, Conditions {
  title: string;
  /** What was asked for by --engine, as part of the name of the results. */
  engine: string | null;
  engines: EngineChoice[];
  rounds: number;
  scenarios: ScenarioName[];
  raw: RawLoop[];
}

/** Null = help was asked for. @throws Error with a sentence about the option that can't be used */
export function readSettings(args: string[]): Settings | null {
  const { values } = parseArgs({
    args,
    options: {
      shape: { type: 'string' },
      model: { type: 'string' },
      engine: { type: 'string' },
      users: { type: 'string', default: '1,2,4' },
      rounds: { type: 'string', default: '5' },
      threads: { type: 'string' },
      slots: { type: 'string' },
      context: { type: 'string', default: '4096' },
      prompt: { type: 'string', default: '120' },
      tokens: { type: 'string', default: '48' },
      scenarios: { type: 'string', default: comparisons.join(',') },
      raw: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  if (values.shape !== undefined && values.model !== undefined)
    throw new Error('Give --shape or --model, not both.');
  const users = values.users.split(',').map((value) => count('users', value));
  const engines = engineChoices(values.engine);
  const scenarios = scenarioList(values.scenarios);
  const raw = rawList(values.raw ?? 'independent,lockstep');
  if (values.raw !== undefined && !scenarios.includes('throughput'))
    throw new Error('--raw is for the scenario "throughput", which is not among those of --scenarios.');
  return {
    ...model(values.shape, values.model),
    engine: values.engine ?? null,
    engines,
    users,
    rounds: count('rounds', values.rounds),
    slots: values.slots === undefined ? Math.max(4, ...users) : count('slots', values.slots),
    contextTokens: count('context', values.context),
    threads: values.threads === undefined ? null : count('threads', values.threads),
    cores: usableCores(),
    batchTokens: 512,
    promptCharacters: count('prompt', values.prompt),
    newTokens: count('tokens', values.tokens),
    scenarios,
    raw,
  };
}

function count(option: string, value: string): number {
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw new Error(`--${option} must be a whole number above 0, not "${value}".`);
}

function engineChoices(value: string | undefined): EngineChoice[] {
  switch (value) {
    case undefined:
      return [null];
    case 'auto':
    case 'prebuilt':
    case 'native':
      return [value];
    case 'both':
      return ['prebuilt', 'native'];
    default:
      throw new Error(`--engine must be auto, prebuilt, native or both, not "${value}".`);
  }
}

function rawList(value: string): RawLoop[] {
  if (value === 'none') return [];
  const names = value.split(',');
  const unknown = names.find((name) => !rawLoops.some((loop) => loop === name));
  if (unknown !== undefined)
    throw new Error(`--raw must be none, or some of ${rawLoops.join(',')}, not "${unknown}".`);
  return rawLoops.filter((loop) => names.includes(loop));
}

function scenarioList(value: string): ScenarioName[] {
  if (value === 'all') return scenarioNames;
  return value.split(',').map((name) => {
    const known = scenarioNames.find((other) => other === name);
    if (known !== undefined) return known;
    throw new Error(`There is no scenario "${name}". There are: ${scenarioNames.join(', ')}.`);
  });
}

function model(shape = 'r1-1.5b', path?: string): { modelPath: string; title: string } {
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
