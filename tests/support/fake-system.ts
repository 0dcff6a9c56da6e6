/** A machine out of a few files: paths from the root to contents; folders exist by their files. */
import type { SystemFiles } from '#models/machine/files.ts';

export function fakeSystem(contents: Readonly<Record<string, string>>): SystemFiles {
  return {
    read: (path) => contents[path]?.trim() ?? null,
    list(folder) {
      const prefix = `${folder}/`;
      const names = Object.keys(contents)
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length).split('/')[0] ?? '');
      return [...new Set(names)].toSorted();
    },
  };
}
