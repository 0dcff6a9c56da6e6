/** A light user beside a heavy one with 20 turns in the system, played for hours of simulated time. */
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#server/scheduler/limits.ts';
import { flooder, person } from './offices.ts';
import { cpuThroughput, mean, type PlayedTurn, simulate, type User } from './simulation.ts';

const light: User = { ...person('light'), impatience: 0 };
const heavy = flooder('heavy', 20);
const limits = { ...defaultLimits, maxWaitingPerOwner: 20 };

function play(slots: number, users: User[], seeds: number[]): PlayedTurn[] {
  return seeds.flatMap((seed) => simulate({ slots, limits, users, hours: 3, seed, forecasts: false }));
}

/**
 * The share of the machine that is the light user's: half of the slots at the speed that one slot has when all are
 * busy, or, with one slot, a machine of half the speed. Nobody else is there, so a turn takes its work over that speed.
 */
function alone(slots: number): number {
  return slots === 1 ? cpuThroughput(1, 0) / 2 : cpuThroughput(slots, 0) / slots;
}

describe('a light user beside a heavy one', () => {
  it.each([1, 2, 4])('waits at most 1.2 times as long as alone with an equal share of %i slots', (slots) => {
    const turns = play(slots, [light, heavy], [1, 2]).filter(({ owner }) => owner === 'light');
    expect(turns.length).toBeGreaterThan(100);
    const waited = mean(turns.map(({ submittedMs, finishedMs }) => finishedMs - submittedMs));
    const share = mean(turns.map(({ cost }) => (cost / alone(slots)) * 1000));
    expect(waited / share).toBeLessThanOrEqual(1.2);
  });

  it.each([2, 4])('usually starts at once, on %i slots', (slots) => {
    const turns = play(slots, [light, heavy], [3]).filter(({ owner }) => owner === 'light');
    const atOnce = turns.filter(({ submittedMs, startedMs }) => startedMs - submittedMs < 1);
    expect(atOnce.length / turns.length).toBeGreaterThan(0.6);
  });

  it('is not served worse when the heavy user queues 20 turns instead of 2', () => {
    const waits = (outstanding: number) =>
      mean(
        play(1, [light, flooder('heavy', outstanding)], [4, 5])
          .filter(({ owner }) => owner === 'light')
          .map(({ submittedMs, startedMs }) => startedMs - submittedMs),
      );
    expect(waits(20)).toBeLessThanOrEqual(1.2 * waits(2));
  });
});

describe('two heavy users', () => {
  it('get the same number of tokens, though one of them asks for answers five times as long', () => {
    const long: User = {
      ...flooder('long', 10),
      turn: (random) => ({ promptTokens: 100, generatedTokens: Math.round(500 + 1000 * random()) }),
    };
    const short: User = {
      ...flooder('short', 10),
      turn: (random) => ({ promptTokens: 100, generatedTokens: Math.round(100 + 200 * random()) }),
    };
    const turns = play(2, [long, short], [6]);
    const tokens = (name: string) =>
      turns.filter(({ owner }) => owner === name).reduce((sum, { cost }) => sum + cost, 0);
    expect(tokens('long') / tokens('short')).toBeGreaterThan(0.95);
    expect(tokens('long') / tokens('short')).toBeLessThan(1.05);
  });
});
