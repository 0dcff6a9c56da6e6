/** The same of the first turns after the gateway has started, when hardly anything has been measured. */
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#server/scheduler/limits.ts';
import { flooder, people } from './offices.ts';
import { contains, share, simulate } from './simulation.ts';

describe('the interval shown to a waiting turn', () => {
  it.each([
    ['8 people on one slot', { slots: 1, users: people(8) }],
    ['20 people on four slots', { slots: 4, users: people(20) }],
    ['people beside one who floods', { slots: 2, users: [...people(4), flooder('heavy', 15)] }],
  ])(
    'contains at least 80 percent of the first 25 starts after the gateway has started: %s',
    (_name, office) => {
      const seeds = Array.from({ length: 16 }, (_, index) => 300 + index);
      const told = seeds.flatMap((seed) =>
        simulate({ ...office, limits: defaultLimits, hours: 0.6, seed })
          .filter(({ shown }) => shown.length > 0)
          .sort((a, b) => a.submittedMs - b.submittedMs)
          .slice(0, 25),
      );
      const first = told.flatMap((record) =>
        record.shown.slice(0, 1).map((shown) => contains(record, shown)),
      );
      expect(first.length).toBeGreaterThan(300);
      expect(share(first)).toBeGreaterThanOrEqual(0.8);
    },
    120_000,
  );
});
