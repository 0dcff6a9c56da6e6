/** A folder laid out like the installed engine library with a native build in it, for everything short of loading it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BuildRecord,
  buildResult,
  type EngineFolders,
  engineFolders,
  installedVersions,
  writeBuildRecord,
} from '#server/engine/native-build.ts';
import { thisProcessor } from '#server/engine/native-build-cpu.ts';
import { nativeCmakeOptions } from '#server/engine/native-build-selection.ts';
import { tempFolder } from './temp-folder.ts';

const addon = 'llama-addon.node';

/** The library as npm installs it, without binaries. */
export function libraryFolder(): EngineFolders {
  const library = tempFolder();
  mkdirSync(join(library, 'llama'), { recursive: true });
  writeFileSync(join(library, 'package.json'), '{"name": "node-llama-cpp", "version": "3.22.1"}');
  writeFileSync(join(library, 'llama', 'binariesGithubRelease.json'), '{"release": "v0.5.0"}');
  return engineFolders(join(library, 'package.json'));
}

/** Adds a build that fits this processor and this library. */
export function addBuild(folders: EngineFolders, changes: Partial<BuildRecord> = {}): BuildRecord {
  const folder = 'linux-x64-abc';
  const result = buildResult(folders, folder);
  mkdirSync(result, { recursive: true });
  writeFileSync(join(result, addon), 'x'.repeat(1000));
  writeFileSync(join(result, '..', 'buildDone.status'), '');
  const record: BuildRecord = {
    version: 1,
    folder,
    cmakeOptions: { ...nativeCmakeOptions },
    files: { [addon]: 1000 },
    processor: thisProcessor(),
    versions: installedVersions(folders),
    builtAt: '2026-11-24T12:00:00.000Z',
    buildSeconds: 140,
    trial: {
      model: 'stillroom-demo.gguf',
      threads: 1,
      rounds: 4,
      prebuilt: { prefill: 10_759, decode: 704 },
      native: { prefill: 10_871, decode: 1369 },
      gain: 1.93,
    },
    use: 'native',
    ...changes,
  };
  writeBuildRecord(folders, record);
  return record;
}
