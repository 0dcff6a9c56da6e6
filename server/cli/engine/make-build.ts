/** Makes the native build with the engine library's own steps and leaves only what is loaded, with a record of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runLibraryTool } from '#server/cli/engine/library-tool.ts';
import type { Jobs } from '#server/cli/engine/needs.ts';
import {
  type BuildRecord,
  buildResult,
  type EngineFolders,
  installedVersions,
  readBuildRecord,
  removeBuildRecord,
  writeBuildRecord,
} from '#server/engine/native-build.ts';
import { thisProcessor } from '#server/engine/native-build-cpu.ts';
import { nativeCmakeOptions } from '#server/engine/native-build-selection.ts';

interface MakeOptions {
  readonly folders: EngineFolders;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly jobs: Jobs;
  readonly prefix: readonly string[];
  readonly log: string;
  readonly signal: AbortSignal;
  onLine(line: string): void;
}

/** In the library's folder: whatever else was built there stays as it is. */
const lastBuild = ({ library }: EngineFolders) => join(library, 'llama', 'lastBuild.json');

/** Where an earlier build waits until there is a new one. */
export const previousBuild = ({ library }: EngineFolders) => join(library, 'llama', 'stillroom-previous');
const previousRecord = (folders: EngineFolders) => join(previousBuild(folders), 'record.json');

/** Below the builds: what a person can read when it failed. */
export const logName = 'stillroom-build.log';

/**
 * The record says `use: "prebuilt"` until a comparison has decided.
 * @throws StepFailed, or the signal's reason; nothing unfinished is left then, and prebuilt and earlier build are
 * as they were
 */
export async function makeBuild(options: MakeOptions): Promise<BuildRecord> {
  const { folders, jobs } = options;
  const cmakeOptions = { ...nativeCmakeOptions, ...limit(jobs) };
  const before = readText(lastBuild(folders));
  // Of a build that was killed.
  putBack(folders);
  setAside(folders);
  const began = performance.now();
  const tool = (args: readonly string[]) =>
    runLibraryTool([...args, '--gpu', 'false', '--noUsageExample'], { ...options, cmakeOptions });
  try {
    await tool(['source', 'download', '--skipBuild']);
    await tool(['source', 'build']);
    const folder = String(JSON.parse(readFileSync(lastBuild(folders), 'utf8')).folderName);
    keepOnlyResult(folders, folder);
    const record: BuildRecord = {
      version: 1,
      folder,
      cmakeOptions,
      files: sizes(buildResult(folders, folder)),
      processor: thisProcessor(),
      versions: installedVersions(folders),
      builtAt: new Date().toISOString(),
      buildSeconds: Math.round((performance.now() - began) / 1000),
      trial: null,
      use: 'prebuilt',
    };
    writeBuildRecord(folders, record);
    rmSync(previousBuild(folders), { recursive: true, force: true });
    return record;
  } finally {
    removeUnfinished(folders);
    putBack(folders);
    rmSync(folders.source, { recursive: true, force: true });
    // This library looks there for the build it made last; without us it would not have changed.
    if (before === null) rmSync(lastBuild(folders), { force: true });
  }
}

/** The library makes a folder for each set of options, and builds over the old one where they are the same. */
function setAside(folders: EngineFolders): void {
  const record = readBuildRecord(folders);
  if (record === null) {
    removeBuildRecord(folders);
    return;
  }
  mkdirSync(previousBuild(folders));
  renameSync(folders.record, previousRecord(folders));
  const folder = join(folders.builds, record.folder);
  if (existsSync(folder)) renameSync(folder, join(previousBuild(folders), record.folder));
}

/** The record last: until it is back, this can be done again. */
function putBack(folders: EngineFolders): void {
  const record = readBuildRecord({ ...folders, record: previousRecord(folders) });
  if (record !== null) {
    const waiting = join(previousBuild(folders), record.folder);
    if (existsSync(waiting)) {
      rmSync(join(folders.builds, record.folder), { recursive: true, force: true });
      renameSync(waiting, join(folders.builds, record.folder));
    }
    renameSync(previousRecord(folders), folders.record);
  }
  rmSync(previousBuild(folders), { recursive: true, force: true });
}

/** The library decides itself how many compilers it starts; ninja's pools hold them back. */
function limit({ jobs, limited }: Jobs): Record<string, string> {
  return limited ? { CMAKE_JOB_POOLS: `stillroom=${jobs}`, CMAKE_JOB_POOL_COMPILE: 'stillroom' } : {};
}

function readText(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function sizes(folder: string): Record<string, number> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]));
}

const kept = new Set(['Release', 'buildDone.status']);

/** What the compilers left lying around is four fifths of the folder. */
function keepOnlyResult({ builds }: EngineFolders, folder: string): void {
  for (const name of readdirSync(join(builds, folder))) {
    if (!kept.has(name)) rmSync(join(builds, folder, name), { recursive: true });
  }
}

/** Builds without the mark of a finished one, and the locks of those that were stopped. */
export function removeUnfinished({ builds, source }: EngineFolders): void {
  rmSync(`${source}.lock`, { recursive: true, force: true });
  if (!existsSync(builds)) return;
  for (const entry of readdirSync(builds, { withFileTypes: true })) {
    if (!entry.isDirectory() || existsSync(join(builds, entry.name, 'buildDone.status'))) continue;
    rmSync(join(builds, entry.name), { recursive: true });
  }
}
