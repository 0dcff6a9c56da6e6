/** Takes a native build away again. What others have built with the engine library by hand stays. */
import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logName, removeUnfinished } from '#server/cli/engine/make-build.ts';
import { type EngineFolders, readBuildRecord } from '#server/engine/native-build.ts';

/** @returns bytes that are free again */
export function cleanBuild(folders: EngineFolders): number {
  const before = bytesBelow(folders.builds) + bytesBelow(folders.source);
  const record = readBuildRecord(folders);
  if (record !== null) rmSync(join(folders.builds, record.folder), { recursive: true, force: true });
  removeUnfinished(folders);
  rmSync(folders.source, { recursive: true, force: true });
  rmSync(folders.record, { force: true });
  rmSync(join(folders.builds, logName), { force: true });
  if (existsSync(folders.builds) && readdirSync(folders.builds).length === 0) rmdirSync(folders.builds);
  return before - bytesBelow(folders.builds);
}

function bytesBelow(path: string): number {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return 0;
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
}
