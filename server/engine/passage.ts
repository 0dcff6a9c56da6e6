/**
 * The native library saves a sequence's state to a file and nowhere else, and the file holds the chat's tokens. So it goes
 * through a private folder of a memory file system, for milliseconds: what is kept is kept in this process's memory.
 */
import { statfsSync } from 'node:fs';
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usableMemory } from '#models/machine/memory.ts';

/** Left free for others: the folder may share its space with the rest of a container. */
const reserveBytes = 8 * 1024 * 1024;
/** What is free for conversations in the folder and what the longest needs, in bytes, when that does not fit; else null. */
export function tooSmall(
  folder: string,
  conversationBytes: number,
): { freeBytes: number; conversationBytes: number } | null {
  const freeBytes = spaceIn(folder) - reserveBytes;
  return freeBytes < conversationBytes ? { freeBytes, conversationBytes } : null;
}

/** A folder that somebody has removed meanwhile has no room. */
function spaceIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** Memory that stays free when a conversation is kept: it was not counted when the model was found to fit. */
const reserveMemoryBytes = 256 * 1024 * 1024;

export class Passage {
  readonly #folder: string;
  readonly #bytesPerToken: number;
  #next = 0;

  constructor(folder: string, bytesPerToken: number) {
    this.#folder = folder;
    this.#bytesPerToken = bytesPerToken;
  }

  /** What `save` writes to the path it gets; null when there is no room for it or saving fails. */
  async out(tokens: number, save: (path: string) => Promise<unknown>): Promise<Uint8Array | null> {
    const path = this.#path();
    try {
      const bytes = tokens * (this.#bytesPerToken + 64);
      if (tooSmall(this.#folder, bytes) !== null) return null;
      // For a moment it is there twice: in the file and in the process.
      if (usableMemory() < 2 * bytes + reserveMemoryBytes) return null;
      await save(path);
      return await readFile(path);
    } catch {
      return null;
    } finally {
      await unlink(path).catch(() => undefined);
    }
  }

  /** Lets `load` read the data from a path; false when it did not arrive. */
  async into(data: Uint8Array, load: (path: string) => Promise<unknown>): Promise<boolean> {
    const path = this.#path();
    try {
      await writeFile(path, data, { mode: 0o600, flag: 'wx' });
      await load(path);
      return true;
    } catch {
      return false;
    } finally {
      await unlink(path).catch(() => undefined);
    }
  }

  #path(): string {
    return join(this.#folder, `${this.#next++}.state`);
  }
}
