import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Names of the engine's binary packages, which lie beside each other in a node_modules folder above this file. */
export const enginePackages: readonly string[] = findPackages();

function findPackages(): string[] {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '@node-llama-cpp');
    // Packages replaced by an empty one (no GPU wanted) have no binaries.
    if (existsSync(candidate))
      return readdirSync(candidate).filter((name) => existsSync(join(candidate, name, 'bins')));
    if (dirname(folder) === folder) return [];
  }
}
