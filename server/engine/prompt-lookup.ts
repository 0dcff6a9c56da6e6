/**
 * Guesses the next tokens by finding the last ones earlier in the conversation: whoever quotes a text or edits code writes
 * what is already there. Guesses are evaluated together with the token that is due, and kept as far as the model would have
 * written them itself. (The engine library has a class for it, of whose guesses it accepts one at most. Prompt lookup decoding, github.com/apoorvumang/prompt-lookup-decoding.)
 */

/** Shorter repetitions say nothing about what follows. */
const fewestMatching = 4;
const mostMatching = 64;
/** A step with more can't be cancelled soon enough. */
export const mostGuessed = 16;

/** Repetitions of at least `matching` tokens go on with the next token this often; weighs as much as ten observations. */
const priors = [
  { matching: 32, continues: 0.97 },
  { matching: 16, continues: 0.93 },
  { matching: 8, continues: 0.85 },
  { matching: fewestMatching, continues: 0.7 },
];
const priorWeight = 10;

interface Experience {
  matching: number;
  right: number;
  wrong: number;
}

interface Guess {
  tokens: readonly number[];
  /** How many of them have come true so far. */
  right: number;
  experience: Experience;
}

export class PromptLookup {
  #tokens: number[] = [];
  /** Hash of `fewestMatching` tokens → index behind them, the last time they were seen. */
  readonly #seen = new Map<number, number>();
  #indexed = 0;
  #guess: Guess | null = null;
  readonly #experience: Experience[] = priors.map(({ matching, continues }) => ({
    matching,
    right: continues * priorWeight,
    wrong: (1 - continues) * priorWeight,
  }));

  /** The conversation so far. */
  reset(tokens: readonly number[]): void {
    this.#tokens = [...tokens];
    this.#seen.clear();
    this.#indexed = 0;
    this.#guess = null;
  }

  /** What was written since. */
  push(tokens: readonly number[]): void {
    for (const token of tokens) {
      this.#judge(token);
      this.#tokens.push(token);
    }
  }

  /**
   * The next tokens as far as guessing them is worth it. `cost` = what evaluating one more token in the same step takes, as a
   * share of a step with one: the k-th guess is right with probability p^k and pays as long as that is more than its cost.
   */
  guess(cost: number): number[] {
    const at = this.#find();
    if (at === null) return [];
    const matching = this.#matching(at);
    const experience = this.#experience.find((entry) => matching >= entry.matching);
    if (experience === undefined) return [];
    const continues = experience.right / (experience.right + experience.wrong);
    const worth = Math.floor(Math.log(Math.min(1, cost)) / Math.log(continues));
    const tokens = this.#tokens.slice(at, at + Math.min(mostGuessed, worth));
    if (tokens.length > 0) this.#guess = { tokens, right: 0, experience };
    return tokens;
  }

  /** Where the last tokens were written before, as the index behind them. */
  #find(): number | null {
    const end = this.#tokens.length;
    if (end <= fewestMatching) return null;
    // The last tokens themselves are not to be found: there is nothing behind them.
    for (let i = Math.max(this.#indexed + 1, fewestMatching); i < end; i++) this.#seen.set(this.#hash(i), i);
    this.#indexed = end - 1;
    const at = this.#seen.get(this.#hash(end));
    return at === undefined || this.#matching(at) < fewestMatching ? null : at;
  }

  /** How many tokens before `at` are also the last ones. */
  #matching(at: number): number {
    const end = this.#tokens.length;
    let length = 0;
    while (
      length < mostMatching &&
      length < at &&
      this.#tokens[at - 1 - length] === this.#tokens[end - 1 - length]
    )
      length++;
    return length;
  }

  #hash(end: number): number {
    let hash = 0;
    for (let i = end - fewestMatching; i < end; i++)
      hash = (Math.imul(hash, 0x01000193) ^ (this.#tokens[i] ?? 0)) | 0;
    return hash;
  }

  #judge(token: number): void {
    const guess = this.#guess;
    if (guess === null) return;
    if (guess.tokens[guess.right] === token) {
      guess.right++;
      guess.experience.right++;
      if (guess.right === guess.tokens.length) this.#guess = null;
      return;
    }
    guess.experience.wrong++;
    this.#guess = null;
  }
}

/** How much of the newest measurement counts. */
const share = 0.2;

/** What a guessed token costs on this machine, measured while it runs. */
export class GuessCost {
  #singleMs: number | null = null;
  #cost: number;

  /** `initial` = cost until measured, as a share of a step with one token. */
  constructor(initial: number) {
    this.#cost = initial;
  }

  get value(): number {
    return this.#cost;
  }

  /** A step of one request, alone, with so many guessed tokens, took this long. */
  measured(guessed: number, elapsedMs: number): void {
    if (guessed === 0) {
      this.#singleMs = this.#singleMs === null ? elapsedMs : (1 - share) * this.#singleMs + share * elapsedMs;
      return;
    }
    if (this.#singleMs === null) return;
    const cost = (elapsedMs - this.#singleMs) / this.#singleMs / guessed;
    this.#cost = (1 - share) * this.#cost + share * Math.min(1, Math.max(0.02, cost));
  }
}
