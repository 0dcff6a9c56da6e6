import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KvType, memoryNeed } from '#models/fit.ts';
import { fileFitInput } from '#models/fit-input.ts';
import { readGguf } from '#models/gguf/read.ts';
import type { EngineEvent } from '#server/engine/engine.ts';
import { createEngine } from '#server/engine/supervisor.ts';
import { buildGguf, type GgufSpec, text, texts, u32 } from '../support/gguf-builder.ts';
import { r1ChatTemplate, r1Vocabulary, special } from '../support/r1-vocabulary.ts';
import { tinyModel, tinyMoe } from '../support/tiny-models.ts';

const vocabulary = r1Vocabulary(['stone', 'river']);

/** The published template before February 2025: the prompt ends after the role, the model opens the thought itself. */
const olderTemplate = r1ChatTemplate.replace("'<｜Assistant｜><think>\\n'", "'<｜Assistant｜>'");

/** The tiny model with the vocabulary and template of the R1 distills, and weights that are not all the same. */
function speaking(spec: GgufSpec, template = r1ChatTemplate): GgufSpec {
  const { tokens, types, merges } = vocabulary;
  const tokenizer: GgufSpec['metadata'] = [
    ['tokenizer.ggml.model', text('gpt2')],
    ['tokenizer.ggml.pre', text('deepseek-r1-qwen')],
    ['tokenizer.ggml.tokens', texts(tokens)],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'i32', values: types }],
    ['tokenizer.ggml.merges', texts(merges)],
    ['tokenizer.ggml.bos_token_id', u32(vocabulary.id(special.bos))],
    ['tokenizer.ggml.eos_token_id', u32(vocabulary.id(special.eos))],
    ['tokenizer.chat_template', text(template)],
  ];
  const metadata = spec.metadata
    .filter(([key]) => !key.startsWith('tokenizer.'))
    .map(([key, value]): GgufSpec['metadata'][number] =>
      key.endsWith('.context_length') ? [key, u32(512)] : [key, value],
    );
  const tensors = spec.tensors.map((tensor, seed) => {
    const shape = tensor.name === 'token_embd.weight' ? [16, tokens.length] : tensor.shape.map(Number);
    const count = shape.reduce((product, size) => product * size, 1);
    const isNorm = tensor.name.includes('norm');
    const values = Float32Array.from({ length: count }, (_, i) =>
      isNorm ? 1 : Math.sin(i * 12.9898 + seed * 78.233) * 0.3,
    );
    return { ...tensor, shape, data: new Uint8Array(values.buffer) };
  });
  return { metadata: [...metadata, ...tokenizer], tensors };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'architectures-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function answerOf(name: string, spec: GgufSpec, kvType: KvType = 'f16') {
  const path = join(folder, `${name}.gguf`);
  await writeFile(path, buildGguf(spec));
  const model = await readGguf(path);
  const engine = createEngine({
    modelPath: path,
    slots: 2,
    contextTokens: 256,
    kvType,
    threads: 1,
    gpu: 'off',
    stateBytes: 0,
  });
  try {
    const info = await engine.start();
    const events = await new Promise<EngineEvent[]>((resolve) => {
      const seen: EngineEvent[] = [];
      engine.generate(
        {
          id: name,
          owner: 'test',
          conversation: null,
          messages: [{ role: 'user', content: 'ab' }],
          sampling: {
            temperature: 0,
            topP: 1,
            topK: 1,
            minP: 0,
            seed: 1,
            frequencyPenalty: 0,
            presencePenalty: 0,
          },
          guess: false,
          thinking: { mode: 'enabled', budgetTokens: null },
          maxTokens: 12,
          stop: [],
          paceTokensPerSecond: null,
        },
        (event) => {
          seen.push(event);
          if (event.type === 'done' || event.type === 'error') resolve(seen);
        },
      );
    });
    return { model, info, events };
  } finally {
    await engine.stop();
  }
}

describe('each served architecture passes the reader and runs in the real engine', () => {
  const specs: [string, () => GgufSpec][] = [
    ['qwen2', () => tinyModel('qwen2')],
    ['llama', () => tinyModel('llama')],
    ['qwen3', () => tinyModel('qwen3')],
    ['deepseek2', tinyMoe],
  ];

  it.each(specs)('%s', async (architecture, make) => {
    const { model, info, events } = await answerOf(architecture, speaking(make()));
    expect(model.shape.architecture).toBe(architecture);
    expect(events.at(-1)).toMatchObject({ type: 'done', usage: { completionTokens: expect.any(Number) } });
    // <bos> <user> a b <assistant> <think> newline: the same prompt whatever the architecture, thought already open.
    expect(events[0]).toMatchObject({ type: 'accepted', promptTokens: 7 });
    const first = events.find((event) => event.type === 'delta');
    expect(first).toMatchObject({ kind: 'reasoning' });
    // Beside its batch buffers, which are far larger here; kv-type.test.ts looks closely.
    const { kv } = memoryNeed(fileFitInput(model, []), { contextTokens: 256, slots: 2 });
    expect(info.memory.context).toBeGreaterThanOrEqual(kv);
  });

  it('also with the older template, which leaves the opening of the thought to the model', async () => {
    const { events } = await answerOf('older', speaking(tinyModel('qwen2'), olderTemplate));
    expect(events[0]).toMatchObject({ type: 'accepted', promptTokens: 7 });
    expect(events.find((event) => event.type === 'delta')).toMatchObject({ kind: 'reasoning' });
  });
});

it.each<KvType>(['q8_0', 'q4_0'])('latent attention runs with a cache in %s', async (kvType) => {
  const { events } = await answerOf(`latent-${kvType}`, speaking(tinyMoe(64, 32)), kvType);
  expect(events.at(-1)).toMatchObject({ type: 'done', usage: { completionTokens: 12 } });
});
