import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoModelPath } from '#models/library.ts';
import type { ChatMessage, GenerateRequest } from '#server/engine/engine.ts';
import { createEngine, type LocalEngine } from '#server/engine/supervisor.ts';
import { ask, request } from '../support/engine.ts';

const question = { role: 'user', content: 'What is Stillroom?' } as const;

describe('guessing from the conversation', () => {
  let engine: LocalEngine;
  /** What the model says to the question; asked again, it says the same again. */
  let answer: string;
  let asked: ChatMessage[];

  beforeAll(async () => {
    engine = createEngine({
      modelPath: demoModelPath,
      slots: 2,
      contextTokens: 1024,
      threads: 1,
      gpu: 'off',
    });
    await engine.start();
    const first = ask(engine, '', { messages: [question] });
    await first.done();
    answer = first.text('text');
    asked = [question, { role: 'assistant', content: answer }, question];
  });
  afterAll(() => engine.stop());

  const again = (changes: Partial<GenerateRequest> = {}) =>
    ask(engine, '', { messages: asked, guess: true, ...changes });

  async function counted(run: () => Promise<unknown>): Promise<{ guessed: number; confirmed: number }> {
    const before = await engine.stats();
    await run();
    const after = await engine.stats();
    return {
      guessed: after.guessedTokens - before.guessedTokens,
      confirmed: after.confirmedTokens - before.confirmedTokens,
    };
  }

  it('writes the same answer with fewer steps', async () => {
    const plain = again({ guess: false });
    await plain.done();
    const guessing = again();
    const { guessed, confirmed } = await counted(() => guessing.done());
    expect(guessing.text('reasoning')).toBe(plain.text('reasoning'));
    expect(guessing.text('text')).toBe(plain.text('text'));
    expect(confirmed).toBeGreaterThan(5);
    expect(guessed).toBeGreaterThanOrEqual(confirmed);
  });

  it('counts tokens as if there were no guesses', async () => {
    const plain = await again({ guess: false }).done();
    const guessing = await again().done();
    expect(guessing.usage.completionTokens).toBe(plain.usage.completionTokens);
    expect(guessing.usage.reasoningTokens).toBe(plain.usage.reasoningTokens);
  });

  it.each([
    ['the request does not allow it', { guess: false }],
    ['penalties count what was said', { sampling: { ...request('').sampling, frequencyPenalty: 0.001 } }],
  ])('guesses nothing when %s', async (_, changes) => {
    expect((await counted(() => again(changes).done())).guessed).toBe(0);
  });

  it('guesses nothing while somebody else is being served', async () => {
    const other = ask(engine, 'Hello!', { owner: 'bob', paceTokensPerSecond: 0.1 });
    await other.event('delta');
    expect((await counted(() => again().done())).guessed).toBe(0);
    other.generation.cancel();
    await other.done();
  });

  it.each([1, 2, 3, 4, 5, 6, 7])(
    'goes on rightly when an answer was cut %i tokens before its end, among guesses',
    async (left) => {
      const whole = await again({ guess: false }).done();
      const cut = again({ conversation: `cut ${left}`, maxTokens: whole.usage.completionTokens - left });
      await cut.done();
      const messages: ChatMessage[] = [...asked, { role: 'assistant', content: cut.text('text') }, question];
      const expected = ask(engine, '', { owner: 'bob', messages });
      await expected.done();
      const next = ask(engine, '', { conversation: `cut ${left}`, guess: true, messages });
      const { usage } = await next.done();
      expect(next.text('text')).toBe(expected.text('text'));
      expect(usage.cachedTokens).toBeGreaterThan(0);
    },
  );

  it.each([1, 2, 3, 5])(
    'closes a thought after its budget of %i tokens all the same',
    async (budgetTokens) => {
      const thinking = { mode: 'enabled', budgetTokens } as const;
      const plain = again({ guess: false, thinking });
      const { usage } = await plain.done();
      const guessing = again({ thinking });
      expect((await guessing.done()).usage).toMatchObject({
        reasoningTokens: usage.reasoningTokens,
        completionTokens: usage.completionTokens,
      });
      expect(guessing.text('text')).toBe(plain.text('text'));
    },
  );

  it('ends among guesses when it is cancelled', async () => {
    const running = again({ paceTokensPerSecond: 200 });
    await running.event('delta');
    running.generation.cancel();
    expect((await running.done()).finish).toBe('cancelled');
    expect((await again().done()).finish).toBe('stop');
  });
});
