import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GgufError } from '#models/gguf/error.ts';
import { readGgufBytes } from '#models/gguf/read.ts';
import { bufferSource } from '#models/gguf/source.ts';
import { createEngine } from '#server/engine/supervisor.ts';
import { StillroomError } from '#server/errors.ts';
import { buildGguf } from '../../support/gguf-builder.ts';
import { headerBytes, mutate, random } from '../../support/mutate.ts';
import { tinyModel, tinyMoe } from '../../support/tiny-models.ts';

const samples = 8;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'native-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Damaged files that the reader finds nothing wrong with. */
function acceptedMutants(count: number): Buffer[] {
  const originals = [tinyModel('qwen2'), tinyModel('llama'), tinyModel('qwen3'), tinyMoe()].map(buildGguf);
  const next = random(4711);
  const found: Buffer[] = [];
  for (let i = 0; found.length < count; i++) {
    const original = originals[i % originals.length] ?? Buffer.alloc(0);
    const mutant = mutate(original, headerBytes(original), next);
    if (mutant.equals(original)) continue;
    try {
      readGgufBytes(bufferSource(mutant));
      found.push(mutant);
    } catch (error) {
      if (!(error instanceof GgufError)) throw error;
    }
  }
  return found;
}

describe('a damaged file that the reader lets through', () => {
  it.each(acceptedMutants(samples).map((bytes, index) => [index, bytes] as const))(
    'is loaded or refused by the engine, and ends no process: %i',
    async (index, bytes) => {
      const path = join(folder, `${index}.gguf`);
      await writeFile(path, bytes);
      const engine = createEngine({
        modelPath: path,
        slots: 1,
        contextTokens: 64,
        threads: 1,
        gpu: 'off',
        stateBytes: 0,
      });
      try {
        const outcome = await engine.start().catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(StillroomError);
          // An abort of the native loader would be reported as a crash.
          expect((outcome as StillroomError).code).toMatch(/^model_|^insufficient_memory$/u);
        }
      } finally {
        await engine.stop();
      }
    },
  );
});
