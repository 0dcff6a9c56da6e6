import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The machine's own description of itself, under a root that tests replace by a folder of fixtures. */
export interface SystemFiles {
  /** Trimmed text, or null when the file is not there or may not be read. */
  read(path: string): string | null;
  /** Names in a folder; empty when it is not there. */
  list(path: string): string[];
}

export function systemFiles(root = '/'): SystemFiles {
  return {
    read(path) {
      try {
        return readFileSync(join(root, path), 'utf8').trim();
      } catch {
        return null;
      }
    },
    list(path) {
      try {
        return readdirSync(join(root, path)).toSorted();
      } catch {
        return [];
      }
    },
  };
}
