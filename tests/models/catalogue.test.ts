import { describe, expect, it } from 'vitest';
import { catalogue, findInCatalogue, kvElementsPerToken } from '#models/catalogue.ts';

const kib = (name: string, legacy = false) => {
  const entry = catalogue.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(name);
  return (kvElementsPerToken(entry.shape, legacy) * 2) / 1024;
};

describe('the catalogue', () => {
  it.each([
    ['r1-distill-qwen-1.5b', 28],
    ['r1-distill-qwen-7b', 56],
    ['r1-distill-llama-8b', 128],
    ['r1-distill-qwen-14b', 192],
    ['r1-distill-qwen-32b', 256],
    ['r1-distill-llama-70b', 320],
  ])('knows the KV cache of %s: %d KiB per token', (name, expected) => {
    expect(kib(name)).toBe(expected);
  });

  it('knows that latent attention keeps 576 elements per layer, and that old files keep full heads', () => {
    expect(kib('r1')).toBe((61 * 576 * 2) / 1024);
    expect(kib('v2-lite-chat')).toBe((27 * 576 * 2) / 1024);
    expect(kib('r1', true)).toBe((61 * 128 * (192 + 128) * 2) / 1024);
  });

  it('has parameter counts that follow from the shapes', () => {
    for (const entry of catalogue.filter((candidate) => candidate.shape.mla === null)) {
      const s = entry.shape;
      const kv = s.kvHeads * s.keyLength;
      const q = s.heads * s.keyLength;
      const biases = s.architecture === 'qwen2' ? q + 2 * kv : 0;
      const norms = s.architecture === 'qwen3' ? 2 * s.keyLength : 0;
      const layer =
        s.embedding * (q + 2 * kv) +
        q * s.embedding +
        3 * s.embedding * s.feedForward +
        2 * s.embedding +
        biases +
        norms;
      expect(entry.parameters, entry.title).toBe(
        2 * s.vocabulary * s.embedding + s.embedding + s.layers * layer,
      );
    }
  });

  it('has file sizes that are plausible for their quantisation', () => {
    const bits: Record<string, [number, number]> = {
      Q3_K_M: [3.7, 4.2],
      Q4_K_M: [4.7, 5.4],
      Q5_K_M: [5.6, 5.9],
      Q6_K: [6.4, 6.7],
      Q8_0: [8.4, 8.6],
    };
    for (const entry of catalogue) {
      for (const file of entry.files) {
        const [low, high] = bits[file.quantization] ?? [0, 0];
        const perWeight = (file.bytes * 8) / entry.parameters;
        expect(perWeight, `${entry.title} ${file.quantization}`).toBeGreaterThan(low);
        expect(perWeight, `${entry.title} ${file.quantization}`).toBeLessThan(high);
      }
    }
  });

  it('names every file in its repository, once', () => {
    const all = catalogue.flatMap((entry) =>
      entry.files.flatMap((file) => file.paths.map((path) => `${file.repository}/${path}`)),
    );
    expect(new Set(all).size).toBe(all.length);
    for (const path of all) expect(path).toMatch(/^[\w.-]+\/[\w.-]+\/[\w./-]+\.gguf$/u);
    for (const file of catalogue.flatMap((entry) => entry.files))
      expect(file.sha256 ?? 'f'.repeat(64)).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('finds a model by name, with Q4_K_M unless another quantisation is named', () => {
    expect(findInCatalogue('r1-distill-qwen-7b')).toMatchObject({ file: { quantization: 'Q4_K_M' } });
    expect(findInCatalogue('R1-Distill-Qwen-7B:q8_0')).toMatchObject({ file: { quantization: 'Q8_0' } });
    expect(findInCatalogue('DeepSeek-R1-Distill-Qwen-7B:Q8_0')).toMatchObject({
      entry: { name: 'r1-distill-qwen-7b' },
    });
  });

  it('answers a wrong name with the names it knows', () => {
    expect(findInCatalogue('gpt-5')).toMatchObject({
      problem: expect.stringContaining('r1-distill-qwen-1.5b'),
    });
    expect(findInCatalogue('r1-distill-qwen-7b:Q2_K')).toMatchObject({
      problem: expect.stringContaining('Q6_K'),
    });
  });
});
