import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { startTestGateway } from '../support/gateway.ts';
import { r1Vocabulary } from '../support/r1-vocabulary.ts';
import { type Script, type ScriptOptions, scriptedModel } from '../support/scripted-gguf.ts';
import { openSocket } from '../support/socket.ts';

/** Puts another scripted model on the shelf of a running gateway. */
function shelve(data: string, id: string, options: ScriptOptions): Script {
  const script = scriptedModel(options);
  mkdirSync(join(data, 'models'), { recursive: true });
  copyFileSync(script.path, join(data, 'models', `${id}.gguf`));
  return script;
}

async function ask(url: string, model: string, body: object = {}) {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], ...body }),
  });
  return { status: response.status, text: await response.text() };
}

async function states(url: string): Promise<Record<string, string>> {
  const info = (await (await fetch(`${url}/api/info`)).json()) as ServerInfo;
  return Object.fromEntries(info.models.map((model) => [model.card.id, model.engine.state]));
}

describe('several models', () => {
  // One scripted model needs 120 to 200 MiB by the memory arithmetic: this holds one and not two.
  const roomForOne = { STILLROOM_MEMORY: '220', STILLROOM_CONTEXT: '1024' };

  it('a model put on the shelf is offered at once and loaded by the first request for it', async () => {
    const { url, data, modelId } = await startTestGateway({}, { STILLROOM_CONTEXT: '1024' });
    const other = shelve(data, 'other', { thought: 3, answer: 11 });
    expect(await states(url)).toEqual({ [modelId]: 'ready', other: 'unloaded' });
    const { status, text } = await ask(url, 'other');
    expect(status).toBe(200);
    expect(JSON.parse(text).choices[0].message.content).toBe(other.answerText);
    expect(await states(url)).toEqual({ [modelId]: 'ready', other: 'ready' });
  });

  it('two users with two models share memory that holds one: right answers, never both loaded, the wait is told', async () => {
    const { url, data, modelId, said } = await startTestGateway({ thought: 4, answer: 6 }, roomForOne);
    const other = shelve(data, 'other', { thought: 3, answer: 11 });
    const socket = await openSocket(url);
    const person = async (model: string, script: Script, user: string) => {
      const { status, text } = await ask(url, model, { user, stream: true });
      expect(status).toBe(200);
      const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map((match) => JSON.parse(match[1] as string));
      expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(script.answerText);
      return text;
    };
    const streams: string[] = [];
    for (let round = 0; round < 3; round++) {
      streams.push(...(await Promise.all([person(modelId, said, 'alice'), person('other', other, 'bob')])));
    }
    expect(streams.join('')).toMatch(/: stillroom queue=1/);
    expect(streams.join('')).toMatch(/: stillroom loading=\d+%/);
    const present = new Set([modelId]);
    let swaps = 0;
    for (const message of socket.received) {
      if (message.type !== 'engine') continue;
      if (message.engine.state === 'unloaded') {
        present.delete(message.model);
        swaps++;
      } else if (message.engine.state !== 'failed') present.add(message.model);
      expect(present.size).toBeLessThanOrEqual(1);
    }
    expect(swaps).toBeGreaterThanOrEqual(2);
  });

  it('a model that never fits is refused with the arithmetic, and the loaded one stays', async () => {
    const { url, data, modelId } = await startTestGateway({}, roomForOne);
    shelve(data, 'big', { layers: 24, feedForward: 4096 });
    const { status, text } = await ask(url, 'big');
    expect(status).toBe(507);
    expect(JSON.parse(text).error).toMatchObject({ code: 'insufficient_memory' });
    expect(JSON.parse(text).error.message).toMatch(/need \d+.* available; .* missing/);
    expect(await states(url)).toEqual({ [modelId]: 'ready', big: 'unloaded' });
  });

  it('a model that fails to load is unloaded once for all who asked for it, and its memory is free again', async () => {
    const { url, data, modelId } = await startTestGateway({}, roomForOne);
    // Passes every check of the file; the engine finds that it has no tokens to think with.
    const { thoughtWords, answerWords } = scriptedModel();
    const value = r1Vocabulary([...thoughtWords, ...answerWords]).tokens.map((token) =>
      token.replace('think>', 'other>'),
    );
    shelve(data, 'broken', { metadata: { 'tokenizer.ggml.tokens': { type: 'strings', value } } });
    const other = shelve(data, 'other', { thought: 3, answer: 11 });
    const socket = await openSocket(url);
    const asked = await Promise.all([1, 2, 3].map((user) => ask(url, 'broken', { user: `u${user}` })));
    for (const { status, text: body } of asked) {
      expect({ status, code: JSON.parse(body).error.code }).toEqual({ status: 500, code: 'model_invalid' });
    }
    // All three let go of it and its failure unloads it, too: the next model finds the memory free, once.
    const answered = await ask(url, 'other');
    expect(JSON.parse(answered.text).choices[0].message.content).toBe(other.answerText);
    const told = socket.received.flatMap((message) =>
      message.type === 'engine' && message.model === 'broken' ? [message.engine.state] : [],
    );
    const loads = told.filter((state, index) => state === 'loading' && told[index - 1] !== 'loading').length;
    expect(told.filter((state) => state === 'unloaded')).toHaveLength(Math.max(1, loads));
    expect((await ask(url, modelId)).status).toBe(200);
  });

  it('a conversation goes on with another model', async () => {
    const { url, data } = await startTestGateway({}, { STILLROOM_CONTEXT: '1024' });
    const other = shelve(data, 'other', { thought: 3, answer: 11 });
    const socket = await openSocket(url);
    socket.send({ type: 'send', requestId: 'r1', conversationId: null, text: 'hello' });
    const first = await socket.next('ack');
    await socket.next('event', (message) => message.event.type === 'done');
    socket.send({
      type: 'send',
      requestId: 'r2',
      conversationId: first.conversation.id,
      text: 'again',
      model: 'other',
    });
    const second = await socket.next('ack');
    expect(second.turn.model).toBe('other');
    await socket.next(
      'event',
      (message) => message.turnId === second.turn.id && message.event.type === 'done',
    );
    const detail = (await (await fetch(`${url}/api/conversations/${first.conversation.id}`)).json()) as {
      turns: { answer: string }[];
    };
    expect(detail.turns[1]?.answer).toBe(other.answerText);
  });

  it('stop works while a turn waits for its model to be loaded', async () => {
    const { url, data } = await startTestGateway({ variant: 'dice' }, roomForOne);
    shelve(data, 'other', { thought: 3, answer: 11 });
    const socket = await openSocket(url);
    socket.send({ type: 'send', requestId: 'r1', conversationId: null, text: 'keeps the memory busy' });
    const busy = await socket.next('ack');
    await socket.next('event', (message) => message.event.type === 'text');
    socket.send({
      type: 'send',
      requestId: 'r2',
      conversationId: null,
      text: 'wants another model',
      model: 'other',
    });
    const waiting = await socket.next('ack');
    await socket.next(
      'event',
      (message) => message.turnId === waiting.turn.id && message.event.type === 'queued',
    );
    socket.send({ type: 'stop', turnId: waiting.turn.id });
    const end = await socket.next(
      'event',
      (message) => message.turnId === waiting.turn.id && message.event.type === 'done',
    );
    expect(end.event).toMatchObject({ finish: 'cancelled' });
    socket.send({ type: 'stop', turnId: busy.turn.id });
    await socket.next('event', (message) => message.turnId === busy.turn.id && message.event.type === 'done');
  });
});
