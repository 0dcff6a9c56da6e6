import { describe, expect, it } from 'vitest';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

/** 2 × 8192 tokens take 128 MiB of cache; process, weights and working memory 170 MB. */
const model = scriptedModel({ layers: 8 }).path;

describe('a machine with little memory', () => {
  it('gets the largest context that fits, is told so in one line, and has it', async () => {
    const { url, output } = await startProduct({ model, env: { STILLROOM_MEMORY: '220' } });
    const [, slots, context] =
      /^Memory is tight: (\d+) × (\d+) tokens instead of 2 × 8192\.$/m.exec(output()) ?? [];
    expect(Number(context)).toBeGreaterThanOrEqual(2048);
    expect(Number(context)).toBeLessThan(8192);
    const info = (await (await fetch(`${url}/api/info`)).json()) as ServerInfo;
    expect(info.models[0]).toMatchObject({ slots: Number(slots), contextTokens: Number(context) });
  });

  it('says nothing of the kind when the usual settings fit', async () => {
    const { output } = await startProduct({ model, env: { STILLROOM_MEMORY: '400' } });
    expect(output()).not.toMatch(/Memory is tight/);
  });

  it('is refused with the arithmetic when nothing fits', async () => {
    await expect(startProduct({ model, env: { STILLROOM_MEMORY: '150' } })).rejects.toThrow(
      /ended with 1:\nstillroom: .* can't be loaded\. Does not fit: even 1 × 2048 tokens need \d+ MB, 157 MB available; \d+ MB are missing\.$/,
    );
  });

  it('is refused with the arithmetic when the settings somebody chose don’t fit', async () => {
    await expect(
      startProduct({ model, env: { STILLROOM_MEMORY: '220', STILLROOM_CONTEXT: '8192' } }),
    ).rejects.toThrow(
      /ended with 1:\nstillroom: .* can't be loaded\. Too big as asked \(.* \+ 134 MB for 2 × 8192 tokens .*\)\. It fits with 2 × \d+ tokens\.$/,
    );
  });

  it('always runs the demo model', async () => {
    const { url, output } = await startProduct({ env: { STILLROOM_MEMORY: '64' } });
    const [, context] = /^Memory is tight: 1 × (\d+) tokens instead of 4 × \d+\.$/m.exec(output()) ?? [];
    const info = (await (await fetch(`${url}/api/info`)).json()) as ServerInfo;
    expect(info.models[0]).toMatchObject({
      engine: { state: 'ready' },
      slots: 1,
      contextTokens: Number(context),
    });
  });
});
