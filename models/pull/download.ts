/** Fetches one file in parallel ranges into place, hashing it while it grows. */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { PullError } from './error.ts';
import { type Grant, type Reply, request } from './http.ts';
import { withRetry } from './retry.ts';
import { type FileIdentity, Journal, type Segment } from './segments.ts';

export interface DownloadOptions {
  readonly url: URL;
  readonly grant: Grant;
  readonly identity: FileIdentity;
  /** Where the bytes go; the journal lies beside it. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Bytes that arrived now. */
  readonly onBytes: (bytes: number) => void;
  /** Bytes that were there already. */
  readonly onResumed: (bytes: number) => void;
  readonly parallel: number;
  readonly segmentBytes: number;
  readonly retryDelayMs: number;
}

const hashPiece = 1024 * 1024;

/** @returns the SHA-256 of the complete file. @throws PullError; what arrived stays for the next try. */
export async function download(options: DownloadOptions): Promise<string> {
  const journal = Journal.open(`${options.path}.parts`, options.identity, options.segmentBytes);
  // A file that is not being continued may be anybody's: a new one takes its name, and it is not written into.
  if (journal.doneBytes === 0) await rm(options.path, { force: true });
  const file = await open(options.path, 'r+').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return open(options.path, 'wx+');
    throw error;
  });
  const failed = new AbortController();
  try {
    await file.truncate(options.identity.bytes);
    if (journal.doneBytes > 0) options.onResumed(journal.doneBytes);
    const hasher = new FollowingHash(file, journal);
    const signal = AbortSignal.any([options.signal, failed.signal]);
    await fetchAll({ ...options, signal }, journal, file, () => hasher.follow());
    const sha256 = await hasher.finish();
    await file.datasync();
    return sha256;
  } catch (error) {
    failed.abort();
    throw asPullError(error, options.signal);
  } finally {
    await file.close();
  }
}

async function fetchAll(
  options: DownloadOptions,
  journal: Journal,
  file: FileHandle,
  onDone: () => void,
): Promise<void> {
  const waiting = journal.missing();
  const finish = async (segment: Segment) => {
    // On the disk before the journal says so: power may fail in between.
    await file.datasync();
    journal.markDone(segment.index);
    onDone();
  };
  // The first request goes alone: it tells whether the server serves ranges at all.
  const first = waiting.shift();
  if (first === undefined) return;
  if ((await fetchWithRetry(options, first, file)) === 'whole') {
    for (const segment of [first, ...waiting]) await finish(segment);
    return;
  }
  await finish(first);
  const worker = async () => {
    for (let segment = waiting.shift(); segment !== undefined; segment = waiting.shift()) {
      await fetchWithRetry(options, segment, file);
      await finish(segment);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.parallel, waiting.length) }, worker));
}

function fetchWithRetry(
  options: DownloadOptions,
  segment: Segment,
  file: FileHandle,
): Promise<'part' | 'whole'> {
  return withRetry(options.retryDelayMs, options.signal, async () => {
    const progress = { bytes: 0 };
    try {
      return await fetchSegment(options, segment, file, progress);
    } catch (error) {
      options.onBytes(-progress.bytes);
      throw asPullError(error, options.signal);
    }
  });
}

async function fetchSegment(
  options: DownloadOptions,
  segment: Segment,
  file: FileHandle,
  progress: { bytes: number },
): Promise<'part' | 'whole'> {
  const { bytes, etag } = options.identity;
  const reply = await request(options.url, options.grant, {
    headers: {
      range: `bytes=${segment.start}-${segment.end - 1}`,
      ...(etag !== null && { 'if-range': etag }),
    },
    signal: options.signal,
  });
  const whole = reply.status === 200;
  checkLength(reply, whole ? { ...segment, start: 0, end: bytes } : segment, bytes);
  let position = whole ? 0 : segment.start;
  const end = whole ? bytes : segment.end;
  for await (const piece of reply.body as AsyncIterable<Buffer>) {
    if (position + piece.byteLength > end) throw sizeError(`more than the ${bytes} bytes it announced`);
    await writeWhole(file, piece, position);
    position += piece.byteLength;
    progress.bytes += piece.byteLength;
    options.onBytes(piece.byteLength);
  }
  if (position !== end) {
    throw new PullError(
      'unreachable',
      'The connection ended early. Check the network; run again to continue.',
      { transient: true },
    );
  }
  return whole ? 'whole' : 'part';
}

/** A disk that is nearly full takes a part first and refuses the rest only then. */
async function writeWhole(file: FileHandle, piece: Buffer, position: number): Promise<void> {
  for (let written = 0; written < piece.byteLength; ) {
    const { bytesWritten } = await file.write(piece, written, piece.byteLength - written, position + written);
    written += bytesWritten;
  }
}

function checkLength(reply: Reply, expected: Pick<Segment, 'start' | 'end'>, total: number): void {
  if (reply.status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/u.exec(reply.headers['content-range'] ?? '');
    const right =
      range !== null &&
      Number(range[1]) === expected.start &&
      Number(range[2]) === expected.end - 1 &&
      (range[3] === '*' || Number(range[3]) === total);
    if (!right)
      throw close(
        reply,
        sizeError(`the range "${reply.headers['content-range'] ?? 'none'}" of a file of ${total} bytes`),
      );
    return;
  }
  const length = reply.headers['content-length'];
  if (length !== undefined && Number(length) !== total) {
    throw close(reply, sizeError(`${length} bytes where ${total} were announced`));
  }
}

function close(reply: Reply, error: PullError): PullError {
  reply.body.destroy();
  return error;
}

function sizeError(what: string): PullError {
  return new PullError(
    'wrong_size',
    `The server sent ${what}. Nothing was kept as a model; try again or use another source.`,
  );
}

/** Any failure of network or disk as a PullError. */
function asPullError(error: unknown, signal: AbortSignal): PullError {
  if (error instanceof PullError) return error;
  if (signal.aborted)
    return new PullError('interrupted', 'The pull was interrupted. Run the same command to continue.');
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PullError(
      'disk_full',
      'The disk is full. Free some space and run the same command: it goes on where it stopped.',
      { cause: error },
    );
  }
  return new PullError(
    'unreachable',
    `The transfer broke off (${code ?? (error as Error).message}). Run again to continue.`,
    {
      transient: code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT' || code === undefined,
      cause: error,
    },
  );
}

/** Hashes the part of the file that is complete from its beginning, while later parts are still arriving. */
class FollowingHash {
  readonly #hash = createHash('sha256');
  readonly #file: FileHandle;
  readonly #journal: Journal;
  #position = 0;
  #next = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, journal: Journal) {
    this.#file = file;
    this.#journal = journal;
    this.follow();
  }

  follow(): void {
    this.#running = this.#running.then(() => this.#advance());
    // Failures are reported by finish(); an unfinished download ends with its own error.
    this.#running.catch(() => {});
  }

  async finish(): Promise<string> {
    await this.#running;
    await this.#advance();
    return this.#hash.digest('hex');
  }

  async #advance(): Promise<void> {
    const piece = Buffer.allocUnsafe(hashPiece);
    for (
      let segment = this.#journal.segments[this.#next];
      segment !== undefined;
      segment = this.#journal.segments[this.#next]
    ) {
      if (!this.#journal.isDone(segment.index)) return;
      while (this.#position < segment.end) {
        const wanted = Math.min(piece.byteLength, segment.end - this.#position);
        const { bytesRead } = await this.#file.read(piece, 0, wanted, this.#position);
        if (bytesRead === 0) throw new Error('the file became shorter while it was downloaded');
        this.#hash.update(piece.subarray(0, bytesRead));
        this.#position += bytesRead;
      }
      this.#next++;
    }
  }
}
