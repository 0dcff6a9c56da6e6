import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '#server/engine/engine.ts';
import { StateStore } from '#server/engine/states.ts';
import type { LocalEngine } from '#server/engine/supervisor.ts';
import { ask, testEngine } from '../support/engine.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const script = scriptedModel({ thought: 26, answer: 40 });
const passages = () =>
  readdirSync('/dev/shm').filter(
    (name) => name.startsWith('stillroom-') && name.includes(`-${process.pid}-`),
  );

/** Asks the next question of a conversation and returns what was cached of how much. */
class Chat {
  readonly #engine: LocalEngine;
  readonly #owner: string;
  readonly #name: string | null;
  readonly #messages: ChatMessage[] = [];

  constructor(engine: LocalEngine, owner: string, name: string | null) {
    this.#engine = engine;
    this.#owner = owner;
    this.#name = name;
  }

  async turn(question: string): Promise<{ prompt: number; cached: number; answer: string }> {
    this.#messages.push({ role: 'user', content: question });
    const asked = ask(this.#engine, '', {
      owner: this.#owner,
      conversation: this.#name,
      messages: [...this.#messages],
    });
    const { usage } = await asked.done();
    const answer = asked.text('text');
    this.#messages.push({ role: 'assistant', content: answer });
    return { prompt: usage.promptTokens, cached: usage.cachedTokens, answer };
  }

  /** Tokens of the conversation so far, without a question. */
  get historyTokens(): number {
    const perMessage = this.#messages.map(
      ({ role, content }) => script.countText(content) + (role === 'assistant' ? 2 : 1),
    );
    return 1 + perMessage.reduce((sum, tokens) => sum + tokens, 0);
  }
}

/** Resolves when the engine has nothing left to do. Polls its own counters; the engine answers between two steps. */
async function warmed(engine: LocalEngine, tokens: number): Promise<void> {
  while ((await engine.stats()).warmedTokens < tokens) await new Promise((resolve) => setImmediate(resolve));
}

describe('what the engine keeps of a conversation', () => {
  it('evaluates the last answer again without its thought while nobody waits', async () => {
    const engine = testEngine({ modelPath: script.path });
    await engine.start();
    const chat = new Chat(engine, 'alice', 'c1');
    await chat.turn('x'.repeat(100));
    // The answer and the end mark behind it.
    await warmed(engine, script.countText(script.answerText) + 1);
    const history = chat.historyTokens;
    const second = await chat.turn('and?');
    expect(second.cached).toBe(history);
    expect(second.prompt).toBe(history + 1 + 4 + 3);
    expect(second.answer).toBe(script.answerText);
  });

  it('brings conversations back that had to give up their slot', async () => {
    const engine = testEngine({ modelPath: script.path, slots: 2 });
    await engine.start();
    const chats = ['a', 'b', 'c', 'd', 'e'].map((name) => new Chat(engine, `owner of ${name}`, name));
    for (const chat of chats) expect((await chat.turn('x'.repeat(200))).cached).toBe(0);
    for (const chat of chats) {
      const second = await chat.turn('and?');
      // At least the prompt up to the mark of the assistant's turn.
      expect(second.cached).toBeGreaterThanOrEqual(1 + 201 + 1);
      expect(second.answer).toBe(script.answerText);
    }
    expect((await engine.stats()).restored).toBeGreaterThanOrEqual(5);
  });

  it('recognises the conversations of clients that don’t name them by how they begin', async () => {
    const engine = testEngine({ modelPath: script.path, slots: 1 });
    await engine.start();
    const one = new Chat(engine, 'key 1', null);
    const other = new Chat(engine, 'key 1', null);
    await one.turn('x'.repeat(200));
    await other.turn('y'.repeat(200));
    expect((await one.turn('and?')).cached).toBeGreaterThanOrEqual(1 + 201 + 1);
    expect((await other.turn('and?')).cached).toBeGreaterThanOrEqual(1 + 201 + 1);
    const stranger = new Chat(engine, 'key 2', null);
    expect((await stranger.turn('x'.repeat(200))).cached).toBe(0);
  });

  it('leaves nothing in the memory file system', async () => {
    const before = passages();
    const engine = testEngine({ modelPath: script.path, slots: 1 });
    await engine.start();
    const mine = passages().filter((name) => !before.includes(name));
    expect(mine).toHaveLength(1);
    await new Chat(engine, 'alice', 'a').turn('x'.repeat(200));
    await new Chat(engine, 'alice', 'b').turn('x'.repeat(200));
    expect((await engine.stats()).savedStates).toBe(1);
    expect(readdirSync(`/dev/shm/${mine[0]}`)).toEqual([]);
    await engine.stop();
    expect(passages()).not.toContain(mine[0]);
  });

  it('forgets a deleted conversation that has no slot', async () => {
    const engine = testEngine({ modelPath: script.path, slots: 1 });
    await engine.start();
    const chat = new Chat(engine, 'alice', 'a');
    await chat.turn('x'.repeat(200));
    await new Chat(engine, 'bob', 'b').turn('y'.repeat(200));
    engine.forget('a');
    expect(await engine.stats()).toMatchObject({ savedStates: 0, savedBytes: 0 });
    expect((await chat.turn('and?')).cached).toBe(0);
  });

  it('does nothing of the kind when it is given no memory for it', async () => {
    const engine = testEngine({ modelPath: script.path, slots: 1, stateBytes: 0 });
    await engine.start();
    const chat = new Chat(engine, 'alice', 'a');
    await chat.turn('x'.repeat(200));
    await new Chat(engine, 'bob', 'b').turn('y'.repeat(200));
    expect((await chat.turn('and?')).cached).toBe(0);
  });
});

describe('the state store', () => {
  const state = (bytes: number) => ({ tokens: [1, 2, 3], data: new Uint8Array(bytes).fill(7) });

  it('gives a state only to its owner', () => {
    const store = new StateStore(100);
    store.put('alice', 'c', state(10));
    expect(store.take('bob', 'c')).toBeNull();
    expect(store.take('alice', 'c')?.data.byteLength).toBe(10);
    expect(store.bytes).toBe(0);
  });

  it('drops the longest unused when its memory is full', () => {
    const store = new StateStore(100);
    for (const name of ['a', 'b', 'c']) store.put('alice', name, state(40));
    expect(store.bytes).toBe(80);
    expect(store.take('alice', 'a')).toBeNull();
    expect(store.take('alice', 'c')).not.toBeNull();
  });

  it('drops what most likely nobody continues before any conversation', () => {
    const store = new StateStore(100);
    store.put('alice', 'chat', state(40));
    for (const name of ['once', 'twice']) store.put('program', name, state(40), true);
    expect(store.take('program', 'once')).toBeNull();
    expect(store.take('alice', 'chat')).not.toBeNull();
  });

  it('keeps nothing that is larger than all of its memory', () => {
    const store = new StateStore(100);
    store.put('alice', 'a', state(50));
    store.put('alice', 'b', state(101));
    expect(store.size).toBe(1);
  });

  it('overwrites what it drops', () => {
    const store = new StateStore(100);
    const kept = state(10);
    store.put('alice', 'a', kept);
    store.drop('a');
    expect(kept.data.every((byte) => byte === 0)).toBe(true);
  });
});
