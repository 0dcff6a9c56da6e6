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
  it('decides about its memory, as the engine reports it, and the text stays the same', async () => {
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
    'brings a conversation back that gave up its slot, in %s',
    async (kvType) => {
      const engine = testEngine({ modelPath: script.path, slots: 1, kvType });
      await engine.start();
      const turn = async (owner: string, text: string) => {
        const asked = new Asked(engine, { ...request(text), owner, conversation: owner });
        await asked.done();
        expect(asked.text('text')).toBe(script.answerText);
        return asked;
      };
      await turn('alice', 'x'.repeat(200));
      await turn('bob', 'y'.repeat(200));
      expect((await engine.stats()).savedStates).toBe(1);
      await turn('alice', 'x'.repeat(200));
      expect((await engine.stats()).restored).toBe(1);
    },
  );

  it.each<KvType>(['q8_0', 'q4_0'])(
    'leaves a model that looks back able to compute, in %s',
    async (kvType) => {
      // Attention of the scripted model adds nothing; the demo model lives by it.
      const engine = testEngine({ modelPath: demoModelPath, contextTokens: 1024, kvType });
      await engine.start();
      const asked = ask(engine, 'What is 12 + 7?');
      await asked.done();
      expect(asked.text('text')).toMatch(/\b19\b/);
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
      const engine = testEngine({ modelPath: script.path, flashAttention });
      await engine.start();
      const asked = ask(engine, 'hello');
      await asked.done();
      expect(asked.text('text')).toBe(script.answerText);
    },
  );
});
