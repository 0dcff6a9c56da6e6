import { describe, expect, it } from 'vitest';
import { catalogue, findInCatalogue, kvElementsPerToken } from '#models/catalogue.ts';
import { type FitInput, fitModel, memoryNeed } from '#models/fit.ts';
import { catalogueFitInput } from '#models/fit-input.ts';

const gib = 1024 ** 3;

function model(spec: string, legacy = false): FitInput {
  const found = findInCatalogue(spec);
  if ('problem' in found) throw new Error(found.problem);
  const input = catalogueFitInput(found.entry, found.file, ['avx2']);
  return legacy ? { ...input, kvElementsPerToken: kvElementsPerToken(found.entry.shape, true) } : input;
}

describe('memory arithmetic', () => {
  it.each([
    ['r1-distill-qwen-1.5b', 0.22],
    ['r1-distill-qwen-7b', 0.44],
    ['r1-distill-llama-8b', 1],
    ['r1-distill-qwen-14b', 1.5],
    ['r1-distill-qwen-32b', 2],
    ['r1-distill-llama-70b', 2.5],
  ])('gives %s %d GiB of KV for 8192 tokens', (name, expected) => {
    expect(memoryNeed(model(name), { contextTokens: 8192, slots: 1 }).kv / gib).toBeCloseTo(expected, 1);
  });

  it('multiplies the KV by the slots and rounds the context up as the engine does', () => {
    const one = memoryNeed(model('r1-distill-qwen-7b'), { contextTokens: 4096, slots: 1 });
    expect(memoryNeed(model('r1-distill-qwen-7b'), { contextTokens: 4000, slots: 4 }).kv).toBe(4 * one.kv);
  });

  it('counts a quantised KV cache at its real size', () => {
    const full = memoryNeed(model('r1-distill-qwen-7b'), { contextTokens: 4096, slots: 1 }).kv;
    expect(
      memoryNeed(model('r1-distill-qwen-7b'), { contextTokens: 4096, slots: 1, kvType: 'q8_0' }).kv,
    ).toBe((full * 34) / 64);
  });

  it('counts the scores of a batch where flash attention is off or impossible', () => {
    const setting = { contextTokens: 8192, slots: 2 };
    const scores = 512 * 28 * 8192 * 4;
    const usual = memoryNeed(model('r1-distill-qwen-7b'), setting);
    expect(memoryNeed(model('r1-distill-qwen-7b'), { ...setting, flashAttention: false })).toMatchObject({
      working: usual.working + scores,
      total: usual.total + scores,
    });
    const possible = { ...model('r1'), flashPossible: true };
    expect(memoryNeed(model('r1'), setting).working - memoryNeed(possible, setting).working).toBe(
      512 * 128 * 8192 * 4,
    );
  });

  it('shows why old files of R1 need hundreds of gigabytes more', () => {
    const need = memoryNeed(model('r1', true), { contextTokens: 2048, slots: 4 });
    expect(need.total / gib).toBeGreaterThan(410);
    expect(memoryNeed(model('r1'), { contextTokens: 2048, slots: 4 }).kv).toBeLessThan(need.kv / 50);
  });
});

describe('does it fit', () => {
  it('says yes with the arithmetic', () => {
    const result = fitModel(model('r1-distill-qwen-1.5b'), { contextTokens: 8192, slots: 4 }, 4e9);
    expect(result.verdict).toBe('fits');
    expect(result.sentence).toMatch(
      /1\.1 GB weights \+ 940 MB for 4 × 8192 tokens \+ .* = .*, 4\.0 GB available/u,
    );
  });

  it('offers the largest setting that fits, context before slots', () => {
    const need = memoryNeed(model('r1-distill-llama-8b'), { contextTokens: 4096, slots: 2 });
    const result = fitModel(model('r1-distill-llama-8b'), { contextTokens: 16_384, slots: 2 }, need.total);
    expect(result).toMatchObject({ verdict: 'fits_smaller', contextTokens: 4096, slots: 2 });
  });

  it('gives up slots when the context would become useless', () => {
    const need = memoryNeed(model('r1-distill-llama-8b'), { contextTokens: 3072, slots: 1 });
    expect(
      fitModel(model('r1-distill-llama-8b'), { contextTokens: 8192, slots: 4 }, need.total),
    ).toMatchObject({
      verdict: 'fits_smaller',
      contextTokens: 3072,
      slots: 1,
    });
  });

  it('says by how much it does not fit', () => {
    const result = fitModel(model('r1'), { contextTokens: 8192, slots: 1 }, 24 * gib);
    expect(result).toMatchObject({ verdict: 'does_not_fit', missing: expect.any(Number) });
    expect(result.sentence).toMatch(/; 379 GB are missing\.$/u);
  });

  it('whatever it offers fits, and one step more would not, with and without flash attention', () => {
    for (const entry of catalogue) {
      for (const flashPossible of [true, false]) {
        const input = { ...model(entry.name), flashPossible };
        for (const available of [3e9, 6e9, 12e9, 48e9, 512e9]) {
          const result = fitModel(input, { contextTokens: 32_768, slots: 4 }, available);
          if (result.verdict !== 'fits_smaller') continue;
          const { contextTokens, slots } = result;
          const need = memoryNeed(input, { contextTokens, slots }).total;
          const more = memoryNeed(input, { contextTokens: contextTokens + 256, slots }).total;
          expect(need).toBeLessThanOrEqual(available);
          if (contextTokens < 32_768) expect(more).toBeGreaterThan(available);
        }
      }
    }
  });

  it('never offers more context than the model was trained for', () => {
    const short = { ...model('r1-distill-qwen-1.5b'), trainedContext: 4096 };
    expect(fitModel(short, { contextTokens: 1_000_000, slots: 1 }, 64e9).need).toEqual(
      memoryNeed(short, { contextTokens: 4096, slots: 1 }),
    );
  });
});
