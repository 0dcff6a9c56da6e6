import { describe, expect, it } from 'vitest';
import { ChunkSizer } from '#server/engine/chunks.ts';

/** A machine that reads so many tokens in a second, measured for long enough. */
function sizer(perSecond: number, batchTokens = 512): ChunkSizer {
  const chunks = new ChunkSizer(batchTokens);
  for (let i = 0; i < 20; i++) chunks.measured(100, 100_000 / perSecond);
  return chunks;
}

describe('ChunkSizer', () => {
  it('begins with a tile, and one token more beside answers', () => {
    expect([0, 1, 3].map((decoding) => new ChunkSizer(512).next(decoding))).toEqual([64, 65, 65]);
  });

  it.each([
    [150, 128, 65],
    [100, 64, 65],
    [400, 384, 129],
    [1000, 512, 129],
    [50, 64, 32],
  ])('reads whole tiles at %i tokens/s: %i alone, %i beside answers', (perSecond, alone, beside) => {
    expect(sizer(perSecond).next(0)).toBe(alone);
    expect(sizer(perSecond).next(1)).toBe(beside);
  });

  it.each([
    [150, 128],
    [100, 65],
    [400, 129],
    [50, 64],
  ])('lets a prompt be read whole at %i tokens/s up to %i tokens', (perSecond, most) => {
    expect(sizer(perSecond).whole(1)).toBe(most);
  });

  it('never takes more than the batch has room for', () => {
    expect(sizer(1000, 40).next(3)).toBe(37);
    expect(new ChunkSizer(16).next(1)).toBe(15);
    expect(sizer(1000, 40).whole(3)).toBe(37);
  });
});
