import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessingGenerator, type Stepper } from '#server/engine/guessing.ts';

const end = 0;

/** A model whose next token follows from the last two, over few tokens: it repeats itself soon, and errs now and then. */
class FakeSequence implements Stepper {
  tokens: number[];
  steps = 0;
  contextTokens = 400;
  readonly #prompt: number[];
  readonly #seed: number;

  constructor(prompt: number[], seed: number) {
    this.tokens = [];
    this.#prompt = prompt;
    this.#seed = seed;
  }

  #sample(): number {
    const [a = 0, b = 0] = this.tokens.slice(-2);
    const length = this.tokens.length;
    const odd = (length * 2654435761 + this.#seed) % 97;
    if (odd === 0) return end;
    return odd < 4 ? 1 + (odd % 5) : 1 + ((7 * a + 3 * b + this.#seed) % 5);
  }

  step = async (tokens: number[] | null) => {
    this.steps++;
    this.tokens.push(...(tokens ?? this.#prompt));
    const token = this.#sample();
    return token === end ? null : token;
  };
  stepMany = async (tokens: number[]) => {
    this.steps++;
    return tokens.map((token) => {
      this.tokens.push(token);
      return this.#sample();
    });
  };
  held = () => this.tokens;
  length = () => this.tokens.length;
  cut = async (length: number) => {
    this.tokens = this.tokens.slice(0, length);
  };
  isEnd = (token: number) => token === end;
  end = async () => undefined;
}

/** Runs a generator to its end or for so many tokens; `feeds` = at which of them the caller puts others in. */
async function run(sequence: FakeSequence, cost: number | null, most: number, feeds: Map<number, number[]>) {
  const generator = guessingGenerator(sequence, () => cost);
  const said: (number | null)[] = [];
  for (let i = 0; i < most; i++) {
    const token = await generator.next((i > 0 && feeds.get(i)) || null);
    said.push(token);
    if (token === null) break;
  }
  await generator.end();
  return { said, held: sequence.tokens, steps: sequence.steps };
}

const token = fc.integer({ min: 1, max: 5 });
const cases = fc.record({
  prompt: fc.array(token, { minLength: 1, maxLength: 60 }),
  seed: fc.integer({ min: 1, max: 10_000 }),
  most: fc.integer({ min: 1, max: 200 }),
  feeds: fc.array(
    fc.tuple(fc.integer({ min: 1, max: 200 }), fc.array(token, { minLength: 1, maxLength: 4 })),
    {
      maxLength: 4,
    },
  ),
});

describe('guessingGenerator', () => {
  it('says and holds what it would without guesses, whatever is put in and wherever it is ended', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ prompt, seed, most, feeds }) => {
        const put = new Map(feeds);
        const plain = await run(new FakeSequence(prompt, seed), null, most, put);
        const guessing = await run(new FakeSequence(prompt, seed), 0.05, most, put);
        expect(guessing.said).toEqual(plain.said);
        expect(guessing.held).toEqual(plain.held);
        expect(guessing.steps).toBeLessThanOrEqual(plain.steps);
      }),
      { numRuns: 500 },
    );
  });

  it('takes far fewer steps where the model repeats itself', async () => {
    const plain = await run(new FakeSequence([1, 2, 3], 12), null, 90, new Map());
    const guessing = await run(new FakeSequence([1, 2, 3], 12), 0.05, 90, new Map());
    expect(guessing.said).toEqual(plain.said);
    expect(guessing.steps).toBeLessThan(plain.steps / 2);
  });

  it('never holds more than there is room for', async () => {
    const sequence = new FakeSequence([1, 2, 3], 4);
    sequence.contextTokens = 60;
    const generator = guessingGenerator(sequence, () => 0.05);
    let longest = 0;
    const { stepMany } = sequence;
    sequence.stepMany = async (tokens) => {
      const sampled = await stepMany(tokens);
      longest = Math.max(longest, sequence.length());
      return sampled;
    };
    for (let i = 0; i < 56; i++) await generator.next(null);
    expect(longest).toBeGreaterThan(50);
    expect(longest).toBeLessThan(60);
  });
});
