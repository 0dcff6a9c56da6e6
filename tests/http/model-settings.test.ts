import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { readConfig } from '#server/config.ts';
import { createLogger } from '#server/logger.ts';
import { createPool, type ModelPool } from '#server/serving/pool.ts';
import { resolveDefault } from '#server/serving/resolve.ts';
import { startTestGateway } from '../support/gateway.ts';
import { type ScriptOptions, scriptedModel } from '../support/scripted-gguf.ts';
import { openSocket } from '../support/socket.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** 50 words of thought and 8 layers: 16 KiB of keys and values per token. */
const scripted: ScriptOptions = { layers: 8, thought: 50, answer: 7 };
const idOf = (options: ScriptOptions) => basename(scriptedModel(options).path, '.gguf');

/** A stillroom.json with these settings of models. */
function configFile(models: Record<string, object>): string {
  const path = join(tempFolder(), 'stillroom.json');
  writeFileSync(path, JSON.stringify({ models }));
  return path;
}

const gatewayWith = (settings: object, env: Record<string, string> = {}) =>
  startTestGateway(scripted, { STILLROOM_CONFIG: configFile({ [idOf(scripted)]: settings }), ...env });

async function complete(url: string, model: string, body: object = {}) {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], ...body }),
  });
  return (await response.json()) as {
    choices: { message: { content: string; reasoning_content: string } }[];
    usage: { prompt_tokens: number; completion_tokens_details: { reasoning_tokens: number } };
  };
}

describe('the settings of one model', () => {
  it('win over those for all models, and the engine has them', async () => {
    const { url } = await gatewayWith({ slots: 1, context: 1536 }, { STILLROOM_SLOTS: '3' });
    const info = (await (await fetch(`${url}/api/info`)).json()) as ServerInfo;
    expect(info.models[0]).toMatchObject({ slots: 1, contextTokens: 1536 });
  });

  it('leave to the settings for all what they don’t name', async () => {
    const { url } = await gatewayWith({ kvType: 'q8_0' }, { STILLROOM_SLOTS: '3', STILLROOM_CONTEXT: '512' });
    const info = (await (await fetch(`${url}/api/info`)).json()) as ServerInfo;
    expect(info.models[0]).toMatchObject({ slots: 3, contextTokens: 512 });
  });

  it('give it a thinking budget for API requests that name none', async () => {
    const { url, modelId, said } = await gatewayWith({ thinkingBudget: 5 });
    const short = await complete(url, modelId);
    expect(short.choices[0]?.message.reasoning_content).toMatch(said.thoughtWords.slice(0, 5).join(''));
    expect(short.choices[0]?.message.reasoning_content).not.toContain(said.thoughtWords[20]);
    expect(short.choices[0]?.message.content).toBe(said.answerText);
    const long = await complete(url, modelId, { thinking: { type: 'enabled', budget_tokens: 1000 } });
    expect(long.choices[0]?.message.reasoning_content).toBe(said.thoughtText);
  });

  it('give it a system prompt that every conversation begins with', async () => {
    const words = 'You work for a bakery.';
    const { url, modelId, said } = await gatewayWith({ systemPrompt: words });
    const plain = await gatewayWith({});
    const withWords = await complete(url, modelId);
    const without = await complete(plain.url, plain.modelId);
    expect(withWords.usage.prompt_tokens).toBe(without.usage.prompt_tokens + said.countText(words));
  });

  it('give it a thinking budget for turns of the web chat that name none', async () => {
    const { url } = await gatewayWith({ thinkingBudget: 5 });
    const socket = await openSocket(url);
    const turn = async (requestId: string, budgetTokens: number | null) => {
      const thinking = { mode: 'enabled', budgetTokens } as const;
      socket.send({ type: 'send', requestId, conversationId: null, text: 'hi', thinking });
      const { turn } = await socket.next('ack');
      const end = await socket.next(
        'event',
        (message) => message.turnId === turn.id && message.event.type === 'reasoningEnd',
      );
      await socket.next('event', (message) => message.turnId === turn.id && message.event.type === 'done');
      return end.event;
    };
    expect(await turn('r1', null)).toMatchObject({ forced: 'budget' });
    expect(await turn('r2', 1000)).toMatchObject({ forced: null });
  });

  it('are refused for a model that is not there', async () => {
    const settings = { STILLROOM_CONFIG: configFile({ 'r1-gone': { slots: 1 } }) };
    await expect(startTestGateway(scripted, settings)).rejects.toThrow(
      /has settings for "r1-gone", and there is no model of that name\. Known models: demo, /,
    );
  });

  it('are counted when memory is: the cache of 8 bits takes half', async () => {
    const need = async (settings: object) => {
      const data = tempFolder();
      const env = {
        STILLROOM_DATA: data,
        STILLROOM_MODEL: scriptedModel(scripted).path,
        STILLROOM_CONFIG: configFile({ [idOf(scripted)]: settings }),
      };
      return (await resolveDefault(readConfig(env, data))).needBytes;
    };
    const perToken = 8 * 2 * 256;
    expect((await need({})) - (await need({ kvType: 'q8_0' }))).toBe(2 * 8192 * perToken * (2 - 34 / 32));
  });
});

const mebibyte = 1024 * 1024;

/** A pool over a shelf of three scripted models with 200 to 300 MiB of need each; the memory is what the test says. */
async function shelfPool(settings: {
  models?: Record<string, object>;
  freeMib: number;
  idleMs?: number;
  /** What happens while the default model is being loaded. */
  meanwhile?: (pool: ModelPool) => void;
}) {
  const data = tempFolder();
  mkdirSync(join(data, 'models'));
  for (const id of ['first', 'second', 'third']) {
    copyFileSync(scriptedModel(scripted).path, join(data, 'models', `${id}.gguf`));
  }
  const config = readConfig(
    {
      STILLROOM_DATA: data,
      STILLROOM_MODEL: scriptedModel({}).path,
      STILLROOM_CONFIG: configFile(settings.models ?? {}),
    },
    data,
  );
  const state = { tight: false, checks: 0 };
  const pool = createPool({
    config,
    defaultModel: await resolveDefault(config),
    log: createLogger('silent'),
    freeBytes: (loadedBytes) => settings.freeMib * mebibyte - loadedBytes,
    idleMs: settings.idleMs ?? 3_600_000,
    memoryIsTight() {
      state.checks += 1;
      return state.tight;
    },
    checkEveryMs: 10,
  });
  onTestFinished(() => pool.stop());
  const started = pool.start();
  settings.meanwhile?.(pool);
  await started;
  return { pool, state };
}

async function use(pool: ModelPool, id: string) {
  const lease = await pool.acquire(id);
  const info = await lease.engine.start();
  lease.release();
  return { info, settings: lease.model.settings };
}

function unloaded(pool: ModelPool, id: string): Promise<void> {
  return new Promise((resolve) => {
    pool.onState((model, { state }) => {
      if (model === id && state === 'unloaded') resolve();
    });
  });
}

describe('when memory runs short', () => {
  it('idle models leave, the default, pinned ones and those in use stay', async () => {
    const { pool, state } = await shelfPool({ models: { first: { pinned: true } }, freeMib: 4096 });
    const pinned = await use(pool, 'first');
    const busy = await pool.acquire('second');
    await busy.engine.start();
    state.tight = true;
    const before = state.checks;
    await vi.waitUntil(() => state.checks > before + 1, { interval: 5, timeout: 10_000 });
    (await pool.acquire('second')).release();
    const gone = unloaded(pool, 'second');
    busy.release();
    await gone;
    expect(pool.state(pool.defaultModel.card.id)).toEqual({ state: 'ready' });
    expect(pool.state('first')).toEqual({ state: 'ready' });
    expect((await use(pool, 'first')).info.pid).toBe(pinned.info.pid);
  });

  it('a model that nobody uses for long enough leaves, the default does not', async () => {
    const { pool } = await shelfPool({ freeMib: 4096, idleMs: 1 });
    const gone = unloaded(pool, 'second');
    await use(pool, 'second');
    await gone;
    expect(pool.state(pool.defaultModel.card.id)).toEqual({ state: 'ready' });
  });

  it('the default model is not thrown out before it is loaded, and leaves then for who waits', async () => {
    const small = { context: 1024, slots: 1 };
    let other: Promise<unknown> | undefined;
    const { pool } = await shelfPool({
      models: { first: small },
      freeMib: 240,
      meanwhile: (starting) => {
        other = use(starting, 'first');
      },
    });
    await other;
    expect(pool.state('first')).toEqual({ state: 'ready' });
    expect(pool.state(pool.defaultModel.card.id)).toEqual({ state: 'unloaded' });
  });

  it('a pinned model stays when another can go for a third', async () => {
    const small = { context: 1024, slots: 1 };
    const { pool } = await shelfPool({
      models: { first: { ...small, pinned: true }, second: small, third: small },
      // The default needs 200 MiB, each of the others 180.
      freeMib: 640,
    });
    const pinned = await use(pool, 'first');
    // The least recently used would go first if nothing was pinned.
    await use(pool, 'second');
    const gone = unloaded(pool, 'second');
    await use(pool, 'third');
    await gone;
    expect((await use(pool, 'first')).info.pid).toBe(pinned.info.pid);
  });

  it('a model whose usual settings never fit is loaded with the largest that do', async () => {
    const { pool } = await shelfPool({ freeMib: 240 });
    const { info, settings } = await use(pool, 'second');
    expect(info).toMatchObject({ slots: settings.slots, contextTokens: settings.contextTokens });
    expect(info.contextTokens).toBeLessThan(8192);
    expect(info.contextTokens).toBeGreaterThanOrEqual(2048);
  });

  it('settings that somebody chose are not made smaller', async () => {
    const { pool } = await shelfPool({ models: { second: { context: 8192 } }, freeMib: 240 });
    await expect(pool.acquire('second')).rejects.toThrow(/can't be loaded\. Too big as asked .*It fits with/);
  });
});
