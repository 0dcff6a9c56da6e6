import { describe, expect, it } from 'vitest';
import { adviseModels, recommend } from '#models/advice.ts';
import { catalogue, findInCatalogue } from '#models/catalogue.ts';
import { measureSpeed, type SpeedMeasurement } from '#models/machine/bandwidth.ts';
import { createKernels } from '#models/machine/kernels.ts';
import { answerSeconds, predictSpeed, type SpeedFacts } from '#models/predict.ts';
import { bytesPerToken, catalogueWeights, repackedBytes, totalBytes } from '#models/weights.ts';

function found(spec: string) {
  const result = findInCatalogue(spec);
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

function decode(spec: string, facts: SpeedFacts): number {
  const { entry, file } = found(spec);
  return predictSpeed(catalogueWeights(entry, file), entry.shape.vocabulary, facts).decode;
}

function machine(cores: number, read: [number, number], products: number): SpeedMeasurement {
  return {
    cores,
    one: { read: read[0] * 1e9, products: products * 1e9 },
    all: { read: read[1] * 1e9, products: products * cores * 1e9 },
    foreignLoad: 0,
  };
}

/** Memory speeds as published or measured with the speeds below; products per core measured (Zen 5) or from clock and width. */
const zen5: SpeedFacts = {
  measured: machine(2, [41.4, 82.5], 35.3),
  features: ['avx2', 'avx512f'],
  threads: 2,
};
const zen3: SpeedFacts = { measured: machine(2, [19.1, 28.8], 36), features: ['avx2'], threads: 2 };
const pi5: SpeedFacts = { measured: machine(4, [8, 11.4], 19), features: ['asimd', 'asimddp'], threads: 4 };

describe('the predicted decode speed', () => {
  it.each<[string, SpeedFacts, string, number]>([
    ['measured on Zen 5, two threads', zen5, 'r1-distill-qwen-1.5b:Q4_K_M', 35.7],
    ['measured on Zen 5, two threads', zen5, 'r1-distill-qwen-1.5b:Q8_0', 23.1],
    ['measured on Zen 5, one thread', { ...zen5, threads: 1 }, 'r1-distill-qwen-1.5b:Q4_K_M', 24.9],
    ['measured on Zen 5, one thread', { ...zen5, threads: 1 }, 'r1-distill-qwen-1.5b:Q8_0', 17.5],
    ['measured on Zen 3, two threads', zen3, 'r1-distill-qwen-1.5b:Q4_K_M', 19.7],
    ['published for a Raspberry Pi 5', pi5, 'r1-distill-qwen-14b:Q4_K_M', 1.2],
    ['published for a Raspberry Pi 5', pi5, 'r1-distill-llama-8b:Q4_K_M', 2.17],
  ])('is within 25 %% of what was %s', (_source, facts, spec, measured) => {
    const ratio = decode(spec, facts) / measured;
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.25);
  });

  it('of a mixture of experts is that of its active part', () => {
    expect(decode('v2-lite-chat', zen5)).toBeGreaterThan(3 * decode('r1-distill-qwen-14b', zen5));
  });

  it('has a wider error on processors that were not measured, on busy machines and on throttled boards', () => {
    const { entry, file } = found('r1-distill-qwen-1.5b');
    const error = (facts: SpeedFacts) => predictSpeed(catalogueWeights(entry, file), 1, facts).decodeError;
    expect(error(zen5)).toBe(0.25);
    expect(error(pi5)).toBe(0.4);
    expect(error({ ...zen5, measured: { ...zen5.measured, foreignLoad: 0.9 } })).toBe(0.4);
    expect(error({ ...zen5, throttled: true })).toBe(0.4);
  });

  it('makes a typical answer take longer at its worst than at its best', () => {
    const [best, expected, worst] = answerSeconds({
      decode: 10,
      prefill: 100,
      decodeError: 0.25,
      prefillError: 0.5,
    });
    expect(expected).toBeCloseTo(1.5 + 120, 5);
    expect(best).toBeLessThan(expected);
    expect(worst).toBeGreaterThan(expected);
  });
});

describe('weights computed from a shape', () => {
  it('have the size of the published files, within one percent', () => {
    for (const entry of catalogue.filter((each) => each.shape.mla === null)) {
      for (const file of entry.files) {
        const ratio = totalBytes(catalogueWeights(entry, file)) / file.bytes;
        expect(Math.abs(ratio - 1), `${entry.title} ${file.quantization}: ${ratio}`).toBeLessThan(0.01);
      }
    }
  });

  it('leave the token table out of what is read per token', () => {
    const { entry, file } = found('r1-distill-qwen-1.5b');
    const groups = catalogueWeights(entry, file);
    expect(totalBytes(groups) - bytesPerToken(groups)).toBe((151_936 * 1536 * 4.5) / 8);
  });

  it('are kept twice where the processor likes another order', () => {
    const { entry, file } = found('r1-distill-qwen-1.5b');
    const groups = catalogueWeights(entry, file);
    // Measured: the engine reported 1,736,878,592 bytes for a file of 1,114,468,928.
    expect(repackedBytes(groups, ['avx2']) / 622_409_664).toBeCloseTo(1, 1);
    expect(repackedBytes(groups, [])).toBe(0);
    expect(repackedBytes(groups, ['asimd', 'asimddp'])).toBeGreaterThan(repackedBytes(groups, ['avx2']));
  });
});

describe('the recommendation', () => {
  const setting = { contextTokens: 8192, slots: 2 };

  it('on a server is the best model that fits and is comfortable to use', () => {
    const fast: SpeedFacts = {
      measured: machine(32, [20, 300], 40),
      features: ['avx2', 'avx512f'],
      threads: 32,
    };
    const best = recommend(adviseModels(setting, 64e9, fast));
    expect(best?.advice.entry.name).toBe('r1-0528-qwen3-8b');
    expect(best?.command).toMatch(/^stillroom models pull r1-0528-qwen3-8b:Q/u);
  });

  it('on a small board is the fastest reasoning model, with the truth about its speed', () => {
    const best = recommend(adviseModels(setting, 3e9, { ...pi5, measured: machine(4, [3, 4], 6) }));
    expect(best?.advice.entry.name).toBe('r1-distill-qwen-1.5b');
    expect(best?.sentence).toMatch(/fastest reasoning model that fits/u);
  });

  it('is none when nothing fits', () => {
    expect(recommend(adviseModels(setting, 0.5e9, pi5))).toBeNull();
  });

  it('is never a model that can’t reason, nor the teacher on a machine that can’t hold it', () => {
    for (const memory of [2e9, 8e9, 32e9, 128e9, 600e9]) {
      const best = recommend(adviseModels(setting, memory, zen5));
      expect(best?.advice.entry.reasons).toBe(true);
      expect(best?.advice.fits.verdict).not.toBe('does_not_fit');
    }
  });
});

describe('the measurement', () => {
  it('reads every byte of its memory', () => {
    const kernels = createKernels(65_536);
    expect(kernels.read(0, 65_536)).toBe(0);
    kernels.memory[65_536 - 16] = 5;
    expect(kernels.read(0, 65_536)).toBe(5);
    expect(kernels.read(0, 32_768)).toBe(0);
  });

  it('multiplies as often as it says', () => {
    const kernels = createKernels(65_536);
    new Int16Array(kernels.memory.buffer, 0, 128).fill(1);
    // One lane of one accumulator gets two products per round; eight accumulators are added.
    expect(kernels.dot(1000, 0)).toBe(1000 * 2 * 8);
  });

  it('gives speeds that a computer can have, several cores no less than one', async () => {
    const speed = await measureSpeed(2, 2 ** 30, 200);
    expect(speed.one.read).toBeGreaterThan(0.5e9);
    expect(speed.one.read).toBeLessThan(500e9);
    expect(speed.all.products).toBeGreaterThan(speed.one.products * 0.8);
    expect(speed.foreignLoad).not.toBeNaN();
  });
});
