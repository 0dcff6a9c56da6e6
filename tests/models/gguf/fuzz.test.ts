import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { GgufError } from '#models/gguf/error.ts';
import { readGgufBytes } from '#models/gguf/read.ts';
import { bufferSource } from '#models/gguf/source.ts';
import { buildGguf } from '../../support/gguf-builder.ts';
import { tinyModel, tinyMoe } from '../../support/tiny-models.ts';

const mutations = 10_000;

/** Mulberry32: the same mutations in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values on which size arithmetic breaks. */
const nasty = [
  0n,
  1n,
  31n,
  255n,
  65535n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

function mutate(original: Buffer, headerBytes: number, next: () => number): Buffer {
  const at = () => Math.floor(next() * headerBytes);
  const bytes = Buffer.from(original);
  const times = 1 + Math.floor(next() * 3);
  for (let i = 0; i < times; i++) {
    switch (Math.floor(next() * 6)) {
      case 0:
        bytes[at()] = Math.floor(next() * 256);
        break;
      case 1: {
        const place = at();
        bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(next() * 8));
        break;
      }
      case 2:
        bytes.writeBigUInt64LE(
          nasty[Math.floor(next() * nasty.length)] ?? 0n,
          Math.min(at(), bytes.length - 8),
        );
        break;
      case 3:
        bytes.writeUInt32LE(
          Number((nasty[Math.floor(next() * nasty.length)] ?? 0n) & 0xffffffffn),
          Math.min(at(), bytes.length - 4),
        );
        break;
      case 4:
        return bytes.subarray(0, at());
      default: {
        const from = at();
        bytes.copyWithin(at(), from, from + Math.floor(next() * 64));
      }
    }
  }
  return bytes;
}

describe('ten thousand mutations of sound files', () => {
  it('are each accepted or refused with a GgufError, quickly and within bounded memory', () => {
    const originals = [buildGguf(tinyModel('qwen2')), buildGguf(tinyModel('llama')), buildGguf(tinyMoe())];
    const next = random(20261124);
    const before = process.memoryUsage().rss;
    let accepted = 0;
    let slowest = 0;
    const codes = new Set<string>();
    for (let i = 0; i < mutations; i++) {
      const original = originals[i % originals.length] ?? Buffer.alloc(0);
      // Mutate where the meaning is: in the header, not in the zeros behind it.
      const headerBytes = 24 + original.lastIndexOf('ffn_down') + 64;
      const mutant = mutate(original, Math.min(headerBytes, original.length), next);
      const started = performance.now();
      try {
        readGgufBytes(bufferSource(mutant));
        accepted++;
      } catch (error) {
        if (!(error instanceof GgufError))
          throw new Error(`mutation ${i} broke the reader`, { cause: error });
        codes.add(error.code);
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
    // A reader that refuses everything or notices one kind of damage only would pass the rest of this test.
    expect(accepted).toBeGreaterThan(mutations / 100);
    expect(accepted).toBeLessThan(mutations / 2);
    expect(codes.size).toBeGreaterThan(10);
    expect(slowest).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });
});
