/** Takes a model from a disk or a stick into the models folder: for machines that are never on a network. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { link, lstat, open, readdir, readFile, realpath, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { modelId } from './card.ts';
import { catalogue } from './catalogue.ts';
import { sha256File } from './checksum.ts';
import { amount } from './fit.ts';
import { parsePartName } from './gguf/parts.ts';
import { readServable } from './gguf/read.ts';
import {
  discardIncoming,
  type InstalledModel,
  incomingFolder,
  isModelId,
  listModels,
  lockModel,
  type Manifest,
  placeFor,
  publish,
} from './library.ts';
import { PullError } from './pull/error.ts';

export interface ImportRequest {
  readonly modelsFolder: string;
  /** A .gguf file, the first part of a model in parts, or a folder that holds exactly one model. */
  readonly path: string;
  readonly mode: 'copy' | 'link' | 'move';
  /** A file of "sha256  name" lines; null = SHA256SUMS or NAME.sha256 beside the model, when there is one. */
  readonly checksums: string | null;
  readonly onBytes: (done: number, total: number) => void;
  /** The model was added, and this sentence is about something beside it. */
  readonly onNote: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** One file of the model. */
interface Source {
  /** As it was named. */
  readonly path: string;
  /** Behind symbolic links. */
  readonly real: string;
  /** In the models folder, where every file ends in ".gguf". */
  readonly name: string;
}

/** @throws GgufError when it is no sound model of the R1 format, PullError for everything else */
export async function importModel(request: ImportRequest): Promise<InstalledModel> {
  const first = await findFirstFile(request.path);
  const model = await readServable(first);
  const id = modelId(first);
  if (!isModelId(id)) {
    throw new PullError(
      'unusable',
      `The file name "${id}" can't be a model's name. Use letters, digits, ".", "-" and "_"; "demo" is taken by the shipped model.`,
    );
  }
  await checkNamesakes(request, id, first);
  await placeFor(request.modelsFolder, id);
  const sources = await findSources(request, id, model.paths);
  const lock = await lockModel(request.modelsFolder, id);
  if ('heldBy' in lock) {
    throw new PullError(
      'busy',
      `The model ${id} is being added by process ${lock.heldBy}. Wait for it or stop it.`,
    );
  }
  try {
    return await importLocked(request, id, sources, model.bytes);
  } finally {
    lock.release();
  }
}

async function importLocked(
  request: ImportRequest,
  id: string,
  sources: readonly Source[],
  totalBytes: number,
): Promise<InstalledModel> {
  const first = sources[0]?.path ?? request.path;
  // Not the folder of a pull, which may hold half of a large file. No model's id has a "+".
  const folder = await incomingFolder(request.modelsFolder, `import+${id}`);
  try {
    // An import that was killed leaves what it had.
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    const expected = await readChecksums(request.checksums, first);
    if (request.mode === 'copy') await checkDisk(folder, totalBytes);
    const files = await takeFiles(request, sources, totalBytes, folder, expected);
    await readServable(join(folder, files[0]?.name ?? ''));
    const pinned = pinnedBy(files, expected);
    const installed = await publish(request.modelsFolder, folder, {
      version: 1,
      id,
      files,
      pinned,
      source: `imported from ${dirname(first)}`,
      addedAt: new Date().toISOString(),
    });
    if (request.mode === 'move') await removeSources(request, sources);
    return installed;
  } catch (error) {
    await discardIncoming(folder);
    throw error;
  }
}

/** A file that somebody put into the models folder by hand is listed under the very name that it shall get. */
async function checkNamesakes(request: ImportRequest, id: string, first: string): Promise<void> {
  const real = await realpath(first);
  const wanted = id.toLowerCase();
  for (const model of await listModels(request.modelsFolder)) {
    if (model.id.toLowerCase() !== wanted) continue;
    if (model.manifest !== null || (await realpath(model.path)) !== real) {
      throw new PullError(
        'exists',
        `The model ${id} is already here. Remove it first with "stillroom models remove ${id}", or rename the file.`,
      );
    }
    if (request.mode !== 'move') {
      throw new PullError(
        'exists',
        `${first} lies in the models folder already. Give it a checksum there: stillroom models import --move ${first}`,
      );
    }
  }
}

/** The files to take. None may lie where the model goes, because what is there gives way to it. */
async function findSources(
  { modelsFolder, mode }: ImportRequest,
  id: string,
  paths: readonly string[],
): Promise<Source[]> {
  const shelf = await realpath(modelsFolder).catch(() => modelsFolder);
  const place = await realpath(join(shelf, id)).catch(() => join(shelf, id));
  const sources: Source[] = [];
  for (const path of paths) {
    const real = await realpath(path);
    if ([place, join(shelf, '.incoming')].some((folder) => real.startsWith(folder + sep))) {
      throw new PullError(
        'bad_source',
        `${path} lies in the folder that the model would get, or where unfinished ones are. Move it elsewhere, then import it from there.`,
      );
    }
    if (mode === 'move' && (await lstat(path)).isSymbolicLink()) {
      throw new PullError(
        'bad_source',
        `${path} is a symbolic link, and --move would leave it pointing nowhere. Use --link or --copy, or give the file itself: ${real}`,
      );
    }
    sources.push({ path, real, name: paths.length === 1 ? `${id}.gguf` : basename(path) });
  }
  return sources;
}

/** The model is there by now, whatever becomes of the originals. */
async function removeSources({ onNote }: ImportRequest, sources: readonly Source[]): Promise<void> {
  for (const { path, real } of sources) {
    await rm(real, { force: true }).catch((error: NodeJS.ErrnoException) =>
      onNote(`${path} could not be removed (${error.code ?? error.message}). Delete it yourself.`),
    );
  }
}

async function findFirstFile(path: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() !== true) return path;
  const models = (await readdir(path))
    .filter((name) => name.toLowerCase().endsWith('.gguf') && (parsePartName(name)?.number ?? 1) === 1)
    .toSorted();
  const [only] = models;
  if (only === undefined) throw new PullError('bad_source', `There is no .gguf file in ${path}.`);
  if (models.length > 1) {
    throw new PullError(
      'bad_source',
      `${path} holds several models (${models.join(', ')}). Name the file you want.`,
    );
  }
  return join(path, only);
}

/** Lines as sha256sum writes them: 64 hex digits, a space, a space or "*", the name. */
async function readChecksums(given: string | null, first: string): Promise<Map<string, string>> {
  const candidates = given !== null ? [given] : [join(dirname(first), 'SHA256SUMS'), `${first}.sha256`];
  const found = new Map<string, string>();
  for (const path of candidates) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (given === null && error.code === 'ENOENT') return '';
      throw new PullError(
        'bad_source',
        `The checksum file ${path} can't be read (${error.code ?? error.message}).`,
      );
    });
    for (const line of text.split('\n')) {
      const match = /^([0-9a-fA-F]{64})(?:\s+\*?(.+))?$/u.exec(line.trim());
      if (match !== null) found.set(basename(match[2]?.trim() ?? first), (match[1] ?? '').toLowerCase());
    }
  }
  if (given !== null && found.size === 0) {
    throw new PullError(
      'bad_source',
      `${given} holds no SHA-256 lines ("checksum  name", as sha256sum writes them).`,
    );
  }
  return found;
}

async function checkDisk(folder: string, bytes: number): Promise<void> {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  if (bytes > free) {
    throw new PullError(
      'disk_full',
      `Not enough space in ${folder}: ${amount(bytes)} are needed, ${amount(free)} are free. Free some, or use --move or --link.`,
    );
  }
}

async function takeFiles(
  request: ImportRequest,
  sources: readonly Source[],
  totalBytes: number,
  folder: string,
  expected: ReadonlyMap<string, string>,
): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  let done = 0;
  for (const { path, real, name } of sources) {
    const target = join(folder, name);
    const count = (bytes: number) => {
      done += bytes;
      request.onBytes(done, totalBytes);
    };
    const sha256 =
      request.mode === 'copy'
        ? await copy(real, target, count, request.signal)
        : await linkFile(real, target, count, request.signal);
    const original = basename(path);
    const wanted = expected.get(original);
    if (expected.size > 0 && wanted === undefined) {
      throw new PullError(
        'wrong_checksum',
        `The checksum file does not mention ${original}. Add its line or give the right file with --checksum.`,
      );
    }
    if (wanted !== undefined && wanted !== sha256) {
      throw new PullError(
        'wrong_checksum',
        `${original} is damaged or another file: its SHA-256 is ${sha256.slice(0, 12)}…, the checksum file says ${wanted.slice(0, 12)}…. Nothing was added; copy it again.`,
      );
    }
    files.push({ name, bytes: (await stat(target)).size, sha256 });
  }
  return files;
}

/** Copies and hashes in one pass: the checksum is of the bytes that were written. */
async function copy(
  source: string,
  target: string,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(target, 'wx', constants.S_IRUSR | constants.S_IWUSR);
  try {
    for await (const piece of createReadStream(source, {
      signal,
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<Buffer>) {
      await file.write(piece);
      hash.update(piece);
      count(piece.byteLength);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new PullError(
      'disk_full',
      'The disk became full while the model was copied. Nothing was added. Free some space and run again.',
      { cause: error },
    );
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** A second name for the same bytes; also the first step of a move, so that a failure leaves the original in place. */
async function linkFile(
  source: string,
  target: string,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  await link(source, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV' && error.code !== 'EPERM') throw error;
    throw new PullError(
      'bad_source',
      error.code === 'EXDEV'
        ? `${source} is on another file system, where only copying works. Leave out --link or --move.`
        : `The system does not let this user give ${source} a second name: it belongs to another user, or its file system has no links. Leave out --link or --move.`,
      { cause: error },
    );
  });
  return sha256File(target, { onBytes: count, signal });
}

function pinnedBy(files: Manifest['files'], expected: ReadonlyMap<string, string>): Manifest['pinned'] {
  const listed = new Set(catalogue.flatMap((entry) => entry.files.map((file) => file.sha256)));
  if (files.every((file) => listed.has(file.sha256))) return 'catalogue';
  return expected.size > 0 ? 'checksum-file' : 'first-use';
}
