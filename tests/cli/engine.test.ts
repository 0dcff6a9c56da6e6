import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockBuilds } from '#server/cli/engine/lock.ts';
import { missingTools, planJobs, usualJobs } from '#server/cli/engine/needs.ts';
import { engineSentence } from '#server/cli/engine/words.ts';
import { engineCommand } from '#server/cli/engine.ts';
import type { CliIo } from '#server/cli/io.ts';
import { engineFolders, installedVersions } from '#server/engine/native-build.ts';
import { thisProcessor } from '#server/engine/native-build-cpu.ts';
import { cliIo } from '../support/cli-io.ts';
import { addBuild, libraryFolder } from '../support/engine-library.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function run(args: string[], changes: Partial<CliIo> = {}, folders = libraryFolder()) {
  const io = cliIo(changes);
  const code = await engineCommand(args, io, folders);
  return { code, folders, ...io.seen };
}

/** A PATH with these programs; each prints its text. */
function pathWith(programs: Record<string, string>): string {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  }
  return folder;
}

const tools = { git: '', npm: '', cc: '', 'c++': '', ninja: '', cmake: 'cmake version 3.25.1' };

describe('stillroom engine', () => {
  it('says what runs and how to get a native build', async () => {
    const { code, out } = await run([], { env: { STILLROOM_GPU: 'off' } });
    expect(code).toBe(0);
    expect(out).toMatch(/Runs\s+prebuilt: no native build was made/);
    expect(out).toMatch(/Versions\s+node-llama-cpp 3\.22\.1, llama\.cpp v0\.5\.0/);
    expect(out).toMatch(/Native build\s+none; "stillroom engine build"/);
  });

  it('says why the native build runs and what it was measured to bring', async () => {
    const folders = libraryFolder();
    addBuild(folders);
    const { out } = await run(['status'], { env: { STILLROOM_GPU: 'off' } }, folders);
    expect(out).toMatch(/Runs\s+native build: it was faster when both were compared/);
    expect(out).toMatch(/Compared\s+1\.93× as fast as the prebuilt on stillroom-demo\.gguf, 1 thread,/);
    expect(out).toMatch(/native\s+reads 10871, writes 1369 tokens\/s/);
  });

  it('gives the same as JSON', async () => {
    const folders = libraryFolder();
    const record = addBuild(folders, { processor: { ...thisProcessor(), model: 'Other CPU 9000' } });
    const { out } = await run(['status', '--json'], { env: { STILLROOM_GPU: 'off' } }, folders);
    expect(JSON.parse(out)).toMatchObject({
      runs: 'prebuilt',
      versions: installedVersions(folders),
      problem: expect.stringContaining('Other CPU 9000'),
      record,
    });
  });

  it('says that the gateway would not start when the setting can’t be met', async () => {
    const env = { STILLROOM_GPU: 'off', STILLROOM_ENGINE: 'native' };
    expect((await run([], { env })).out).toMatch(/Runs\s+The setting "engine" asks for .* there is none/);
    const json = await run(['--json'], { env });
    expect(json).toMatchObject({ code: 1, err: expect.stringContaining('there is none') });
  });

  it.each([
    [['frobnicate'], /Unknown command "engine frobnicate"/],
    [['clean', 'now'], /Unknown command "engine clean now"/],
    [['build', '--json'], /--json means nothing to "engine build"/],
    [['status', '--jobs', '1'], /--jobs means nothing to "engine status"/],
    [['build', '--jobs', 'two'], /--jobs takes a whole number/],
    [['build', '--jobs', '0'], /--jobs takes a whole number/],
    [['--frobnicate'], /Unknown option/],
  ])('refuses %o with how to find the right words', async (args, sentence) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
    expect(err).toContain('stillroom engine --help');
  });

  it('explains itself', async () => {
    const { code, out } = await run(['build', '--help']);
    expect(code).toBe(0);
    for (const word of ['status', 'build', 'compare', 'clean', '--jobs', '--model', '--data', '--json']) {
      expect(out).toContain(word);
    }
  });
});

describe('what a build needs', () => {
  it('names every missing program and the command that installs them, and starts nothing', async () => {
    const folders = libraryFolder();
    const { code, err } = await run(['build'], { env: { PATH: tempFolder() } }, folders);
    expect(code).toBe(1);
    for (const name of ['git', 'npm', 'cmake', 'cc or gcc or clang', 'c++ or g++', 'ninja or make']) {
      expect(err).toContain(name);
    }
    expect(err).toContain('Install them:');
    expect(existsSync(folders.builds)).toBe(false);
  });

  it.each([
    ['ID=ubuntu\nID_LIKE=debian\n', /^Install them: apt-get install cmake g\+\+$/],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', /^Install them: dnf install cmake gcc-c\+\+$/],
    ['ID=arch\n', /apt-get install cmake g\+\+ .*dnf install cmake gcc-c\+\+/],
  ])('gives the command of the system %o', (osRelease, command) => {
    const { cmake: _cmake, 'c++': _compiler, ...present } = tools;
    expect(missingTools({ PATH: pathWith(present) }, osRelease).at(-1)).toMatch(command);
  });

  it('misses nothing where all are there, and takes make for ninja', () => {
    const { ninja: _ninja, ...others } = tools;
    expect(missingTools({ PATH: pathWith(tools) })).toEqual([]);
    expect(missingTools({ PATH: pathWith({ ...others, make: '' }) })).toEqual([]);
  });

  it('asks for a newer cmake', () => {
    const path = pathWith({ ...tools, cmake: 'cmake version 3.16.3' });
    expect(missingTools({ PATH: path }).join('\n')).toMatch(/cmake 3\.19 or newer \(found 3\.16\.3\)/);
  });

  it('runs as many compilers as cores and memory allow', () => {
    expect([usualJobs(1), usualJobs(2), usualJobs(4), usualJobs(16)]).toEqual([1, 2, 4, 14]);
    expect(planJobs(null, 4, 8e9, true)).toEqual({ jobs: 4, limited: false });
    expect(planJobs(null, 4, 1.5e9, true)).toEqual({ jobs: 2, limited: true });
    expect(planJobs(1, 4, 8e9, true)).toEqual({ jobs: 1, limited: true });
  });

  it.each([
    [null, 4, 0.4e9, true, /needs about 650 MB .* 400 MB are free/],
    [3, 4, 1.5e9, true, /set --jobs lower/],
    [5, 4, 8e9, true, /--jobs 5 is more .* at most 4/],
    [1, 4, 8e9, false, /install ninja/],
  ])('refuses %o of %o compilers with %o bytes free', (wished, most, free, ninja, sentence) => {
    expect(planJobs(wished, most, free, ninja)).toMatch(sentence);
  });
});

describe('stillroom engine compare', () => {
  it('needs a build that runs here', async () => {
    expect(await run(['compare'])).toMatchObject({ code: 1, err: expect.stringContaining('there is none') });
  });

  it('says which names a model can have', async () => {
    const folders = libraryFolder();
    addBuild(folders);
    const { code, err } = await run(['compare', '--model', 'nowhere'], {}, folders);
    expect(code).toBe(1);
    expect(err).toContain('There is no model "nowhere" here');
  });
});

describe('stillroom engine clean', () => {
  it('removes the build, what was left of others, source and record, and says how much is free again', async () => {
    const folders = libraryFolder();
    const { folder } = addBuild(folders);
    mkdirSync(folders.source);
    writeFileSync(join(folders.source, 'a.cpp'), 'x'.repeat(5e6));
    mkdirSync(join(folders.builds, 'linux-x64-unfinished', 'bin'), { recursive: true });
    mkdirSync(join(folders.builds, 'linux-x64-cuda'));
    writeFileSync(join(folders.builds, 'linux-x64-cuda', 'buildDone.status'), '');
    const { code, out } = await run(['clean'], {}, folders);
    expect(code).toBe(0);
    expect(out).toMatch(/: 5 MB are free again/);
    for (const path of [folders.record, folders.source, join(folders.builds, folder)]) {
      expect(existsSync(path), path).toBe(false);
    }
    expect(existsSync(join(folders.builds, 'linux-x64-unfinished'))).toBe(false);
    expect(existsSync(join(folders.builds, 'linux-x64-cuda')), 'a build made by hand').toBe(true);
    expect((await run(['clean'], {}, folders)).out).toBe('There is no native build here.\n');
  });

  it('leaves a build alone that is being made', async () => {
    const folders = libraryFolder();
    mkdirSync(join(folders.builds, 'linux-x64-unfinished'), { recursive: true });
    const lock = await lockBuilds(folders);
    const { code, err } = await run(['clean'], {}, folders);
    expect(code).toBe(1);
    expect(err).toContain(`Process ${process.pid} is building the engine`);
    expect(existsSync(join(folders.builds, 'linux-x64-unfinished'))).toBe(true);
    lock.release();
    expect((await run(['clean'], {}, folders)).code).toBe(0);
    expect(existsSync(folders.builds)).toBe(false);
  });
});

it('lets the doctor say what runs and what a build brings', () => {
  const folders = libraryFolder();
  expect(engineSentence('auto', folders)).toMatch(
    /^prebuilt: no native build was made\. "stillroom engine build"/,
  );
  addBuild(folders);
  expect(engineSentence('auto', folders)).toMatch(
    /^native build: .* \(native: 1\.93× as fast as the prebuilt/,
  );
  addBuild(folders, { use: 'prebuilt', trial: null });
  expect(engineSentence('auto', folders)).toContain('"stillroom engine compare"');
});

it('finds the engine library that the gateway loads', () => {
  const { library } = engineFolders();
  expect(JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')).name).toBe('node-llama-cpp');
});
