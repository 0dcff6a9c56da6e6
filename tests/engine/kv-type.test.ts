import { describe, expect, it } from 'vitest';
import type { KvType } from '#models/fit.ts';
import { demoModelPath } from '#models/library.ts';
import { ask, request, testEngine } from '../support/engine.ts';
import { Asked } from '../support/engine-requests.ts';
import { u32 } from '../support/gguf-writer.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

/** 8 layers × 2 × 256 elements: with 2 × 8192 tokens the cache outweighs everything else in the context. */
const script = scriptedModel({ layers: 8, thought: 5, answer: 40 });
const tokens = 2 * 8192;
const elements = 8 * 2 * 256;

async function contextBytes(kvType: KvType): Promise<number> {
  const engine = testEngine({ modelPath: script.path, slots: 2, contextTokens: 8192, kvType });
  const { memory } = await engine.start();
  const asked = ask(engine, 'hello');
  await asked.done();
  expect(asked.text('reasoning')).toBe(script.thoughtText);
  expect(asked.text('text')).toBe(script.answerText);
  await engine.stop();
  return memory.context;
}

describe('the type of the cache', () => {
  it('decides about its memory, as the engine reports it', async () => {
    const f16 = await contextBytes('f16');
    const q8 = await contextBytes('q8_0');
    const q4 = await contextBytes('q4_0');
    // Of 2 bytes per element 17/16 and 9/16 are left; what else a context needs is the same up to a few percent.
    const saved = (bytes: number) => (f16 - bytes) / (tokens * elements);
    expect(saved(q8)).toBeGreaterThan(0.9 * (2 - 34 / 32));
    expect(saved(q8)).toBeLessThan(1.1 * (2 - 34 / 32));
    expect(saved(q4)).toBeGreaterThan(0.9 * (2 - 18 / 32));
    expect(saved(q4)).toBeLessThan(1.1 * (2 - 18 / 32));
  });

  it.each<KvType>(['q8_0', 'q4_0'])(
    'lets a model look back right, also after its slot was lost, in %s',
    async (kvType) => {
      // Attention of the scripted model adds nothing; the demo model lives by it.
      const engine = testEngine({ modelPath: demoModelPath, slots: 1, contextTokens: 1024, kvType });
      await engine.start();
      const earlier = ['10 + 5', '20 + 6', '30 + 7', '40 + 8', '50 + 9'].flatMap((sum, n) => [
        { role: 'user' as const, content: `What is ${sum}?` },
        { role: 'assistant' as const, content: `${sum} = ${11 * n + 15}` },
      ]);
      const turn = async (owner: string, text: string) => {
        const messages = [...earlier, { role: 'user' as const, content: text }];
        const asked = new Asked(engine, { ...request(text), messages, owner, conversation: owner });
        await asked.done();
        return asked.text('text');
      };
      expect(await turn('alice', 'What is 12 + 7?')).toMatch(/\b19\b/);
      expect(await turn('bob', 'What is 30 + 5?')).toMatch(/\b35\b/);
      expect((await engine.stats()).savedStates).toBe(1);
      expect(await turn('alice', 'What is 12 + 7?')).toMatch(/\b19\b/);
      expect((await engine.stats()).restored).toBe(1);
    },
  );

  it('is refused by name where the heads of the model don’t divide into its blocks', async () => {
    const heads = scriptedModel({
      metadata: { 'qwen2.attention.head_count': u32(16), 'qwen2.attention.head_count_kv': u32(16) },
    });
    const engine = testEngine({ modelPath: heads.path, kvType: 'q8_0' });
    await expect(engine.start()).rejects.toThrow(/"kvType" can't be "q8_0".*16 and 16 elements/);
    const plain = testEngine({ modelPath: heads.path, kvType: 'f16' });
    await plain.start();
  });

  it('layers for an accelerator that is not there are refused by name', async () => {
    const engine = testEngine({ modelPath: script.path, gpu: 'off', gpuLayers: 4 });
    await expect(engine.start()).rejects.toThrow(/"gpuLayers" asks for 4 layers on an accelerator/);
  });

  it.each([true, false])(
    'attention computed with flashAttention %s says the same',
    async (flashAttention) => {
      const engine = testEngine({ modelPath: demoModelPath, contextTokens: 1024, flashAttention });
      await engine.start();
      const asked = ask(engine, 'What is 12 + 7?');
      await asked.done();
      expect(asked.text('text')).toMatch(/\b19\b/);
    },
  );
});
