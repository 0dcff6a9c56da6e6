import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoModelPath } from '#models/library.ts';
import { createEngine, type LocalEngine } from '#server/engine/supervisor.ts';
import { ask, request, testEngine } from '../support/engine.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const script = scriptedModel({ thought: 26, answer: 300, tail: 'é😀' });

describe('the engine', () => {
  let engine: LocalEngine;
  beforeAll(async () => {
    engine = createEngine({ modelPath: script.path, slots: 2, contextTokens: 2048, threads: 1, gpu: 'off' });
    await engine.start();
  });
  afterAll(() => engine.stop());

  it('says exactly what the model says, thought and answer apart', async () => {
    const asked = ask(engine, 'hello');
    const done = await asked.done();
    expect(asked.text('reasoning')).toBe(script.thoughtText);
    expect(asked.text('text')).toBe(script.answerText);
    expect(done.finish).toBe('stop');
    expect(asked.events.map((event) => event.type).filter((type) => type !== 'delta')).toEqual([
      'accepted',
      'reasoningEnd',
      'done',
    ]);
  });

  it('counts the tokens of prompt, thought and answer exactly', async () => {
    const asked = ask(engine, 'how many?');
    const { usage } = await asked.done();
    // bos, user mark, one token per byte, assistant mark, <think>, newline.
    expect(usage.promptTokens).toBe(2 + script.countText('how many?') + 3);
    // 26 words and </think>; then the blank line, 300 words, the 6 bytes of the tail. The end mark is not counted.
    expect(usage.reasoningTokens).toBe(27);
    expect(usage.completionTokens).toBe(27 + 1 + 300 + 6);
    const seen = asked.events.map((event) => (event.type === 'delta' ? event.tokens : 0));
    expect(seen.reduce((sum, tokens) => sum + tokens, 0)).toBe(usage.completionTokens);
  });

  it('counts a conversation as it would render it', async () => {
    const tokens = await engine.countTokens([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three' },
    ]);
    expect(tokens).toBe(1 + 9 + (1 + 3) + (1 + 3 + 1) + (1 + 5) + 3);
  });

  it.each([
    '<think>',
    '</think>',
    '<｜User｜>',
    '<｜Assistant｜>',
    '<｜end▁of▁sentence｜>',
    '<｜tool▁calls▁begin｜>',
    '<thi<think>nk></think>',
    '<<think>>',
  ])('keeps %s typed by a person as text', async (tag) => {
    // Every typed byte is one token of the scripted vocabulary; a control token would make the prompt shorter.
    const plain = 'x'.repeat(Buffer.byteLength(tag, 'utf8'));
    const messages = (content: string) => [{ role: 'user' as const, content }];
    expect(await engine.countTokens(messages(tag))).toBe(await engine.countTokens(messages(plain)));
    const asked = ask(engine, `What does ${tag} mean?`);
    await asked.done();
    expect(asked.text('reasoning')).toBe(script.thoughtText);
    expect(asked.text('text')).toBe(script.answerText);
  });

  it('keeps tags in system messages and old answers as text', async () => {
    const typed = await engine.countTokens([
      { role: 'system', content: '</think>' },
      { role: 'assistant', content: '<think>' },
      { role: 'user', content: 'x' },
    ]);
    expect(typed).toBe(1 + 8 + (1 + 7 + 1) + 2 + 3);
  });

  it('closes the thought after its budget and still answers', async () => {
    const asked = ask(engine, 'hello', { thinking: { mode: 'enabled', budgetTokens: 5 } });
    const { usage } = await asked.done();
    expect(asked.text('reasoning')).toBe(script.thoughtWords.slice(0, 5).join(''));
    expect(asked.text('text')).toBe(script.answerText);
    expect(usage.reasoningTokens).toBe(5);
    expect((await asked.event('reasoningEnd')).forced).toBe('budget');
  });

  it('does not think at all with a budget of 0', async () => {
    const asked = ask(engine, 'hello', { thinking: { mode: 'enabled', budgetTokens: 0 } });
    const { usage } = await asked.done();
    expect(asked.text('reasoning')).toBe('');
    expect(asked.text('text')).toBe(script.answerText);
    expect(usage.reasoningTokens).toBe(0);
    expect((await asked.event('reasoningEnd')).forced).toBe('budget');
  });

  it('answers at once when thinking is disabled', async () => {
    const asked = ask(engine, 'hello', { thinking: { mode: 'disabled', budgetTokens: null } });
    await asked.done();
    expect(asked.events.map((event) => event.type)).not.toContain('reasoningEnd');
    expect(asked.text('reasoning')).toBe('');
    expect(asked.text('text')).toBe(script.answerText);
  });

  it('answers now when asked to in the middle of a thought', async () => {
    const asked = ask(engine, 'hello', { paceTokensPerSecond: 50 });
    await asked.event('delta');
    asked.generation.answerNow();
    expect((await asked.event('reasoningEnd')).forced).toBe('answerNow');
    expect(script.thoughtText.startsWith(asked.text('reasoning'))).toBe(true);
    expect(asked.text('reasoning').length).toBeLessThan(script.thoughtText.length);
    await asked.event('delta');
    asked.generation.cancel();
    await asked.done();
  });

  it('ends the answer at a stop string, which the thought may contain', async () => {
    const asked = ask(engine, 'hello', { stop: ['wc', 'xf xg'] });
    expect((await asked.done()).finish).toBe('stop');
    expect(asked.text('reasoning')).toBe(script.thoughtText);
    expect(asked.text('text')).toBe('xa xb xc xd xe ');
  });

  it('stops after the wanted number of tokens', async () => {
    const asked = ask(engine, 'hello', { maxTokens: 40 });
    const done = await asked.done();
    expect(done.finish).toBe('length');
    expect(done.usage.completionTokens).toBe(40);
    expect(asked.text('text')).toBe(script.answerWords.slice(0, 40 - 28).join(''));
  });

  it('refuses a prompt that does not fit and names both numbers', async () => {
    const error = await ask(engine, 'x'.repeat(3000)).error();
    expect(error.code).toBe('context_length_exceeded');
    expect(error.message).toContain('3005');
    expect(error.message).toContain('2046');
    expect(error.retryable).toBe(false);
  });

  it('ends with "length" when the context is full and never shifts it', async () => {
    const asked = ask(engine, 'x'.repeat(1900));
    const done = await asked.done();
    expect(done.finish).toBe('length');
    expect(done.usage.promptTokens + done.usage.completionTokens).toBeLessThanOrEqual(2048);
    expect(asked.text('text').length).toBeGreaterThan(0);
    expect(script.answerText.startsWith(asked.text('text'))).toBe(true);
  });

  it('decodes two requests in the same batch', async () => {
    const before = await engine.stats();
    const both = [ask(engine, 'one', { owner: 'a' }), ask(engine, 'two', { owner: 'b' })];
    await Promise.all(both.map((asked) => asked.done()));
    const after = await engine.stats();
    for (const asked of both) expect(asked.text('text')).toBe(script.answerText);
    const together = (after.widths[2] ?? 0) - (before.widths[2] ?? 0);
    const alone = (after.widths[1] ?? 0) - (before.widths[1] ?? 0);
    expect(together).toBeGreaterThan(300);
    expect(alone).toBeLessThan(40);
  });

  it('evaluates only what is new in the second turn of a conversation', async () => {
    const first = request('x'.repeat(500), { conversation: 'c1' });
    await ask(engine, '', first).done();
    const second = ask(engine, '', {
      conversation: 'c1',
      messages: [
        ...first.messages,
        { role: 'assistant', content: 'fine' },
        { role: 'user', content: 'and?' },
      ],
    });
    const { usage } = await second.done();
    expect(usage.promptTokens).toBe(2 + 500 + (1 + 4 + 1) + (1 + 4) + 3);
    // Everything up to the mark of the assistant's turn: the thought behind it is not part of the history.
    expect(usage.cachedTokens).toBe(2 + 500 + 1);
    expect(second.text('text')).toBe(script.answerText);
  });

  it('never reports another owner’s tokens as cached', async () => {
    const secret = 'the very same words '.repeat(10);
    await ask(engine, secret, { owner: 'alice', conversation: 'a' }).done();
    await ask(engine, secret, { owner: 'carol', conversation: 'c' }).done();
    const bob = ask(engine, secret, { owner: 'bob', conversation: 'b' });
    expect((await bob.done()).usage.cachedTokens).toBe(0);
  });

  it('forgets a deleted conversation', async () => {
    const text = 'y'.repeat(200);
    await ask(engine, text, { conversation: 'gone' }).done();
    engine.forget('gone');
    const { usage } = await ask(engine, text, { conversation: 'gone' }).done();
    expect(usage.cachedTokens).toBe(0);
  });

  it('frees the slot within a step when a running answer is cancelled', async () => {
    const asked = ask(engine, 'hello', { paceTokensPerSecond: 100 });
    await asked.event('delta');
    asked.generation.cancel();
    const done = await asked.done();
    expect(done.finish).toBe('cancelled');
    expect(done.usage.completionTokens).toBeLessThan(100);
    expect((await engine.stats()).active).toBe(0);
    expect((await ask(engine, 'hello').done()).finish).toBe('stop');
  });

  it('slows one request down without slowing the other', async () => {
    const paced = ask(engine, 'slow', { paceTokensPerSecond: 20 });
    await paced.event('delta');
    const free = ask(engine, 'fast', { owner: 'bob' });
    await free.done();
    expect(free.text('text')).toBe(script.answerText);
    expect(paced.events.at(-1)?.type).toBe('delta');
    paced.generation.cancel();
    const { usage, timings } = await paced.done();
    expect(usage.completionTokens).toBeLessThanOrEqual(1 + timings.decodeMs / 50 + 1);
  });
});

describe('slots between and beside those that are answered', () => {
  it('are filled, and neither what they hold nor anybody’s answer changes', async () => {
    // Attention of the scripted model adds nothing; the demo model would notice every wrong value.
    const engine = testEngine({ modelPath: demoModelPath, slots: 4, contextTokens: 1024 });
    await engine.start();
    const asking = (owner: string) => ask(engine, 'What is 478 * 596?', { owner, conversation: owner });
    // All three at once: each gets a slot of its own, in this order, and the fourth stays empty.
    const [first] = await Promise.all(
      ['a', 'b', 'c'].map(async (owner) => {
        const asked = asking(owner);
        await asked.done();
        return asked.text('reasoning') + asked.text('text');
      }),
    );
    expect(first).toContain('478');
    const outer = ['a', 'c'].map(asking);
    await Promise.all(outer.map((asked) => asked.done()));
    for (const asked of outer) expect(asked.text('reasoning') + asked.text('text')).toBe(first);
    // Whether it pays or not, it is tried.
    expect((await engine.stats()).filledTokens).toBeGreaterThan(2);

    const again = asking('b');
    const { usage } = await again.done();
    expect(usage.cachedTokens).toBe(usage.promptTokens - 1);
    expect(again.text('reasoning') + again.text('text')).toBe(first);
    const newcomer = ask(engine, 'What is 478 * 596?', { owner: 'd', conversation: 'd' });
    expect((await newcomer.done()).usage.cachedTokens).toBe(0);
    expect(newcomer.text('reasoning') + newcomer.text('text')).toBe(first);
  });
});

describe('cancelling during the prompt', () => {
  const slow = scriptedModel({ answer: 5, layers: 6, feedForward: 2048, contextLength: 8192 });

  it('ends within a chunk and leaves the slot usable', async () => {
    const engine = testEngine({ modelPath: slow.path, slots: 1, contextTokens: 8192, batchTokens: 64 });
    await engine.start();
    const asked = ask(engine, 'x'.repeat(8000));
    const next = ask(engine, 'next');
    await asked.event('accepted');
    asked.generation.cancel();
    const done = await asked.done();
    expect(done.finish).toBe('cancelled');
    expect(done.usage.completionTokens).toBe(0);
    expect(asked.events.map((event) => event.type)).toEqual(['accepted', 'done']);
    expect((await next.done()).finish).toBe('stop');
    // The whole prompt would have been 126 chunks.
    expect((await engine.stats()).prefillChunks).toBeLessThan(60);
  });
});

describe('models with other habits', () => {
  it('draws the same answer from the same seed and others from other seeds', async () => {
    const dice = scriptedModel({ variant: 'dice', thought: 3 });
    const engine = testEngine({ modelPath: dice.path });
    await engine.start();
    const draw = async (seed: number) => {
      const sampling = { ...request('').sampling, temperature: 1, seed };
      const asked = ask(engine, 'roll', { sampling, maxTokens: 60 });
      await asked.done();
      return asked.text('text');
    };
    const rolls = await Promise.all([1, 1, 2, 3].map(draw));
    expect(rolls[0]).toBe(rolls[1]);
    expect(new Set(rolls).size).toBe(3);
    expect(await draw(2)).toBe(rolls[2]);
  });

  it('has no hidden repeat penalty or top-k: all words come up', async () => {
    const dice = scriptedModel({ variant: 'dice', thought: 3 });
    const engine = testEngine({ modelPath: dice.path });
    await engine.start();
    const sampling = { ...request('').sampling, temperature: 1, seed: 7 };
    const asked = ask(engine, 'roll', { sampling, maxTokens: 400 });
    await asked.done();
    const counts = dice.answerWords.map((word) => asked.text('text').split(word.trim()).length - 1);
    for (const count of counts) expect(count).toBeGreaterThan(20);
  });

  it('applies frequency and presence penalties exactly when asked to', async () => {
    const dice = scriptedModel({ variant: 'dice', thought: 3 });
    const engine = testEngine({ modelPath: dice.path });
    await engine.start();
    const rolled = async (
      penalties: { frequencyPenalty: number; presencePenalty: number },
      temperature = 1,
    ) => {
      const sampling = { ...request('').sampling, temperature, seed: 5, ...penalties };
      const asked = ask(engine, 'roll', { sampling, maxTokens: 84 });
      await asked.done();
      return asked;
    };
    const spread = async (penalties: { frequencyPenalty: number; presencePenalty: number }) => {
      const asked = await rolled(penalties);
      const counts = dice.answerWords.map((word) => asked.text('text').split(word.trim()).length - 1);
      return Math.max(...counts) - Math.min(...counts);
    };
    expect(await spread({ frequencyPenalty: 0, presencePenalty: 0 })).toBeGreaterThan(3);
    // Every word said makes itself less likely: all come up about equally often.
    expect(await spread({ frequencyPenalty: 2, presencePenalty: 0 })).toBeLessThanOrEqual(2);
    // What was said at all is less likely: cold, every word comes up before one comes up again.
    const distinct = async (presencePenalty: number) => {
      const asked = await rolled({ frequencyPenalty: 0, presencePenalty }, 0.1);
      return new Set(asked.text('text').trim().split(' ').slice(0, dice.answerWords.length)).size;
    };
    expect(await distinct(0)).toBeLessThan(dice.answerWords.length);
    expect(await distinct(2)).toBe(dice.answerWords.length);
  });

  it('ends an answer that repeats itself for ever', async () => {
    const loop = scriptedModel({ variant: 'loop', answer: 10 });
    const engine = testEngine({ modelPath: loop.path, contextTokens: 4096 });
    await engine.start();
    const done = await ask(engine, 'hello').done();
    expect(done.finish).toBe('loop');
    expect(done.usage.completionTokens).toBeLessThan(400);
  });

  it('closes a thought that repeats itself for ever and answers', async () => {
    const loop = scriptedModel({ variant: 'thinkloop', thought: 10 });
    const engine = testEngine({ modelPath: loop.path, contextTokens: 4096 });
    await engine.start();
    const asked = ask(engine, 'hello');
    expect((await asked.done()).finish).toBe('stop');
    expect((await asked.event('reasoningEnd')).forced).toBe('loop');
    expect(asked.text('text')).toBe(loop.answerText);
  });

  it('copes with a model that closes its thought at once', async () => {
    const nothink = scriptedModel({ variant: 'nothink' });
    const engine = testEngine({ modelPath: nothink.path });
    await engine.start();
    const asked = ask(engine, 'hello');
    await asked.done();
    expect(asked.text('reasoning')).toBe('');
    expect(asked.text('text')).toBe(nothink.answerText);
  });

  it.each(['deepseek-llm', 'deepseek-v3', 'qwen2'])(
    'survives a text without an end of a word (vocabulary of %s)',
    async (pre) => {
      const { path } = scriptedModel({
        contextLength: 8192,
        metadata: { 'tokenizer.ggml.pre': { type: 'string', value: pre } },
      });
      const engine = testEngine({ modelPath: path, contextTokens: 8192 });
      const { pid } = await engine.start();
      const around = await engine.countTokens([{ role: 'user', content: '' }]);
      for (const character of ['a', '1', ' ']) {
        const content = character.repeat(200_000);
        expect(await engine.countTokens([{ role: 'user', content }])).toBe(200_000 + around);
      }
      expect(engine.info?.pid).toBe(pid);
    },
  );

  it('never reads further than the model was trained for', async () => {
    const short = scriptedModel({ contextLength: 512 });
    const engine = testEngine({ modelPath: short.path, contextTokens: 4096 });
    const info = await engine.start();
    expect(info.contextTokens).toBe(512);
    expect(info.memory.weights).toBeGreaterThan(1_000_000);
    expect(info.memory.context).toBeGreaterThan(1_000_000);
  });
});
