/** Is the interval that is shown honest? Played against offices the forecast knows nothing about. */
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#server/scheduler/limits.ts';
import { disturbed, flooder, people, tool } from './offices.ts';
import { contains, share, simulate } from './simulation.ts';

describe('the interval shown to a waiting turn', () => {
  it.each([
    ['8 people on one slot', { slots: 1, users: people(8) }],
    ['20 people on four slots', { slots: 4, users: people(20) }],
    ['people and programs on two slots', { slots: 2, users: [...people(6), tool('a', 4), tool('b', 2)] }],
    ['people beside one who floods', { slots: 2, users: [...people(4), flooder('heavy', 15)] }],
    [
      'a machine that a neighbour slows down',
      { slots: 2, users: [...people(10), tool('a', 3)], throughput: disturbed },
    ],
  ])(
    'contains at least 80 percent of the real starts: %s',
    (_name, office) => {
      const turns = [21, 22].flatMap((seed) =>
        simulate({ ...office, limits: defaultLimits, hours: 3, seed }),
      );
      const told = turns.filter(({ shown }) => shown.length > 0);
      expect(told.length).toBeGreaterThan(300);
      const first = told.flatMap((record) =>
        record.shown.slice(0, 1).map((shown) => contains(record, shown)),
      );
      const all = told.flatMap((record) => record.shown.map((shown) => contains(record, shown)));
      expect(share(first)).toBeGreaterThanOrEqual(0.8);
      expect(share(all)).toBeGreaterThanOrEqual(0.8);
    },
    120_000,
  );

  it('is not just infinitely wide', () => {
    const turns = simulate({ slots: 4, users: people(20), limits: defaultLimits, hours: 3, seed: 23 });
    const told = turns.flatMap(({ startedMs, shown }) =>
      shown.slice(0, 1).map((first) => ({ startedMs, ...first })),
    );
    const width = told.map(({ eta }) => eta.highMs - eta.lowMs).sort((a, b) => a - b);
    const wait = told.map(({ startedMs, atMs }) => startedMs - atMs).sort((a, b) => a - b);
    const half = Math.floor(told.length / 2);
    expect(width[half] ?? Number.NaN).toBeLessThan(2 * (wait[half] ?? 0));
  });
});
