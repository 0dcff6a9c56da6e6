/** The steps of a build with a library whose own tool is a few lines of script: processes, files and signals are real. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runLibraryTool, StepFailed, withoutNetwork } from '#server/cli/engine/library-tool.ts';
import { makeBuild } from '#server/cli/engine/make-build.ts';
import { type EngineFolders, planBuild, readBuildRecord } from '#server/engine/native-build.ts';
import { addBuild, libraryFolder } from '../support/engine-library.ts';

function libraryWithTool(script: string): EngineFolders {
  const folders = libraryFolder();
  mkdirSync(join(folders.library, 'dist', 'cli'), { recursive: true });
  writeFileSync(join(folders.library, 'dist', 'cli', 'cli.js'), script);
  mkdirSync(folders.builds);
  return folders;
}

function stepOptions(folders: EngineFolders, onLine: (line: string) => void = () => undefined) {
  const stop = new AbortController();
  return {
    stop,
    options: {
      folders,
      env: process.env,
      cmakeOptions: {},
      jobs: { jobs: 2, limited: false },
      prefix: withoutNetwork(),
      log: join(folders.builds, 'log'),
      signal: stop.signal,
      onLine,
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    // A process that ended but was not collected has no command line any more.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

it('passes nothing of the environment on but what compilers need, with a home of its own', async () => {
  const folders = libraryWithTool('console.log(JSON.stringify(process.env))');
  const lines: string[] = [];
  const { options } = stepOptions(folders, (line) => lines.push(line));
  const env = { PATH: process.env.PATH, CC: 'gcc', API_KEY: 'secret', GGML_CUDA: '1', NODE_OPTIONS: '--bad' };
  await runLibraryTool([], { ...options, env, cmakeOptions: { GGML_NATIVE: 'ON' } });
  const seen = JSON.parse(lines[0] ?? '');
  expect(seen).toMatchObject({
    CC: 'gcc',
    NODE_LLAMA_CPP_CMAKE_OPTION_GGML_NATIVE: 'ON',
    GIT_ALLOW_PROTOCOL: 'file',
  });
  expect(Object.keys(seen)).not.toContain('API_KEY');
  expect(Object.keys(seen)).not.toContain('GGML_CUDA');
  expect(Object.keys(seen)).not.toContain('NODE_OPTIONS');
  expect(existsSync(seen.HOME)).toBe(false);
});

it('gives the steps no network where the kernel allows it', async () => {
  const folders = libraryWithTool('console.log(JSON.stringify(require("node:os").networkInterfaces()))');
  const lines: string[] = [];
  const { options } = stepOptions(folders, (line) => lines.push(line));
  await runLibraryTool([], options);
  if (spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status === 0)
    expect(lines).toEqual(['{}']);
  else expect(lines).toHaveLength(1);
});

it('ends compilers and all when it is interrupted', async () => {
  const folders = libraryWithTool(`
    const { spawn } = require('node:child_process');
    const stubborn = spawn('sh', ['-c', 'trap "" TERM; echo "pid $$"; sleep 600; sleep 600'], { stdio: 'inherit' });
    setInterval(() => undefined, 1000);
  `);
  const started = Promise.withResolvers<number>();
  const { options, stop } = stepOptions(folders, (line) => started.resolve(Number(line.replace('pid ', ''))));
  const step = runLibraryTool([], options);
  const pid = await started.promise;
  expect(isRunning(pid)).toBe(true);
  stop.abort();
  await expect(step).rejects.toThrow(/abort/i);
  expect(isRunning(pid)).toBe(false);
});

it('keeps what a failed step printed, in the log too', async () => {
  const folders = libraryWithTool(
    'console.error("CMake Error: no"); console.log("bye"); process.exitCode = 3;',
  );
  const { options } = stepOptions(folders);
  const failure = await runLibraryTool(['source', 'build', '--gpu'], options).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StepFailed);
  expect((failure as StepFailed).message).toBe('"node-llama-cpp source build" ended with code 3');
  expect((failure as StepFailed).lines.toSorted()).toEqual(['CMake Error: no', 'bye']);
  expect(readFileSync(options.log, 'utf8')).toContain('CMake Error: no\n');
});

/** Leaves behind what the library leaves behind: source, a build tree, and which build was the last. */
const builder = `
  const fs = require('node:fs');
  const out = 'llama/localBuilds/linux-x64-new';
  if (process.argv[3] === 'download') {
    fs.mkdirSync('llama/llama.cpp');
  } else {
    fs.mkdirSync(out + '/Release', { recursive: true });
    fs.mkdirSync(out + '.lock');
    if (process.env.CC === 'false') process.exit(1);
    fs.mkdirSync(out + '/CMakeFiles');
    fs.writeFileSync(out + '/Release/llama-addon.node', 'binary');
    fs.writeFileSync(out + '/buildDone.status', '');
    fs.writeFileSync('llama/lastBuild.json', '{"folderName": "linux-x64-new"}');
  }
`;

it('keeps of a build what is loaded, with a record that waits for a comparison', async () => {
  const folders = libraryWithTool(builder);
  const { folder: earlier } = addBuild(folders);
  const record = await makeBuild({ ...stepOptions(folders).options, jobs: { jobs: 1, limited: true } });
  expect(record).toMatchObject({
    folder: 'linux-x64-new',
    files: { 'llama-addon.node': 6 },
    cmakeOptions: { GGML_NATIVE: 'ON', GGML_OPENMP: 'ON', CMAKE_JOB_POOLS: 'stillroom=1' },
    use: 'prebuilt',
    trial: null,
  });
  expect(readBuildRecord(folders)).toEqual(record);
  expect(readdirSync(join(folders.builds, record.folder)).toSorted()).toEqual([
    'Release',
    'buildDone.status',
  ]);
  expect(existsSync(folders.source)).toBe(false);
  expect(existsSync(join(folders.builds, earlier))).toBe(false);
  expect(existsSync(join(folders.library, 'llama', 'lastBuild.json'))).toBe(false);
  expect(planBuild('auto', 'off', folders).why).toBe('the native build was not compared with it');
});

it('keeps the earlier build, also of the same name, until there is a new one', async () => {
  const folders = libraryWithTool(builder.replaceAll('linux-x64-new', 'linux-x64-abc'));
  const earlier = addBuild(folders);
  const { options } = stepOptions(folders);
  await expect(makeBuild({ ...options, env: { ...options.env, CC: 'false' } })).rejects.toThrow(StepFailed);
  expect(readBuildRecord(folders)).toEqual(earlier);
  expect(planBuild('auto', 'off', folders).use).toBe('native');
  expect(readdirSync(join(folders.library, 'llama')).toSorted()).toEqual([
    'binariesGithubRelease.json',
    'localBuilds',
  ]);
  const record = await makeBuild(options);
  expect(readBuildRecord(folders)).toEqual(record);
  expect(record.files).toEqual({ 'llama-addon.node': 6 });
  expect(existsSync(join(folders.library, 'llama', 'stillroom-previous'))).toBe(false);
});

it('leaves nothing unfinished behind when the build fails', async () => {
  const folders = libraryWithTool(builder);
  const { options } = stepOptions(folders);
  await expect(makeBuild({ ...options, env: { ...options.env, CC: 'false' } })).rejects.toThrow(StepFailed);
  expect(readdirSync(folders.builds)).toEqual([]);
  expect(existsSync(folders.source)).toBe(false);
  expect(planBuild('auto', 'off', folders).use).toBe('any');
});
