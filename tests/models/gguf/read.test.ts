import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGguf, readGgufBytes } from '#models/gguf/read.ts';
import { bufferSource } from '#models/gguf/source.ts';
import { buildGguf, type GgufSpec, u32 } from '../../support/gguf-builder.ts';
import { tinyModel, tinyMoe } from '../../support/tiny-models.ts';

const read = (spec: GgufSpec) => readGgufBytes(bufferSource(buildGguf(spec)));

describe('a sound GGUF file', () => {
  it.each(['qwen2', 'qwen3', 'llama'] as const)('is read as what it is: %s', (architecture) => {
    const model = read(tinyModel(architecture));
    expect(model.shape).toMatchObject({
      architecture,
      layers: 2,
      heads: 4,
      kvHeads: 2,
      keyLength: 4,
      contextLength: 64,
      vocabulary: 16,
      kv: { kind: 'gqa', elementsPerToken: 2 * 2 * (4 + 4) },
      experts: null,
      mla: null,
    });
    expect(model.quantization).toBe('F32');
    expect(model.chatTemplate).toBe('{{ messages }}');
    expect(model.metadata.string('general.name')).toBe('Tiny');
  });

  it('with latent attention needs one compressed row per token and layer', () => {
    const model = read(tinyMoe());
    expect(model.shape.kv).toEqual({ kind: 'mla', elementsPerToken: 2 * 10 });
    expect(model.shape.experts).toEqual({ total: 4, used: 2, shared: 1, feedForward: 8, leadingDense: 1 });
  });

  it('counts parameters from its tensors', () => {
    const model = read(tinyModel('llama'));
    const layer = 16 + 16 * 16 + 2 * 16 * 8 + 16 * 16 + 16 + 3 * 16 * 24;
    expect(model.parameters).toBe(16 * 16 + 16 + 2 * layer);
  });

  it('may use another alignment', () => {
    const spec = tinyModel();
    spec.metadata.push(['general.alignment', u32(128)]);
    expect(read({ ...spec, alignment: 128 }).tensors.size).toBe(spec.tensors.length);
  });

  it('may end right after its last weight, without padding', () => {
    const spec = tinyModel();
    spec.tensors.push({ name: 'rope_freqs.weight', shape: [2] });
    const bytes = buildGguf(spec);
    expect(
      readGgufBytes(bufferSource(bytes.subarray(0, bytes.length - 24))).tensors.has('rope_freqs.weight'),
    ).toBe(true);
  });
});

describe('a model on disk', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gguf-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The tiny model cut in two after its third tensor. */
  function parts(change: (second: GgufSpec) => void = () => {}): [Buffer, Buffer] {
    const whole = tinyModel();
    const split = (no: number): GgufSpec['metadata'] => [
      ['split.no', { type: 'u16', value: no }],
      ['split.count', { type: 'u16', value: 2 }],
      ['split.tensors.count', { type: 'i32', value: whole.tensors.length }],
    ];
    const second: GgufSpec = { metadata: split(1), tensors: whole.tensors.slice(3) };
    change(second);
    return [
      buildGguf({ metadata: [...whole.metadata, ...split(0)], tensors: whole.tensors.slice(0, 3) }),
      buildGguf(second),
    ];
  }

  it('in two parts is one model with the tensors of both', async () => {
    const [a, b] = parts();
    const first = join(folder, 'both-00001-of-00002.gguf');
    await writeFile(first, a);
    await writeFile(join(folder, 'both-00002-of-00002.gguf'), b);
    const model = await readGguf(first);
    expect(model.paths).toHaveLength(2);
    expect(model.bytes).toBe(a.length + b.length);
    expect(model.tensors.size).toBe(tinyModel().tensors.length);
  });

  it('with a part missing is refused by the name of that part', async () => {
    const first = join(folder, 'half-00001-of-00002.gguf');
    await writeFile(first, parts()[0]);
    await expect(readGguf(first)).rejects.toThrow(/half-00002-of-00002\.gguf/);
  });

  it('with a tensor in both parts is refused', async () => {
    const [a, b] = parts((second) => second.tensors.push({ name: 'token_embd.weight', shape: [16, 16] }));
    const first = join(folder, 'twice-00001-of-00002.gguf');
    await writeFile(first, a);
    await writeFile(join(folder, 'twice-00002-of-00002.gguf'), b);
    await expect(readGguf(first)).rejects.toMatchObject({ code: 'duplicate' });
  });

  it('given by its second part is refused with the remedy', async () => {
    const second = join(folder, 'other-00002-of-00002.gguf');
    await writeFile(second, parts()[1]);
    await expect(readGguf(second)).rejects.toThrow(/Give its first part/);
  });

  it('that is not there, is a folder or is a device is refused without being opened as a model', async () => {
    await expect(readGguf(join(folder, 'absent.gguf'))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(readGguf(folder)).rejects.toMatchObject({ code: 'not_a_file' });
    await expect(readGguf('/dev/zero')).rejects.toMatchObject({ code: 'not_a_file' });
  });
});
