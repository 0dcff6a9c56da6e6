/** One pull from beginning to end: ask, check the disk, fetch, verify, validate, publish. */
import { readdir, rm, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { modelId } from '../card.ts';
import type { CatalogueFile } from '../catalogue.ts';
import { amount } from '../fit.ts';
import { GgufError } from '../gguf/error.ts';
import { readServable } from '../gguf/read.ts';
import {
  discardIncoming,
  findModel,
  type InstalledModel,
  incomingFolder,
  isModelId,
  lockModel,
  type Manifest,
  placeFor,
  publish,
} from '../library.ts';
import { download } from './download.ts';
import { PullError } from './error.ts';
import { type Grant, request } from './http.ts';
import { fileUrl } from './hub.ts';
import { withRetry } from './retry.ts';
import type { FileIdentity } from './segments.ts';

export interface PullRequest {
  readonly modelsFolder: string;
  readonly endpoint: string;
  readonly grant: Grant;
  readonly revision: string;
  readonly file: Pick<CatalogueFile, 'repository' | 'paths' | 'sha256'>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PullProgress) => void;
  /** Tuning; tests make segments small. */
  readonly parallel?: number;
  readonly segmentBytes?: number;
  readonly retryDelayMs?: number;
}

export interface PullProgress {
  readonly phase: 'asking' | 'fetching' | 'checking';
  readonly file: string;
  /** Over all files of the model. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Arrived in earlier, interrupted pulls. */
  readonly resumedBytes: number;
}

interface Remote extends FileIdentity {
  readonly name: string;
  readonly url: URL;
}

/** Every segment is one request that the hub counts; of a large file fewer, larger ones are fetched. */
const smallSegment = 16 * 1024 * 1024;
const largeFile = 4e9;

/** Kept free beyond the model itself, so that chats can still be written. */
const diskReserve = 256 * 1024 * 1024;

/** @throws PullError; an interrupted pull goes on at the next call */
export async function pullModel(pull: PullRequest): Promise<InstalledModel> {
  const id = modelId(pull.file.paths[0] ?? '');
  // It becomes a folder's name, and folders are deleted by it.
  if (!isModelId(id)) throw new PullError('bad_source', `"${id}" can't be a model's name.`);
  if ((await findModel(pull.modelsFolder, id)) !== null) {
    throw new PullError(
      'exists',
      `The model ${id} is already here. Check it with "stillroom models verify ${id}".`,
    );
  }
  await placeFor(pull.modelsFolder, id);
  const lock = await lockModel(pull.modelsFolder, id);
  if ('heldBy' in lock) {
    throw new PullError(
      'busy',
      `The model ${id} is being added by process ${lock.heldBy}. Wait for it or stop it.`,
    );
  }
  try {
    return await pullLocked(pull, id);
  } finally {
    lock.release();
  }
}

async function pullLocked(pull: PullRequest, id: string): Promise<InstalledModel> {
  // Another pull may have finished between the first look and the lock.
  const finished = await findModel(pull.modelsFolder, id);
  if (finished !== null) return finished;
  const folder = await incomingFolder(pull.modelsFolder, id);
  const remotes: Remote[] = [];
  for (const path of pull.file.paths) {
    pull.onProgress({ phase: 'asking', file: basename(path), doneBytes: 0, totalBytes: 0, resumedBytes: 0 });
    remotes.push(await ask(pull, path));
  }
  const totalBytes = remotes.reduce((sum, remote) => sum + remote.bytes, 0);
  await checkDisk(folder, totalBytes);
  const files = await fetchFiles(pull, folder, remotes, totalBytes);
  await validate(folder, join(folder, files[0]?.name ?? ''));
  const pinned =
    pull.file.sha256 !== null
      ? 'catalogue'
      : remotes.every((remote) => remote.sha256 !== null)
        ? 'hub'
        : 'first-use';
  const source = `${pull.endpoint}/${pull.file.repository} (${pull.revision})`;
  return publish(pull.modelsFolder, folder, {
    version: 1,
    id,
    files,
    pinned,
    source,
    addedAt: new Date().toISOString(),
  });
}

/** Size, checksum and version of a file, from the headers that the hub puts on its redirect (or a mirror on its answer). */
async function ask(pull: PullRequest, path: string): Promise<Remote> {
  const url = fileUrl(pull.endpoint, pull.file.repository, pull.revision, path);
  const reply = await withRetry(pull.retryDelayMs ?? 1000, pull.signal, () =>
    request(url, pull.grant, { method: 'HEAD', follow: false, signal: pull.signal }),
  );
  reply.body.resume();
  const { headers } = reply;
  const bytes = Number(headers['x-linked-size'] ?? headers['content-length']);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new PullError(
      'hub_error',
      `${url.host} does not say how long ${basename(path)} is. Use another source.`,
    );
  }
  const linked = headers['x-linked-etag'] ?? headers.etag;
  const tag = String(linked ?? '').replace(/^(W\/)?"?|"$/gu, '');
  const sha256 = /^[0-9a-f]{64}$/u.test(tag) ? tag : null;
  const expected = pull.file.paths.length === 1 ? pull.file.sha256 : null;
  if (expected !== null && sha256 !== null && sha256 !== expected) {
    throw new PullError(
      'wrong_checksum',
      `${url.host} offers another file than the catalogue knows (SHA-256 ${sha256.slice(0, 12)}… instead of ${expected.slice(0, 12)}…). It was replaced since. To take the new file and pin its checksum, run again with --accept-new-checksum.`,
    );
  }
  // If-Range needs a strong validator of the server that sends the bytes; the storage host behind a redirect has its own.
  const etag =
    headers['x-linked-etag'] === undefined && headers.etag?.startsWith('"') === true ? headers.etag : null;
  return { name: basename(path), url, bytes, sha256: expected ?? sha256, etag };
}

async function checkDisk(folder: string, totalBytes: number): Promise<void> {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  const present = await presentBytes(folder);
  const needed = totalBytes - present + diskReserve;
  if (needed > free) {
    throw new PullError(
      'disk_full',
      `Not enough space in ${folder}: ${amount(needed)} are needed (${amount(diskReserve)} of it stay free for chats), ${amount(free)} are free. Free ${amount(needed - free)} or move the data folder.`,
    );
  }
}

/** Disk blocks that an earlier, interrupted pull already occupies (the files are sparse). */
async function presentBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).blocks * 512;
  return bytes;
}

async function fetchFiles(
  pull: PullRequest,
  folder: string,
  remotes: readonly Remote[],
  totalBytes: number,
): Promise<Manifest['files']> {
  let doneBytes = 0;
  let resumedBytes = 0;
  const files: Manifest['files'] = [];
  for (const remote of remotes) {
    const report = (phase: PullProgress['phase']) =>
      pull.onProgress({ phase, file: remote.name, doneBytes, totalBytes, resumedBytes });
    const path = join(folder, remote.name);
    const sha256 = await download({
      url: remote.url,
      grant: pull.grant,
      identity: remote,
      path,
      signal: pull.signal,
      parallel: pull.parallel ?? 4,
      segmentBytes: pull.segmentBytes ?? (remote.bytes > largeFile ? 4 : 1) * smallSegment,
      retryDelayMs: pull.retryDelayMs ?? 1000,
      onBytes(bytes) {
        doneBytes += bytes;
        report('fetching');
      },
      onResumed(bytes) {
        doneBytes += bytes;
        resumedBytes += bytes;
        report('fetching');
      },
    });
    report('checking');
    if (remote.sha256 !== null && sha256 !== remote.sha256) {
      await rm(path, { force: true });
      await rm(`${path}.parts`, { force: true });
      throw new PullError(
        'wrong_checksum',
        `${remote.name} arrived damaged: its SHA-256 is ${sha256.slice(0, 12)}…, announced was ${remote.sha256.slice(0, 12)}…. It was deleted; run again to fetch it anew.`,
      );
    }
    files.push({ name: remote.name, bytes: remote.bytes, sha256 });
  }
  return files;
}

/** A file with the right checksum may still be no model: a hub can serve anything. */
async function validate(folder: string, firstPath: string): Promise<void> {
  try {
    await readServable(firstPath);
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    await discardIncoming(folder);
    throw new PullError(
      'unusable',
      `What was pulled is not a usable model and was deleted. ${error.message}`,
      { cause: error },
    );
  }
}
