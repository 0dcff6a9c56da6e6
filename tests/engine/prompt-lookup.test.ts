import { describe, expect, it } from 'vitest';
import { GuessCost, mostGuessed, PromptLookup } from '#server/engine/prompt-lookup.ts';

/** Tokens from `from` on, all different. */
const passage = (from: number, length: number) => Array.from({ length }, (_, i) => from + i);

/** A conversation that holds a passage of 200 tokens and has begun to quote it. */
function quoting(quoted: number): PromptLookup {
  const lookup = new PromptLookup();
  lookup.reset([...passage(1000, 200), 7, 8, 9]);
  lookup.push(passage(1000, quoted));
  return lookup;
}

describe('PromptLookup', () => {
  it('guesses how a quotation goes on', () => {
    expect(quoting(40).guess(0.1)).toEqual(passage(1040, mostGuessed));
  });

  it('guesses nothing where nothing is repeated', () => {
    const lookup = new PromptLookup();
    lookup.reset(passage(0, 500));
    expect(lookup.guess(0.05)).toEqual([]);
  });

  it('guesses nothing before there is enough to compare', () => {
    const lookup = new PromptLookup();
    lookup.reset([1, 2, 3]);
    expect(lookup.guess(0.05)).toEqual([]);
  });

  it('goes on from the latest place when a passage stands there several times', () => {
    const lookup = new PromptLookup();
    lookup.reset([...passage(100, 20), 500, ...passage(100, 20), 600, 1, 2]);
    lookup.push(passage(100, 20));
    expect(lookup.guess(0.3)[0]).toBe(600);
  });

  it('guesses less the more a guess costs, and nothing when it costs a whole step', () => {
    const lengths = [0.2, 0.5, 0.8, 1].map((cost) => quoting(10).guess(cost).length);
    expect(lengths.toSorted((a, b) => b - a)).toEqual(lengths);
    expect(lengths[0]).toBeGreaterThan(lengths[2] ?? 0);
    expect(lengths[3]).toBe(0);
  });

  it('trusts short repetitions less than long ones', () => {
    expect(quoting(5).guess(0.3).length).toBeLessThan(quoting(40).guess(0.3).length);
  });

  it('learns from wrong guesses to leave it, and from right ones to guess more', () => {
    const misled = new PromptLookup();
    misled.reset(passage(1000, 200));
    const before = quoting(10).guess(0.5).length;
    for (let i = 0; i < 30; i++) {
      misled.push(passage(1000 + 5 * i, 10));
      misled.guess(0.5);
      misled.push([9999]);
    }
    misled.push(passage(1000, 10));
    expect(misled.guess(0.5).length).toBeLessThan(before);

    const right = new PromptLookup();
    right.reset([...passage(0, 2000), 9999]);
    right.push(passage(0, 10));
    for (let at = 10; at < 1500; ) {
      const guess = right.guess(0.5);
      right.push(guess.length > 0 ? guess : [at]);
      at += Math.max(1, guess.length);
      // A word of its own now and then keeps the repetitions short.
      if (at % 10 === 0) right.push([9999, ...passage(at, 8)]);
    }
    right.push([9999, ...passage(0, 10)]);
    expect(right.guess(0.5).length).toBeGreaterThan(before);
  });

  it('forgets the conversation before it', () => {
    const lookup = quoting(40);
    lookup.reset(passage(1030, 10));
    expect(lookup.guess(0.1)).toEqual([]);
  });

  it('takes tokens of every conversation for themselves, also when hashes meet', () => {
    // Random tokens of a small vocabulary: whatever is guessed must follow a true repetition of four tokens.
    let state = 12345;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 16) % 5;
    };
    const tokens = Array.from({ length: 3000 }, random);
    const lookup = new PromptLookup();
    lookup.reset(tokens.slice(0, 4));
    for (let end = 4; end < tokens.length; end++) {
      const guess = lookup.guess(0.05);
      if (guess.length > 0) {
        const wanted = [...tokens.slice(end - 4, end), ...guess].join();
        expect(`,${tokens.slice(0, end).join()},`).toContain(`,${wanted},`);
      }
      lookup.push(tokens.slice(end, end + 1));
    }
  });
});

describe('GuessCost', () => {
  it('learns what a guessed token costs from steps with and without', () => {
    const cost = new GuessCost(0.75);
    for (let i = 0; i < 40; i++) {
      cost.measured(0, 40);
      cost.measured(8, 72);
    }
    expect(cost.value).toBeCloseTo(0.1, 2);
  });

  it('stays what it was until a plain step has been measured', () => {
    const cost = new GuessCost(0.75);
    cost.measured(8, 72);
    expect(cost.value).toBe(0.75);
  });
});
