import { describe, expect, it } from 'vitest';
import { GgufError } from '#models/gguf/error.ts';
import { readGgufBytes } from '#models/gguf/read.ts';
import { bufferSource } from '#models/gguf/source.ts';
import { buildGguf } from '../../support/gguf-builder.ts';
import { headerBytes, mutate, random } from '../../support/mutate.ts';
import { tinyModel, tinyMoe } from '../../support/tiny-models.ts';

const mutations = 10_000;

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
      const mutant = mutate(original, headerBytes(original), next);
      const started = process.cpuUsage();
      try {
        readGgufBytes(bufferSource(mutant));
        accepted++;
      } catch (error) {
        if (!(error instanceof GgufError))
          throw new Error(`mutation ${i} broke the reader`, { cause: error });
        codes.add(error.code);
      }
      // Processor time: how long others kept the machine busy says nothing about the reader.
      const { user, system } = process.cpuUsage(started);
      slowest = Math.max(slowest, (user + system) / 1000);
    }
    // A reader that refuses everything or notices one kind of damage only would pass the rest of this test.
    expect(accepted).toBeGreaterThan(mutations / 100);
    expect(accepted).toBeLessThan(mutations / 2);
    expect(codes.size).toBeGreaterThan(10);
    expect(slowest).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });
});
