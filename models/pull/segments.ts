/** Which pieces of a file have arrived. Kept in an append-only journal so that a killed pull goes on where it was. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

export interface Segment {
  readonly index: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface FileIdentity {
  readonly bytes: number;
  readonly sha256: string | null;
  readonly etag: string | null;
}

interface Head extends FileIdentity {
  readonly segmentBytes: number;
}

/**
 * Journal format: one JSON head line, then one line per complete segment. A torn last line (power loss) is ignored: that
 * segment is fetched again.
 */
export class Journal {
  readonly #path: string;
  readonly #done: Set<number>;
  readonly segments: readonly Segment[];

  private constructor(path: string, head: Head, done: Set<number>) {
    this.#path = path;
    this.#done = done;
    const count = Math.ceil(head.bytes / head.segmentBytes);
    this.segments = Array.from({ length: count }, (_, index) => ({
      index,
      start: index * head.segmentBytes,
      end: Math.min((index + 1) * head.segmentBytes, head.bytes),
    }));
  }

  /** Takes up an earlier journal when it is about the very same file; otherwise begins anew. */
  static open(path: string, identity: FileIdentity, segmentBytes: number): Journal {
    const head: Head = { bytes: identity.bytes, sha256: identity.sha256, etag: identity.etag, segmentBytes };
    const [first, ...lines] = read(path).split('\n');
    if (first === JSON.stringify(head)) {
      const complete = lines.slice(0, -1).map(Number).filter(Number.isInteger);
      // A torn last line would become part of the next one.
      if (lines.at(-1) !== '') writeFileSync(path, `${[first, ...complete].join('\n')}\n`);
      return new Journal(path, head, new Set(complete));
    }
    writeFileSync(path, `${JSON.stringify(head)}\n`);
    return new Journal(path, head, new Set());
  }

  isDone(index: number): boolean {
    return this.#done.has(index);
  }

  /** Call after the segment's bytes were written. */
  markDone(index: number): void {
    appendFileSync(this.#path, `${index}\n`);
    this.#done.add(index);
  }

  missing(): Segment[] {
    return this.segments.filter((segment) => !this.#done.has(segment.index));
  }

  get doneBytes(): number {
    return this.segments.reduce((sum, s) => sum + (this.#done.has(s.index) ? s.end - s.start : 0), 0);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
