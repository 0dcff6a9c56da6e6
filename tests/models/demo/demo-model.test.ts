import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readGguf } from '#models/gguf/read.ts';
import { createEngine, type LocalEngine } from '#server/engine/supervisor.ts';
import { askAll } from '../../../models/demo/eval/ask.ts';
import { afterTurns, bars, type Item, readItems, sample, scores } from '../../../models/demo/eval/items.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'models', 'demo');
const modelPath = join(folder, 'stillroom-demo.gguf');
const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
const evaluation = JSON.parse(readFileSync(join(folder, 'eval', 'eval.json'), 'utf8'));
const { items, turns } = readItems();

// Some hundred questions: half a minute where everything is slow and something else is tested meanwhile.
vi.setConfig({ testTimeout: 120_000 });

/** A short run may fall this many points below the bar of the whole list: on 20 items a miss is 5 points. */
const shortRunSlack = 10;
const perGroup = 20;

const claimed = new Set(
  evaluation.rows
    .filter((row: { bar: number | null; exact: number }) => row.bar !== null && row.exact >= row.bar)
    .map((row: { group: string }) => row.group),
);

describe('the shipped demo model', () => {
  let engine: LocalEngine;

  beforeAll(async () => {
    engine = createEngine({ modelPath, slots: 4, contextTokens: 4096, threads: 1, gpu: 'off' });
    await engine.start();
  });
  afterAll(() => engine.stop());

  const ask = (asked: Item[]) => askAll(engine, asked, { slots: 4 });
  const single = async (question: string) => {
    const [result] = await ask([{ group: '', lang: 'en', messages: [question], accept: [] }]);
    return (result as NonNullable<typeof result>).reply;
  };

  test('is the file that was measured, small, and openly a demo model', async () => {
    const file = readFileSync(modelPath);
    expect(createHash('sha256').update(file).digest('hex')).toBe(evaluation.sha256);
    expect(card.sha256).toBe(evaluation.sha256);
    expect(file.length).toBeLessThanOrEqual(8 * 1024 * 1024);
    const { metadata } = await readGguf(modelPath);
    expect(metadata.string('general.name')).toBe('Stillroom Demo');
    expect(metadata.string('general.description')).toContain('not DeepSeek-R1');
    expect(metadata.string('general.license')).toBe('mit');
    expect(engine.info?.contextTokens).toBe(card.contextTokens);
  });

  test('is right on what it claims', async () => {
    const asked = sample(
      items.filter((item) => claimed.has(item.group)),
      perGroup,
    );
    const results = await ask(asked);
    const low = scores(results).filter(({ group, exact }) => exact < (bars[group] ?? 0) - shortRunSlack);
    expect(low).toEqual([]);
    for (const { item, reply } of results) {
      expect(reply, item.messages.at(-1)).toMatchObject({ closed: true, finish: 'stop' });
    }
  });

  test('still is after ten earlier turns', async () => {
    const asked = sample(
      items.filter((item) => claimed.has(item.group)),
      4,
    ).map((item, i) => afterTurns(item, i, turns));
    const results = await ask(asked);
    const right = results.filter((result) => result.right).length;
    expect(right / results.length).toBeGreaterThanOrEqual(0.85);
  });

  test('never claims to be DeepSeek-R1', async () => {
    for (const question of ['Are you DeepSeek-R1?', 'Who are you?', '¿Eres DeepSeek?']) {
      expect((await single(question)).answer, question).toMatch(
        /not DeepSeek-R1|no DeepSeek-R1|No soy DeepSeek-R1/,
      );
    }
  });

  test('shows its working and then the answer', async () => {
    const reply = await single('What is 347 + 586?');
    expect(reply.reasoning).toContain('7+6+0=13');
    expect(reply.answer.trim()).toBe('347 + 586 = 933');
  });

  test('the card claims nothing that was measured below its bar', () => {
    expect(card.skills).toHaveLength(claimed.size);
    for (const row of evaluation.rows) expect(row.bar).toBe(bars[row.group] ?? null);
  });
});
