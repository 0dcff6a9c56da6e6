import { describe, expect, it } from 'vitest';
import { ChunkSizer } from '#server/engine/chunks.ts';

/** A machine that reads so many tokens in a second, measured for long enough. */
function sizer(perSecond: number, batchTokens = 512): ChunkSizer {
  const chunks = new ChunkSizer(batchTokens);
  for (let i = 0; i < 20; i++) chunks.measured(100, 100_000 / perSecond);
  return chunks;
}

describe('ChunkSizer', () => {
  it('begins with a tile', () => {
    expect(new ChunkSizer(512).next(false)).toBe(64);
    expect(new ChunkSizer(512).next(true)).toBe(64);
  });

  it.each([
    [150, 128, 64],
    [100, 64, 64],
    [400, 384, 128],
    [1000, 512, 128],
    [50, 64, 64],
    [40, 64, 32],
  ])('reads whole tiles at %i tokens/s: %i alone, %i beside answers', (perSecond, alone, beside) => {
    expect(sizer(perSecond).next(false)).toBe(alone);
    expect(sizer(perSecond).next(true)).toBe(beside);
  });

  it.each([
    [150, 128],
    [100, 64],
    [400, 128],
    [50, 64],
  ])('lets a prompt be read whole at %i tokens/s up to %i tokens', (perSecond, most) => {
    expect(sizer(perSecond).whole(true)).toBe(most);
  });

  it('never takes more than a batch', () => {
    expect(sizer(1000, 40).next(true)).toBe(40);
    expect(new ChunkSizer(16).next(true)).toBe(16);
    expect(sizer(1000, 40).whole(true)).toBe(40);
  });
});
