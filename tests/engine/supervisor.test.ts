import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkModelFile } from '#server/engine/model-file.ts';
import { RssWatchdog } from '#server/engine/rss-watchdog.ts';
import { createEngine, type LocalEngine } from '#server/engine/supervisor.ts';
import { StillroomError } from '#server/errors.ts';
import { ask, stateOf, testEngine } from '../support/engine.ts';
import { u32 } from '../support/gguf-writer.ts';
import { r1Vocabulary } from '../support/r1-vocabulary.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';

const script = scriptedModel({ thought: 26, answer: 300, tail: 'é😀' });
const pidOf = (engine: LocalEngine) => engine.info?.pid ?? Number.NaN;
const quickRestarts = { firstDelayMs: 10, mostDelayMs: 50, breakerCrashes: 3 };

describe('when the engine process dies', () => {
  it('ends a running answer with a typed error and answers the next question', async () => {
    const engine = testEngine({ modelPath: script.path });
    const { pid } = await engine.start();
    const asked = ask(engine, 'hello', { paceTokensPerSecond: 100 });
    let toldBefore: boolean | null = null;
    engine.onState(({ state }) => {
      if (state === 'restarting') toldBefore = asked.events.some(({ type }) => type === 'error');
    });
    await asked.event('delta');
    process.kill(pid, 'SIGKILL');
    const error = await asked.error();
    expect(error).toMatchObject({ code: 'engine_crashed', retryable: true });
    // Whoever hears of the end gives the place to the next one, so that there is no engine is known first.
    expect(toldBefore).toBe(false);
    const next = ask(engine, 'again');
    await next.done();
    expect(next.text('text')).toBe(script.answerText);
    expect(pidOf(engine)).not.toBe(pid);
  });

  it('repeats a request that has shown nothing yet, once, without a trace', async () => {
    const slow = scriptedModel({ answer: 5, layers: 6, feedForward: 2048 });
    const engine = testEngine({
      modelPath: slow.path,
      contextTokens: 8192,
      batchTokens: 64,
      restarts: quickRestarts,
    });
    const { pid } = await engine.start();
    const asked = ask(engine, 'x'.repeat(4000));
    await asked.event('accepted');
    process.kill(pid, 'SIGKILL');
    expect((await asked.done()).finish).toBe('stop');
    expect(asked.events.filter((event) => event.type === 'accepted')).toHaveLength(1);
    expect(asked.text('text')).toBe(slow.answerText);
  });

  it('gives up on a request that takes the engine down twice', async () => {
    const slow = scriptedModel({ answer: 5, layers: 6, feedForward: 2048 });
    const engine = testEngine({
      modelPath: slow.path,
      contextTokens: 8192,
      batchTokens: 64,
      restarts: quickRestarts,
    });
    await engine.start();
    const asked = ask(engine, 'x'.repeat(8000));
    await asked.event('accepted');
    process.kill(pidOf(engine), 'SIGKILL');
    await stateOf(engine, 'restarting');
    await stateOf(engine, 'ready');
    process.kill(pidOf(engine), 'SIGKILL');
    expect((await asked.error()).code).toBe('engine_crashed');
  });

  it('remembers "answer now" for the next engine process', async () => {
    const engine = testEngine({ modelPath: script.path, restarts: quickRestarts });
    await engine.start();
    process.kill(pidOf(engine), 'SIGKILL');
    await stateOf(engine, 'restarting');
    const asked = ask(engine, 'hello');
    asked.generation.answerNow();
    await asked.done();
    expect((await asked.event('reasoningEnd')).forced).toBe('answerNow');
  });

  it('clears away what a killed gateway left in the memory file system', async () => {
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    const abandoned = mkdtempSync(`/dev/shm/stillroom-${namespace}-4194305-`);
    writeFileSync(join(abandoned, '0.state'), 'left behind');
    // A gateway in another container, whose process ids say nothing here.
    const elsewhere = mkdtempSync('/dev/shm/stillroom-1-4194305-');
    onTestFinished(() => rmSync(elsewhere, { recursive: true }));
    await testEngine({ modelPath: script.path }).start();
    expect(existsSync(abandoned)).toBe(false);
    expect(existsSync(elsewhere)).toBe(true);
  });

  it('lets a request be cancelled while no engine is there', async () => {
    const engine = testEngine({ modelPath: script.path });
    await engine.start();
    process.kill(pidOf(engine), 'SIGKILL');
    await stateOf(engine, 'restarting');
    const asked = ask(engine, 'hello');
    asked.generation.cancel();
    expect((await asked.done()).finish).toBe('cancelled');
  });

  it('answers token counts that were asked for in between', async () => {
    const engine = testEngine({ modelPath: script.path, restarts: quickRestarts });
    await engine.start();
    process.kill(pidOf(engine), 'SIGKILL');
    await stateOf(engine, 'restarting');
    expect(await engine.countTokens([{ role: 'user', content: 'abc' }])).toBe(1 + 4 + 3);
  });

  it('survives being killed over and over while it answers', async () => {
    const engine = testEngine({ modelPath: script.path, restarts: quickRestarts });
    await engine.start();
    for (let round = 0; round < 5; round++) {
      const asked = ask(engine, 'hello', { paceTokensPerSecond: 100 });
      await asked.event('delta');
      process.kill(pidOf(engine), 'SIGKILL');
      await asked.error();
      await stateOf(engine, 'ready');
    }
    expect((await ask(engine, 'hello').done()).finish).toBe('stop');
  });

  it('pauses after three crashes in a row and says what to do', async () => {
    const engine = testEngine({ modelPath: script.path, restarts: quickRestarts, breakerCooldownMs: 200 });
    await engine.start();
    for (let crash = 0; crash < 3; crash++) {
      const asked = ask(engine, 'hello', { paceTokensPerSecond: 100 });
      await asked.event('delta');
      process.kill(pidOf(engine), 'SIGSEGV');
      await asked.error();
      if (crash < 2) await stateOf(engine, 'ready');
    }
    const failed = await stateOf(engine, 'failed');
    expect(failed.code).toBe('engine_unavailable');
    expect(failed.reason).toContain('before it is tried again');
    expect((await ask(engine, 'hello').error()).code).toBe('engine_unavailable');
    // One more try after the pause.
    await stateOf(engine, 'ready');
    expect((await ask(engine, 'hello').done()).finish).toBe('stop');
  });
});

describe('when the engine process hangs', () => {
  it('kills and replaces it and says so', async () => {
    const engine = testEngine({
      modelPath: script.path,
      // Two seconds: an engine that only gets no processor for a moment is no hanging one.
      heartbeat: { intervalMs: 20, missed: 100, stuckStepMs: 60_000 },
      restarts: quickRestarts,
    });
    const { pid } = await engine.start();
    const asked = ask(engine, 'hello', { paceTokensPerSecond: 100 });
    await asked.event('delta');
    process.kill(pid, 'SIGSTOP');
    expect((await asked.error()).code).toBe('engine_stuck');
    expect((await ask(engine, 'again').done()).finish).toBe('stop');
  });

  it('kills it when one step takes longer than any step may', async () => {
    const slow = scriptedModel({ answer: 5, layers: 12, feedForward: 4096 });
    const engine = testEngine({
      modelPath: slow.path,
      contextTokens: 8192,
      slots: 1,
      heartbeat: { intervalMs: 5, missed: 1000, stuckStepMs: 10 },
      restarts: quickRestarts,
    });
    await engine.start();
    const asked = ask(engine, 'x'.repeat(4000));
    expect(await asked.error()).toMatchObject({
      code: 'engine_stuck',
      message: expect.stringContaining('step'),
    });
  });
});

describe('when the engine process grows too large', () => {
  const rssLimits = { softBytes: 1, hardBytes: 2, everyMs: 600_000 };
  const heartbeat = { intervalMs: 20, missed: 500, stuckStepMs: 60_000 };

  it('is renewed when the running answers are done, and no turn is lost', async () => {
    const engine = testEngine({ modelPath: script.path, rssLimits, heartbeat });
    const { pid } = await engine.start();
    const restarting = stateOf(engine, 'restarting');
    const running = ['a', 'b'].map((owner) => ask(engine, 'hello', { owner, paceTokensPerSecond: 400 }));
    await Promise.all(running.map((asked) => asked.event('reasoningEnd')));
    const late = ask(engine, 'late');
    for (const asked of [...running, late]) {
      expect((await asked.done()).finish).toBe('stop');
      expect(asked.text('text')).toBe(script.answerText);
    }
    expect((await restarting).reason).toContain('memory');
    await stateOf(engine, 'ready');
    expect(pidOf(engine)).not.toBe(pid);
  });

  it('is not renewed again and again', () => {
    const watchdog = new RssWatchdog({ softBytes: 100, hardBytes: 200, everyMs: 1000 });
    expect(watchdog.observe(50, 0, 0)).toBe('keep');
    expect(watchdog.observe(150, 1, 10)).toBe('keep');
    expect(watchdog.observe(250, 1, 20)).toBe('drain');
    expect(watchdog.observe(250, 0, 30)).toBe('renew');
    expect(watchdog.observe(250, 0, 40)).toBe('keep');
    expect(watchdog.observe(150, 0, 1040)).toBe('renew');
  });

  it('is renewed even when the memory has shrunk again until the last answer is done', () => {
    const watchdog = new RssWatchdog({ softBytes: 100, hardBytes: 200, everyMs: 1000 });
    expect(watchdog.observe(250, 1, 0)).toBe('drain');
    expect(watchdog.observe(50, 1, 10)).toBe('drain');
    expect(watchdog.observe(50, 0, 20)).toBe('renew');
    expect(watchdog.observe(50, 0, 2000)).toBe('keep');
  });

  it('is not renewed for what a process did that has crashed since', () => {
    const watchdog = new RssWatchdog({ softBytes: 100, hardBytes: 200, everyMs: 1000 });
    expect(watchdog.observe(250, 1, 0)).toBe('drain');
    watchdog.newProcess();
    expect(watchdog.observe(50, 1, 10)).toBe('keep');
  });
});

describe('stopping', () => {
  it('ends the process and tells who was waiting', async () => {
    const engine = createEngine({
      modelPath: script.path,
      slots: 1,
      contextTokens: 2048,
      threads: 1,
      gpu: 'off',
    });
    const { pid } = await engine.start();
    const asked = ask(engine, 'hello', { paceTokensPerSecond: 100 });
    await asked.event('delta');
    await engine.stop();
    expect((await asked.error()).code).toBe('shutting_down');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(engine.countTokens([])).rejects.toMatchObject({ code: 'shutting_down' });
  });
});

describe('when the gateway is killed', () => {
  it('takes the engine process with it, even in the middle of an answer', async () => {
    const holder = spawn(process.execPath, [
      join(import.meta.dirname, '../support/holder-process.ts'),
      script.path,
    ]);
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    holder.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
  });
});

describe('when the model file is cut short under the running engine', () => {
  it('goes on answering from the copy in memory', async () => {
    const path = join(tempFolder(), 'model.gguf');
    copyFileSync(script.path, path);
    const engine = testEngine({ modelPath: path });
    const { pid } = await engine.start();
    truncateSync(path, 100);
    const asked = ask(engine, 'hello');
    await asked.done();
    expect(asked.text('text')).toBe(script.answerText);
    expect(pidOf(engine)).toBe(pid);
  });
});

describe('a load that gets nowhere', () => {
  it('is given up after a while without progress', async () => {
    const engine = testEngine({ modelPath: script.path, loadTimeoutMs: 1 });
    await expect(engine.start()).rejects.toMatchObject({ code: 'model_load_failed' });
    expect(engine.state).toMatchObject({ state: 'failed' });
    expect(engine.state.state === 'failed' && engine.state.reason).toMatch(/no progress.*SHA-256/);
  });
});

describe('the engine process', () => {
  it('inherits no secrets', async () => {
    process.env.STILLROOM_TEST_SECRET = 'opensesame';
    try {
      const engine = testEngine({ modelPath: script.path });
      const { pid } = await engine.start();
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      expect(environment).not.toContain('opensesame');
      expect(environment).not.toContain('HOME=');
      expect(environment).toContain('UV_THREADPOOL_SIZE=1');
      expect(environment).toContain('GLIBC_TUNABLES=glibc.malloc.hugetlb=1');
    } finally {
      delete process.env.STILLROOM_TEST_SECRET;
    }
  });

  it('may not open connections from JavaScript', async () => {
    const engine = testEngine({ modelPath: script.path });
    const { pid } = await engine.start();
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    expect(command).toContain('--permission');
    expect(command).not.toContain('--allow-net');
  });
});

describe('a model file that can’t be served', () => {
  type Case = [name: string, make: (path: string) => void, code: string, says: RegExp];
  const copy = (path: string) => copyFileSync(script.path, path);
  const cases: Case[] = [
    ['is missing', () => undefined, 'model_unreadable', /no such file/],
    ['is a folder', (path) => mkdirSync(path), 'model_unreadable', /folder/],
    ['is empty', (path) => writeFileSync(path, ''), 'model_invalid', /too short/],
    [
      'is something else',
      (path) => writeFileSync(path, 'PK'.repeat(5000)),
      'model_invalid',
      /begin with GGUF/,
    ],
    ['has an old version', (path) => writeFileSync(path, patched(4, 1)), 'model_invalid', /version is 1/],
    [
      'announces 2^62 tensors',
      (path) => writeFileSync(path, patched(12, 0x40000000, 8)),
      'model_invalid',
      /more content/,
    ],
    [
      'is cut in the middle of the weights',
      (path) => {
        copy(path);
        truncateSync(path, 1_000_000);
      },
      'model_load_failed',
      /SHA-256/,
    ],
    [
      'is cut in the header',
      (path) => {
        copy(path);
        truncateSync(path, 2000);
      },
      'model_load_failed',
      /SHA-256/,
    ],
  ];

  /** The good file with a 32-bit number overwritten (and, for 64-bit fields, the lower half cleared). */
  function patched(offset: number, value: number, clear?: number): Buffer {
    const bytes = readFileSync(script.path);
    if (clear !== undefined) bytes.writeUInt32LE(0, clear);
    bytes.writeUInt32LE(value, offset);
    return bytes;
  }

  it.each(cases)('%s: start fails with cause and remedy', async (_name, make, code, says) => {
    const path = join(tempFolder(), 'model.gguf');
    make(path);
    const engine = testEngine({ modelPath: path });
    const error = await engine.start().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StillroomError);
    expect(error).toMatchObject({ code });
    expect((error as StillroomError).message).toMatch(says);
    expect(engine.state).toMatchObject({ state: 'failed', code });
  });

  it.each([
    ['no attention heads', { 'qwen2.attention.head_count': u32(0) }],
    ['thousands of layers that are not there', { 'qwen2.block_count': u32(9999) }],
  ])('has %s: the gateway outlives what that does to the engine', async (_name, metadata) => {
    const engine = testEngine({ modelPath: scriptedModel({ metadata }).path });
    const error = await engine.start().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'model_load_failed' });
    expect((error as StillroomError).message).toContain('SHA-256');
  });

  // Root may read everything.
  it.skipIf(process.getuid?.() === 0)('may not be read: start says whose permission is missing', () => {
    const path = join(tempFolder(), 'model.gguf');
    copy(path);
    chmodSync(path, 0o000);
    expect(() => checkModelFile(path)).toThrow(/may not read/);
  });

  it('does not fit into memory: start says what to change', async () => {
    const engine = testEngine({
      modelPath: scriptedModel({ contextLength: 50_000_000 }).path,
      contextTokens: 50_000_000,
    });
    const error = await engine.start().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'insufficient_memory' });
    expect((error as StillroomError).message).toMatch(/fewer slots or fewer context tokens/);
  });

  it('has no thinking tokens: start says that it is no R1 distill', async () => {
    const words = [...scriptedModel().thoughtWords, ...scriptedModel().answerWords];
    const value = r1Vocabulary(words).tokens.map((token) => token.replace('think>', 'other>'));
    const metadata = { 'tokenizer.ggml.tokens': { type: 'strings' as const, value } };
    const engine = testEngine({ modelPath: scriptedModel({ metadata }).path });
    const error = await engine.start().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'model_invalid' });
    expect((error as StillroomError).message).toMatch(/no token "<think>".*R1 distill/);
  });

  it('is followed by garbage: it is served as it is', async () => {
    const path = join(tempFolder(), 'model.gguf');
    copy(path);
    appendFileSync(path, 'x'.repeat(1000));
    const engine = testEngine({ modelPath: path });
    await engine.start();
    const asked = ask(engine, 'hello');
    await asked.done();
    expect(asked.text('text')).toBe(script.answerText);
  });
});
