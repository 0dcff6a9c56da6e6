import { describe, expect, it } from 'vitest';
import { GapFiller, inOrderOfSequence, worthFilling } from '#server/engine/gaps.ts';

const anywhere = (index: number) => index >= 0 && index < 12;

describe('worthFilling', () => {
  it.each<[number[], number[]]>([
    [[], []],
    [[2], []],
    [[0, 1], []],
    [[0, 1, 2, 3], []],
    [
      [1, 4],
      [2, 3],
    ],
    [[0, 4], []],
    [
      [0, 2, 3, 6, 10],
      [1, 4, 5],
    ],
    // A fourth beside three.
    [[0, 1, 2], [3]],
    [
      [0, 2],
      [1, 3],
    ],
    [[9, 10, 11], [8]],
    [
      [0, 1, 2, 4, 5, 6],
      [3, 7],
    ],
  ])('for %j fills %j', (writing, filled) => {
    expect(worthFilling(writing, anywhere)).toEqual(filled);
  });

  it('leaves a gap open where somebody is being answered', () => {
    expect(worthFilling([0, 1, 2], (index) => index > 3)).toEqual([]);
    expect(worthFilling([0, 2, 4], (index) => index !== 1)).toEqual([3]);
    expect(worthFilling([0, 3], (index) => index !== 1)).toEqual([]);
  });
});

describe('GapFiller', () => {
  /** Runs so many steps on a machine where they take this long; returns in how many the gap was filled. */
  function run(filler: GapFiller, steps: number, cost: (filled: boolean, step: number) => number): number {
    let filled = 0;
    for (let step = 0; step < steps; step++) {
      const plan = filler.plan([0, 2], anywhere);
      filler.measured(plan, cost(plan.slots.length > 0, step));
      filled += Number(plan.slots.length > 0);
    }
    return filled;
  }

  it('fills where that is quicker, and hardly ever where it is not', () => {
    expect(run(new GapFiller(), 500, (filled) => (filled ? 131 : 140))).toBeGreaterThan(480);
    expect(run(new GapFiller(), 500, (filled) => (filled ? 70 : 57))).toBeLessThan(20);
  });

  it('is not misled by single steps that a busy machine made long', () => {
    const hiccups = (filled: boolean, step: number) => (filled ? 131 : 140) * (step % 7 === 0 ? 20 : 1);
    expect(run(new GapFiller(), 500, hiccups)).toBeGreaterThan(470);
  });

  it('changes its mind when the machine does', () => {
    const filler = new GapFiller();
    run(filler, 500, (filled) => (filled ? 70 : 57));
    expect(run(filler, 1000, (filled) => (filled ? 57 : 70))).toBeGreaterThan(500);
  });

  it('has nothing to choose where there is no gap', () => {
    const filler = new GapFiller();
    expect(filler.plan([0, 1], anywhere)).toEqual({ slots: [], key: null });
    filler.measured({ slots: [], key: null }, 1);
  });
});

describe('inOrderOfSequence', () => {
  const item = (evaluationPriority: number, length: number) => ({
    evaluationPriority,
    tokens: Array.from({ length }, () => 7),
  });

  it('sorts what has arrived by sequence and fits it into the batch', () => {
    const items = [item(2, 1), item(0, 1), item(1, 5)];
    const planned = inOrderOfSequence({ items, size: 4 });
    expect(planned.map((entry) => [entry.item.evaluationPriority, entry.processAmount])).toEqual([
      [0, 1],
      [1, 3],
      [2, 0],
    ]);
    expect(planned.every((entry) => items.includes(entry.item))).toBe(true);
  });
});
