import { describe, expect, it } from 'vitest';
import { gapsBetween, inOrderOfSequence } from '#server/engine/gaps.ts';

const anywhere = () => true;

describe('gapsBetween', () => {
  it.each<[number[], number[]]>([
    [[], []],
    [[2], []],
    [[0, 1, 2], []],
    [[0, 2], [1]],
    [
      [1, 4],
      [2, 3],
    ],
    [[0, 4], []],
    [
      [0, 2, 3, 6, 10],
      [1, 4, 5],
    ],
  ])('between %j fills %j', (writing, filled) => {
    expect(gapsBetween(writing, anywhere)).toEqual(filled);
  });

  it('leaves a gap open where somebody is being answered', () => {
    expect(gapsBetween([0, 2, 4], (index) => index !== 1)).toEqual([3]);
    expect(gapsBetween([0, 3], (index) => index !== 1)).toEqual([]);
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
