import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { planLoad } from '#server/engine/load-plan.ts';
import { buildResult, planBuild, readBuildRecord } from '#server/engine/native-build.ts';
import { processorMismatch, thisProcessor } from '#server/engine/native-build-cpu.ts';
import { compareBuilds, fasterBuild } from '#server/engine/native-build-trial.ts';
import { forkEngine } from '#server/engine/process.ts';
import { type BuildPlan, type FromChild, parseFromChild, protocolVersion } from '#server/engine/protocol.ts';
import { testEngine } from '../support/engine.ts';
import { addBuild, libraryFolder } from '../support/engine-library.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const here = thisProcessor();

describe('the choice of the build', () => {
  it('is the library’s own while no native build was made', () => {
    expect(planBuild('auto', 'off', libraryFolder())).toMatchObject({
      use: 'any',
      why: 'no native build was made',
      degraded: false,
    });
  });

  it('is the native build with the options it is found by, where it was faster', () => {
    const folders = libraryFolder();
    const { cmakeOptions } = addBuild(folders);
    expect(planBuild('auto', 'off', folders)).toMatchObject({ use: 'native', cmakeOptions, required: false });
  });

  it('is the prebuilt where the native build was not faster, or not compared', () => {
    const folders = libraryFolder();
    addBuild(folders, { use: 'prebuilt' });
    expect(planBuild('auto', 'off', folders)).toMatchObject({
      use: 'prebuilt',
      why: expect.stringMatching(/was not faster/),
    });
    addBuild(folders, { use: 'prebuilt', trial: null });
    expect(planBuild('auto', 'off', folders)).toMatchObject({
      use: 'prebuilt',
      why: expect.stringMatching(/was not compared/),
    });
  });

  it('follows the setting, whichever was faster', () => {
    const folders = libraryFolder();
    addBuild(folders, { use: 'prebuilt' });
    expect(planBuild('native', 'off', folders)).toMatchObject({ use: 'native', required: true });
    addBuild(folders);
    expect(planBuild('prebuilt', 'off', folders)).toMatchObject({ use: 'prebuilt', degraded: false });
  });

  it('leaves the native build alone where an accelerator may be used', () => {
    const folders = libraryFolder();
    addBuild(folders);
    expect(planBuild('auto', 'cuda', folders)).toMatchObject({ use: 'any', degraded: false });
    expect(() => planBuild('native', 'auto', folders)).toThrow(
      /accelerator may be used\. Set "gpu" to "off"/,
    );
  });

  it.each([
    ['another processor', { model: 'Other CPU 9000' }, /another processor \(Other CPU 9000, this one is/],
    ['another architecture', { architecture: 'mips' }, /another processor/],
    ['more features', { features: [...here.features, 'avx9000'] }, /can more than this one \(avx9000\)/],
  ])('is the prebuilt when the native one was made for %s, and says so', (_what, change, reason) => {
    const folders = libraryFolder();
    addBuild(folders, { processor: { ...here, ...change } });
    expect(planBuild('auto', 'off', folders)).toMatchObject({
      use: 'prebuilt',
      why: expect.stringMatching(reason),
      degraded: true,
    });
    expect(() => planBuild('native', 'off', folders)).toThrow(reason);
  });

  it('is the prebuilt after the library was replaced by another version', () => {
    const folders = libraryFolder();
    addBuild(folders);
    writeFileSync(join(folders.library, 'package.json'), '{"version": "3.23.0"}');
    expect(planBuild('auto', 'off', folders)).toMatchObject({
      use: 'prebuilt',
      why: expect.stringMatching(/another version of the engine library \(3\.22\.1, installed is 3\.23\.0\)/),
    });
  });

  it('is the prebuilt when a file of the native build was changed or is gone', () => {
    const folders = libraryFolder();
    const { folder } = addBuild(folders);
    const file = join(buildResult(folders, folder), 'llama-addon.node');
    writeFileSync(file, 'shorter');
    expect(planBuild('auto', 'off', folders)).toMatchObject({
      use: 'prebuilt',
      why: expect.stringMatching(/llama-addon\.node/),
    });
    rmSync(file);
    expect(planBuild('auto', 'off', folders)).toMatchObject({
      use: 'prebuilt',
      why: expect.stringMatching(/missing or was changed/),
    });
  });

  it.each(['', '{', '{"version": 2}', '{"version": 1, "folder": "../../etc"}'])(
    'takes a record that reads %o for none',
    (text) => {
      const folders = libraryFolder();
      addBuild(folders);
      writeFileSync(folders.record, text);
      expect(readBuildRecord(folders)).toBeNull();
      expect(planBuild('auto', 'off', folders).use).toBe('any');
    },
  );
});

describe('the processor', () => {
  it('is described by the features of all kinds of cores', () => {
    const board =
      'processor : 0\nFeatures\t: fp asimd crc32\nCPU part\t: 0xd05\n\nprocessor : 4\nFeatures\t: fp asimd sve\nCPU part\t: 0xd0b\n';
    expect(thisProcessor(board).features).toEqual(['0xd05', '0xd0b', 'asimd', 'crc32', 'fp', 'sve']);
    expect(thisProcessor('flags\t\t: sse avx2 fpu\nflags\t\t: sse avx2 fpu\n').features).toEqual([
      'avx2',
      'fpu',
      'sse',
    ]);
  });

  it('runs what was built for fewer features', () => {
    const built = { ...here, features: here.features.slice(1) };
    expect(processorMismatch(built, here)).toBeNull();
  });
});

describe('the verdict', () => {
  const about = { model: 'a.gguf', threads: 2 };
  const typical = { promptTokens: 150, answerTokens: 1200 };

  it('weighs reading and writing by what people wait for, with medians', () => {
    const slow = { prefill: 100, decode: 10 };
    const outlier = { prefill: 1, decode: 1 };
    const fast = { prefill: 100, decode: 20 };
    const result = compareBuilds(about, [slow, slow, slow], [fast, outlier, fast], typical);
    expect(result).toMatchObject({ rounds: 3, prebuilt: slow, native: fast });
    expect(result.gain).toBeCloseTo((1.5 + 120) / (1.5 + 60), 10);
    expect(fasterBuild(result)).toBe('native');
  });

  it('stays with the prebuilt in doubt', () => {
    const prebuilt = { prefill: 100, decode: 10 };
    const verdict = (decode: number) =>
      fasterBuild(compareBuilds(about, [prebuilt], [{ prefill: 100, decode }], typical));
    expect([verdict(9), verdict(10), verdict(10.2), verdict(10.5)]).toEqual([
      'prebuilt',
      'prebuilt',
      'prebuilt',
      'native',
    ]);
  });

  it('takes the middle of two when the rounds are even', () => {
    const of = (decode: number) => ({ prefill: 100, decode });
    expect(compareBuilds(about, [of(1), of(2), of(4), of(9)], [of(3)], typical).prebuilt.decode).toBe(3);
  });
});

describe('the engine process', () => {
  /** Loads with this build and returns what the process says of it. */
  async function load(build: BuildPlan): Promise<FromChild> {
    const child = forkEngine('off', null);
    onTestFinished(() => void child.kill('SIGKILL'));
    const { path: modelPath } = scriptedModel();
    const options = planLoad(
      { modelPath, slots: 1, contextTokens: 512, threads: 1, gpu: 'off' },
      null,
      false,
    );
    return await new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the engine process ended with ${code}`)));
      child.on('message', (raw) => {
        const message = parseFromChild(raw);
        if (message.type === 'hello')
          child.send({ v: protocolVersion, type: 'load', options: { ...options, build } });
        if (message.type === 'ready' || message.type === 'loadFailed') resolve(message);
      });
    });
  }
  const nobodyBuiltThis = {
    use: 'native',
    cmakeOptions: { STILLROOM_TEST: 'never built' },
    why: 'a test',
    degraded: false,
  } as const;

  it('runs the prebuilt and says so when the native build can’t be loaded', async () => {
    expect(await load({ ...nobodyBuiltThis, required: false })).toMatchObject({
      type: 'ready',
      loaded: {
        build: {
          kind: 'prebuilt',
          degraded: true,
          why: expect.stringMatching(/the native build can't be loaded/),
        },
      },
    });
  });

  it('runs nothing else when the native build is a must', async () => {
    expect(await load({ ...nobodyBuiltThis, required: true })).toMatchObject({
      type: 'loadFailed',
      message: expect.stringMatching(
        /The native build of the engine can't be loaded.*"stillroom engine build"/,
      ),
    });
  });

  it('tells which build runs', async () => {
    const engine = testEngine({ modelPath: scriptedModel().path, engine: 'prebuilt' });
    const info = await engine.start();
    expect(info.build).toEqual({
      kind: 'prebuilt',
      why: 'the setting "engine" asks for it',
      degraded: false,
    });
  });
});
