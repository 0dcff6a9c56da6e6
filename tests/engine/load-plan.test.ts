import { copyFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planLoad } from '#server/engine/load-plan.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('weights', () => {
  const plan = (modelPath: string) =>
    planLoad({ modelPath, slots: 1, contextTokens: 512, threads: 1, gpu: 'off' }, null, false);

  it('are copied into memory when half of what is free is enough for them', () => {
    expect(plan(scriptedModel().path).mapped).toBe(false);
  });

  it('stay in the file when it is larger than that', () => {
    const path = join(tempFolder(), 'large.gguf');
    copyFileSync(scriptedModel().path, path);
    truncateSync(path, process.availableMemory());
    expect(plan(path).mapped).toBe(true);
  });
});
