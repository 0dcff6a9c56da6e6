/** What "stillroom engine build" left behind: where it is, what it was made for, and whether it is to be used here. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { StillroomError } from '#server/errors.ts';
import type { EngineChoice } from './native-build-choice.ts';
import { processorMismatch, processorRecord, thisProcessor } from './native-build-cpu.ts';
import { trialResult } from './native-build-trial.ts';
import type { BuildPlan, GpuChoice } from './protocol.ts';

const versions = z.object({ library: z.string(), llamaCpp: z.string() });
type Versions = z.infer<typeof versions>;

const buildRecord = z.object({
  version: z.literal(1),
  /** Below the library's `localBuilds`. */
  folder: z.string().regex(/^[\w.-]+$/),
  cmakeOptions: z.record(z.string(), z.string()),
  /** Bytes of each file that is loaded, by name. */
  files: z.record(z.string(), z.number()),
  processor: processorRecord,
  versions,
  builtAt: z.iso.datetime(),
  buildSeconds: z.number(),
  /** Null = not compared (yet). */
  trial: trialResult.nullable(),
  use: z.enum(['native', 'prebuilt']),
});
export type BuildRecord = z.infer<typeof buildRecord>;

/** Folders of the installed engine library. */
export interface EngineFolders {
  readonly library: string;
  readonly source: string;
  readonly builds: string;
  readonly record: string;
}

/** @throws StillroomError engine_unavailable when the engine library is not installed */
export function engineFolders(packageJson = findLibrary()): EngineFolders {
  const library = dirname(packageJson);
  const builds = join(library, 'llama', 'localBuilds');
  return {
    library,
    source: join(library, 'llama', 'llama.cpp'),
    builds,
    record: join(builds, 'stillroom.json'),
  };
}

function findLibrary(): string {
  let found: string | undefined;
  try {
    found = findPackageJSON('node-llama-cpp', import.meta.url);
  } catch {
    // Not there: the same as undefined.
  }
  if (found !== undefined) return found;
  throw new StillroomError('engine_unavailable', 'The engine library is not installed. Run "npm ci".');
}

/** Of the engine library as it is installed now. */
export function installedVersions({ library }: EngineFolders): Versions {
  const field = (path: string, name: string) =>
    String(JSON.parse(readFileSync(join(library, path), 'utf8'))[name]);
  return {
    library: field('package.json', 'version'),
    llamaCpp: field(join('llama', 'binariesGithubRelease.json'), 'release'),
  };
}

/** Null = there is none. What can't be read counts as none: building again is all it takes. */
export function readBuildRecord({ record }: EngineFolders): BuildRecord | null {
  try {
    return buildRecord.parse(JSON.parse(readFileSync(record, 'utf8')));
  } catch {
    return null;
  }
}

export function writeBuildRecord(folders: EngineFolders, record: BuildRecord): void {
  writeFileSync(folders.record, `${JSON.stringify(record, null, 2)}\n`);
}

export function removeBuildRecord({ record }: EngineFolders): void {
  rmSync(record, { force: true });
}

/** Where the library puts and looks for the files of a build. */
export function buildResult({ builds }: EngineFolders, folder: string): string {
  return join(builds, folder, 'Release');
}

/** Why the recorded build can't run here; null = it can. */
export function buildProblem(
  folders: EngineFolders,
  record: BuildRecord,
  here = thisProcessor(),
): string | null {
  const now = installedVersions(folders);
  if (record.versions.library !== now.library || record.versions.llamaCpp !== now.llamaCpp) {
    return `it was made from another version of the engine library (${record.versions.library}, installed is ${now.library})`;
  }
  const mismatch = processorMismatch(record.processor, here);
  if (mismatch !== null) return mismatch;
  const changed = Object.entries(record.files).find(
    ([name, bytes]) =>
      statSync(join(buildResult(folders, record.folder), name), { throwIfNoEntry: false })?.size !== bytes,
  );
  return changed === undefined ? null : `its file ${changed[0]} is missing or was changed`;
}

/**
 * Which build the engine process shall open. A native build is for the processor and needs the one pool thread that the
 * engine process has without an accelerator.
 * @throws StillroomError config_invalid when `native` is asked for and there is none that runs here
 */
export function planBuild(
  choice: EngineChoice,
  gpu: GpuChoice,
  folders = engineFolders(),
  here = thisProcessor(),
): BuildPlan {
  const plan = (use: BuildPlan['use'], why: string, more: Partial<BuildPlan> = {}): BuildPlan => ({
    use,
    cmakeOptions: {},
    required: choice === 'native',
    why,
    degraded: false,
    ...more,
  });
  if (choice === 'prebuilt') return plan('prebuilt', 'the setting "engine" asks for it');
  if (gpu !== 'off') {
    if (choice === 'native') {
      throw noNative('it is for the processor, and an accelerator may be used', 'Set "gpu" to "off"');
    }
    return plan('any', 'a native build is for the processor, and an accelerator may be used');
  }
  const record = readBuildRecord(folders);
  if (record === null) {
    if (choice === 'native') throw noNative('there is none');
    return plan('any', 'no native build was made');
  }
  const problem = buildProblem(folders, record, here);
  if (problem !== null) {
    if (choice === 'native') throw noNative(problem);
    return plan('prebuilt', `the native build is not used: ${problem}`, {
      degraded: record.use === 'native',
    });
  }
  const { cmakeOptions } = record;
  if (choice === 'native') return plan('native', 'the setting "engine" asks for it', { cmakeOptions });
  if (record.use === 'native')
    return plan('native', 'it was faster when both were compared', { cmakeOptions });
  return plan(
    'prebuilt',
    record.trial === null
      ? 'the native build was not compared with it'
      : 'the native build was not faster when both were compared',
  );
}

function noNative(reason: string, remedy = 'Run "stillroom engine build"'): StillroomError {
  return new StillroomError(
    'config_invalid',
    `The setting "engine" asks for the native build, which can't be used: ${reason}. ${remedy}, or set "engine" to "auto".`,
  );
}
