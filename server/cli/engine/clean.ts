/** Takes a native build away again. What others have built with the engine library by hand stays. */
import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockBuilds } from '#server/cli/engine/lock.ts';
import { logName, previousBuild, removeUnfinished } from '#server/cli/engine/make-build.ts';
import { type EngineFolders, readBuildRecord } from '#server/engine/native-build.ts';

/**
 * @returns bytes that are free again
 * @throws StillroomError when a build is being made
 */
export async function cleanBuild(folders: EngineFolders): Promise<number> {
  const before = bytesBelow(folders.builds) + bytesBelow(folders.source) + bytesBelow(previousBuild(folders));
  const lock = await lockBuilds(folders);
  const record = readBuildRecord(folders);
  if (record !== null) rmSync(join(folders.builds, record.folder), { recursive: true, force: true });
  removeUnfinished(folders);
  rmSync(previousBuild(folders), { recursive: true, force: true });
  rmSync(folders.source, { recursive: true, force: true });
  rmSync(folders.record, { force: true });
  rmSync(join(folders.builds, logName), { force: true });
  lock.release();
  if (readdirSync(folders.builds).length === 0) rmdirSync(folders.builds);
  return before - bytesBelow(folders.builds);
}

function bytesBelow(path: string): number {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return 0;
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
}
