/** Takes a model from a disk or a stick into the models folder: for machines that are never on a network. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { modelId } from './card.ts';
import { catalogue } from './catalogue.ts';
import { sha256File } from './checksum.ts';
import { amount } from './fit.ts';
import { parsePartName } from './gguf/parts.ts';
import { type GgufFile, readServable } from './gguf/read.ts';
import {
  discardIncoming,
  findModel,
  type InstalledModel,
  incomingFolder,
  isModelId,
  type Manifest,
  publish,
} from './library.ts';
import { takeLock } from './lock.ts';
import { PullError } from './pull/error.ts';

export interface ImportRequest {
  readonly modelsFolder: string;
  /** A .gguf file, the first part of a model in parts, or a folder that holds exactly one model. */
  readonly path: string;
  readonly mode: 'copy' | 'link' | 'move';
  /** A file of "sha256  name" lines; null = SHA256SUMS or NAME.sha256 beside the model, when there is one. */
  readonly checksums: string | null;
  readonly onBytes: (done: number, total: number) => void;
  readonly signal: AbortSignal;
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
  if ((await findModel(request.modelsFolder, id)) !== null) {
    throw new PullError(
      'exists',
      `The model ${id} is already here. Remove it first with "stillroom models remove ${id}", or rename the file.`,
    );
  }
  await mkdir(request.modelsFolder, { recursive: true, mode: 0o700 });
  const folder = await incomingFolder(request.modelsFolder, id);
  const lock = await takeLock(`${folder}.lock`);
  if ('heldBy' in lock) {
    throw new PullError(
      'busy',
      `The model ${id} is being added by process ${lock.heldBy}. Wait for it or stop it.`,
    );
  }
  try {
    const expected = await readChecksums(request.checksums, first);
    if (request.mode === 'copy') await checkDisk(folder, model.bytes);
    const files = await takeFiles(request, model, folder, expected);
    await readServable(join(folder, basename(first)));
    const pinned = pinnedBy(files, expected);
    const installed = await publish(request.modelsFolder, folder, {
      version: 1,
      id,
      files,
      pinned,
      source: `imported from ${dirname(first)}`,
      addedAt: new Date().toISOString(),
    });
    if (request.mode === 'move') for (const path of model.paths) await rm(path, { force: true });
    return installed;
  } catch (error) {
    await discardIncoming(folder);
    throw error;
  } finally {
    lock.release();
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
  model: GgufFile,
  folder: string,
  expected: ReadonlyMap<string, string>,
): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  let done = 0;
  for (const source of model.paths) {
    const name = basename(source);
    const target = join(folder, name);
    const count = (bytes: number) => {
      done += bytes;
      request.onBytes(done, model.bytes);
    };
    const sha256 =
      request.mode === 'copy'
        ? await copy(source, target, count, request.signal)
        : await linkFile(source, target, count, request.signal);
    const wanted = expected.get(name);
    if (expected.size > 0 && wanted === undefined) {
      throw new PullError(
        'wrong_checksum',
        `The checksum file does not mention ${name}. Add its line or give the right file with --checksum.`,
      );
    }
    if (wanted !== undefined && wanted !== sha256) {
      throw new PullError(
        'wrong_checksum',
        `${name} is damaged or another file: its SHA-256 is ${sha256.slice(0, 12)}…, the checksum file says ${wanted.slice(0, 12)}…. Nothing was added; copy it again.`,
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
      `${source} is on another file system, where only copying works. Leave out --link or --move.`,
    );
  });
  return sha256File(target, { onBytes: count, signal });
}

function pinnedBy(files: Manifest['files'], expected: ReadonlyMap<string, string>): Manifest['pinned'] {
  const listed = new Set(catalogue.flatMap((entry) => entry.files.map((file) => file.sha256)));
  if (files.every((file) => listed.has(file.sha256))) return 'catalogue';
  return expected.size > 0 ? 'checksum-file' : 'first-use';
}
