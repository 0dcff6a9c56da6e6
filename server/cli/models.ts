/** `stillroom models …`: the shelf. An administrator's work; nothing of it is reachable over the network. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GgufError } from '#models/gguf/error.ts';
import { findModelByName } from '#models/library.ts';
import { PullError } from '#models/pull/error.ts';
import { type CliIo, processIo } from '#server/cli/io.ts';
import { importVerb, pullVerb } from '#server/cli/models/add.ts';
import { listVerb } from '#server/cli/models/list.ts';
import { removeVerb, useVerb, verifyVerb } from '#server/cli/models/manage.ts';
import { showVerb } from '#server/cli/models/show.ts';
import { readConfig } from '#server/config.ts';

const help = `Usage: stillroom models <command> [options]

  list [--all] [--json]        models on this machine; --all: the catalogue too, with what fits here
  show NAME [--json]           what a model is: base, teacher, licence, shape, checksum, memory it needs
  pull NAME[:QUANT]            fetch from the hub or a mirror; interrupted pulls go on where they stopped
       --from ADDRESS          a mirror (default: HF_ENDPOINT, else https://huggingface.co); its token: HF_TOKEN
       --allow-host HOST       grant one more host, for example the storage of a mirror; may be repeated
       --revision NAME         branch, tag or commit (default: main)
       --accept-new-checksum   take a file that was replaced since the catalogue was written, and pin it
  import FILE|FOLDER           take a model from a disk, for machines without network
       --copy | --link | --move   how (default: --copy)
       --checksum FILE         lines of sha256sum; default: SHA256SUMS or NAME.gguf.sha256 beside the model
  verify [NAME…]               read every byte and compare with the pinned checksums (default: all)
  use NAME                     write the model into stillroom.json, for the next start; NAME as in "list", or as pulled
  remove NAME [--force]        delete a model; --force: even when stillroom.json names it

  --data FOLDER                the data folder (default: as "stillroom start")
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  all: { type: 'boolean' },
  from: { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  revision: { type: 'string' },
  'accept-new-checksum': { type: 'boolean' },
  copy: { type: 'boolean' },
  link: { type: 'boolean' },
  move: { type: 'boolean' },
  checksum: { type: 'string' },
  force: { type: 'boolean' },
} as const;

type Option = Exclude<keyof typeof options, 'help' | 'data'>;
type Values = ReturnType<typeof parse>['values'];

export interface ModelsContext {
  readonly io: CliIo;
  readonly modelsFolder: string;
  readonly values: Values;
  /** The model that the setting `model` means, by its id when it is on the shelf. */
  readonly configuredModel: string;
}

interface Verb {
  readonly run: (context: ModelsContext, names: string[]) => Promise<number>;
  readonly options: readonly Option[];
  /** How many names it takes. */
  readonly names: readonly [number, number];
}

const verbs: Readonly<Record<string, Verb>> = {
  list: { run: listVerb, options: ['all', 'json'], names: [0, 0] },
  show: { run: showVerb, options: ['json'], names: [1, 1] },
  pull: { run: pullVerb, options: ['from', 'allow-host', 'revision', 'accept-new-checksum'], names: [1, 1] },
  import: { run: importVerb, options: ['copy', 'link', 'move', 'checksum'], names: [1, 1] },
  verify: { run: verifyVerb, options: [], names: [0, Number.POSITIVE_INFINITY] },
  use: { run: useVerb, options: [], names: [1, 1] },
  remove: { run: removeVerb, options: ['force'], names: [1, 1] },
};

function parse(args: string[]) {
  return parseArgs({ args, options, allowPositionals: true });
}

/** As shells report a program that was ended by Ctrl+C. */
const interrupted = 130;

/** @returns the exit code: 0 done, 1 it could not be done, 2 wrong usage, 130 interrupted */
export async function modelsCommand(args: string[], io: CliIo = processIo()): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return wrongUsage(io, (error as Error).message);
  }
  const { values, positionals } = parsed;
  const [name, ...names] = positionals;
  if (values.help === true || name === undefined) {
    (values.help === true ? io.out : io.err)(help);
    return values.help === true ? 0 : 2;
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined)
    return wrongUsage(io, `Unknown command "models ${name}". Known: ${Object.keys(verbs).join(', ')}.`);
  if (names.length < verb.names[0]) return wrongUsage(io, `"models ${name}" needs a name.`);
  if (names.length > verb.names[1])
    return wrongUsage(io, `"models ${name}" takes ${verb.names[1]} name, not ${names.length}.`);
  const foreign = Object.keys(values).find(
    (option) => option !== 'data' && !(verb.options as readonly string[]).includes(option),
  );
  if (foreign !== undefined) return wrongUsage(io, `"models ${name}" has no option --${foreign}.`);
  const config = readConfig(io.env, io.workingFolder, values.data === undefined ? {} : { data: values.data });
  try {
    const modelsFolder = join(config.data, 'models');
    const configuredModel = (await findModelByName(modelsFolder, config.model))?.id ?? config.model;
    return await verb.run({ io, modelsFolder, values, configuredModel }, names);
  } catch (error) {
    if (io.signal.aborted) {
      io.err(`\n${error instanceof PullError ? error.message : 'Interrupted.'}\n`);
      return interrupted;
    }
    if (!(error instanceof PullError) && !(error instanceof GgufError)) throw error;
    io.err(`stillroom: ${error.message}\n`);
    return 1;
  }
}

function wrongUsage(io: CliIo, message: string): number {
  io.err(`${message}\nSee: stillroom models --help\n`);
  return 2;
}
