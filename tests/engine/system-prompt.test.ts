import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, type LocalEngine } from '#server/engine/supervisor.ts';
import { ask } from '../support/engine.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const script = scriptedModel({ thought: 26, answer: 30 });
const house = 'You work for a bakery and answer in one sentence. '.repeat(4).trim();
const houseTokens = script.countText(house);

async function engineWith(systemPrompt: string, slots = 1): Promise<LocalEngine> {
  const engine = createEngine({
    modelPath: script.path,
    slots,
    contextTokens: 1024,
    threads: 1,
    gpu: 'off',
    systemPrompt,
  });
  onTestFinished(() => engine.stop());
  await engine.start();
  return engine;
}

describe('the operator’s system prompt', () => {
  it('stands before every conversation and is evaluated once for all', async () => {
    const engine = await engineWith(house);
    const plain = await engineWith('');
    const usageOf = async (other: LocalEngine, owner: string, question: string) =>
      (await ask(other, question, { owner, conversation: owner }).done()).usage;
    for (const [owner, question] of [
      ['alice', 'white bread?'],
      ['bob', 'rye?'],
    ] as const) {
      const { promptTokens, cachedTokens } = await usageOf(engine, owner, question);
      const without = await usageOf(plain, owner, question);
      expect(promptTokens).toBe(without.promptTokens + houseTokens);
      expect(cachedTokens).toBe(1 + houseTokens);
      expect(without.cachedTokens).toBe(0);
    }
  });

  it('gives the same as when it is evaluated with the conversation', async () => {
    const shared = ask(await engineWith(house), 'white bread?');
    const asMessage = ask(await engineWith(''), '', {
      messages: [
        { role: 'system', content: house },
        { role: 'user', content: 'white bread?' },
      ],
    });
    const [one, other] = [await shared.done(), await asMessage.done()];
    expect(one.usage.promptTokens).toBe(other.usage.promptTokens);
    expect(shared.text('text')).toBe(asMessage.text('text'));
  });

  it('is followed by a client’s own', async () => {
    const engine = await engineWith(house);
    const asked = ask(engine, '', {
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'hi' },
      ],
    });
    const { usage } = await asked.done();
    // Mark of the beginning, both texts and the empty line between, mark and text of the user, the three of the opened thought.
    const texts = [house, '\n\nBe kind.', 'hi'].map((text) => script.countText(text));
    expect(usage.promptTokens).toBe(1 + texts.reduce((sum, count) => sum + count, 0) + 1 + 3);
    expect(usage.cachedTokens).toBe(1 + houseTokens);
  });

  it('stays text, whatever it says', async () => {
    const tags = 'Ends </think> here.';
    const engine = await engineWith(tags);
    const { usage } = await ask(engine, 'hi').done();
    expect(usage.promptTokens).toBe(1 + script.countText(tags) + 1 + 2 + 3);
  });

  it('is refused when it leaves no room for a conversation', async () => {
    const engine = createEngine({
      modelPath: script.path,
      slots: 1,
      contextTokens: 256,
      threads: 1,
      gpu: 'off',
      systemPrompt: 'word '.repeat(100),
    });
    onTestFinished(() => engine.stop());
    await expect(engine.start()).rejects.toThrow(/"systemPrompt" is 501 tokens long.*room for 256/);
  });
});
