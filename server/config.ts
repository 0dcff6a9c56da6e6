/**
 * The only reader of environment and stillroom.json. Precedence: command line > environment > file > default.
 * A bad value stops the start with a sentence; nothing is guessed and no unknown key is passed over.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { gpu, hintFor, wholeNumber } from '#server/config-values.ts';
import { engineChoices } from '#server/engine/native-build-choice.ts';
import { StillroomError } from '#server/errors.ts';
import { assertPossible, badModelSetting, ModelConfigSchema } from '#server/model-config.ts';

const ConfigSchema = z.strictObject({
  /** Address to listen on. Loopback only until accounts exist. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 = any free port (printed at start). */
  port: wholeNumber(0, 65_535).default(8080),
  /** Folder for chats, models and caches. */
  data: z.string().min(1).default('./data'),
  /** `demo`, the name of a model in the data folder, or the path of a GGUF file. */
  model: z.string().min(1).default('demo'),
  /** Answers generated at the same time; null = chosen for the model. */
  slots: wholeNumber(1, 64).nullable().default(null),
  /** Context tokens per slot; null = chosen for the model. */
  context: wholeNumber(256, 1_048_576).nullable().default(null),
  /** CPU threads of the engine; null = measured for this machine. */
  threads: wholeNumber(1, 512).nullable().default(null),
  /** Which accelerator the engine may use. `off` = CPU only. */
  gpu: gpu.default('auto'),
  /** Which build of the native engine; `auto` = the one that "stillroom engine build" made, where it was faster. */
  engine: z.enum(engineChoices).default('auto'),
  /** Tokens per second the demo model is slowed to in the web chat, 0 = not at all. The API is never slowed. */
  pace: wholeNumber(0, 10_000).default(60),
  /** Most requests waiting in the queue before new ones are refused with 429. */
  queue: wholeNumber(1, 10_000).default(256),
  /** MiB that loaded models may take together; null = what the machine and its limits leave. */
  memory: wholeNumber(64, 16_777_216).nullable().default(null),
  /** Minutes after which a model other than the default leaves the memory when nobody uses it. */
  idle: wholeNumber(1, 525_600).default(10),
  /** Log level; null = `warn` on a terminal, `info` elsewhere. */
  log: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).nullable().default(null),
  /** Settings of single models, by their name on the shelf or `demo`. Only in the file. */
  models: z.record(z.string().min(1), ModelConfigSchema, { error: 'must be an object' }).default({}),
});

type ConfigKey = keyof z.infer<typeof ConfigSchema>;
export type Config = Readonly<z.infer<typeof ConfigSchema>>;
const keys = Object.keys(ConfigSchema.shape) as ConfigKey[];

/** Environment names that belong to Stillroom but are not configuration keys. */
const otherVariables = new Set(['STILLROOM_CONFIG', 'STILLROOM_POLICY', 'STILLROOM_CHROMIUM']);

/**
 * Reads flags, environment and file into one frozen configuration.
 * @throws StillroomError config_invalid naming the key, where it was set, and the remedy.
 */
export function readConfig(
  env: Record<string, string | undefined>,
  workingFolder: string,
  flags: Record<string, string> = {},
): Config {
  const file = readFile(env.STILLROOM_CONFIG, workingFolder);
  const merged: Record<string, unknown> = { ...file.values };
  const source = new Map<string, string>(Object.keys(file.values).map((key) => [key, file.path]));
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('STILLROOM_') || value === undefined) continue;
    if (isServiceLink(name, value)) continue;
    const key = name.slice('STILLROOM_'.length).toLowerCase();
    if (otherVariables.has(name) || name.startsWith('STILLROOM_INTERNAL_')) continue;
    if (!isKey(key)) throw unknownKey(key, `the environment variable ${name}`);
    if (key === 'models') throw onlyInFile(`the environment variable ${name}`);
    if (value === '') continue;
    merged[key] = value;
    source.set(key, `the environment variable ${name}`);
  }
  for (const [key, value] of Object.entries(flags)) {
    if (!isKey(key)) throw unknownKey(key, `the option --${key}`);
    if (key === 'models') throw onlyInFile(`the option --${key}`);
    merged[key] = value;
    source.set(key, `the option --${key}`);
  }
  const parsed = ConfigSchema.safeParse(merged);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = String(issue?.path[0] ?? 'stillroom.json');
    if (key === 'models' && issue !== undefined) throw badModelSetting(issue, file.path);
    throw new StillroomError(
      'config_invalid',
      `The setting "${key}" from ${source.get(key) ?? file.path} can't be used: ${issue?.message ?? 'wrong type'}. Correct it or remove it to get the default.`,
    );
  }
  const config = { ...parsed.data, data: resolve(workingFolder, parsed.data.data) };
  assertLoopback(config.host);
  for (const [name, settings] of Object.entries(config.models)) {
    assertPossible(name, settings, config.gpu, file.path);
  }
  return Object.freeze(config);
}

function readFile(configured: string | undefined, workingFolder: string) {
  const path = resolve(workingFolder, configured || 'stillroom.json');
  if (!existsSync(path)) {
    if (!configured) return { path, values: {} };
    throw new StillroomError(
      'config_invalid',
      `STILLROOM_CONFIG names ${path}, which does not exist. Create it or unset the variable.`,
    );
  }
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StillroomError(
      'config_invalid',
      `${path} can't be read as JSON (${reason}). Correct it or remove the file.`,
      { cause },
    );
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new StillroomError('config_invalid', `${path} must hold one JSON object, like {"port": 8080}.`);
  }
  for (const key of Object.keys(values)) if (!isKey(key)) throw unknownKey(key, path);
  return { path, values: values as Record<string, unknown> };
}

/** Kubernetes puts the address of a service called "stillroom" into variables that look like settings. */
function isServiceLink(name: string, value: string): boolean {
  return /_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP)/.test(name) || /^(tcp|udp):\/\//.test(value);
}

function isKey(key: string): key is ConfigKey {
  return (keys as string[]).includes(key);
}

function onlyInFile(where: string): StillroomError {
  return new StillroomError(
    'config_invalid',
    `The setting "models" can't come from ${where}. Write it into stillroom.json, like {"models": {"demo": {"slots": 2}}}.`,
  );
}

function unknownKey(key: string, where: string): StillroomError {
  return new StillroomError(
    'config_invalid',
    `Unknown setting "${key}" in ${where}.${hintFor(key, keys)} Known settings: ${keys.join(', ')}.`,
  );
}

/** Loopback is where "whoever sits at this machine is the owner" holds; anywhere else needs accounts. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1';
}

function assertLoopback(host: string): void {
  if (isLoopback(host)) return;
  throw new StillroomError(
    'config_invalid',
    `Stillroom has no accounts yet, so it only listens on this machine: "${host}" as host would let anybody on the network read your chats. ` +
      'Use host 127.0.0.1 and, from another machine, an SSH tunnel (ssh -L 8080:127.0.0.1:8080 this-machine).',
  );
}
