/** A generator that takes several tokens per step where they can be guessed. Pure: child.ts gives it the native steps. */
import type { Generator } from './lanes.ts';
import { PromptLookup } from './prompt-lookup.ts';

/** What a sequence of the engine can do. */
export interface Stepper {
  /** Evaluates these tokens, or the prompt when null, and samples the next; null = the model ended its reply. */
  step: (tokens: number[] | null) => Promise<number | null>;
  /** Evaluates these tokens and samples one behind each of them. */
  stepMany: (tokens: number[]) => Promise<number[]>;
  /** Tokens that are evaluated. */
  held: () => readonly number[];
  length: () => number;
  /** Forgets the evaluated tokens from this index on. */
  cut: (length: number) => Promise<void>;
  /** Most tokens that the sequence can hold. */
  contextTokens: number;
  isEnd: (token: number) => boolean;
  end: () => Promise<void>;
}

/**
 * The model's own words, as without guesses: a guessed token counts only when it is what was sampled in its place.
 * `guessCost` is asked before every step: null = no guesses, else see `PromptLookup.guess`.
 */
export function guessingGenerator(stepper: Stepper, guessCost: () => number | null): Generator {
  const lookup = new PromptLookup();
  let lookupIsComplete = false;
  /** The token that was handed out last. */
  let last: number | null = null;
  /** Tokens to be handed out before the next step. They and `last` are evaluated already, except for the very last. */
  let ready: number[] = [];
  let guessed: number | null = null;

  function handOut(token: number | null): number | null {
    if (token === null || stepper.isEnd(token)) return null;
    last = token;
    if (lookupIsComplete) lookup.push([token]);
    return token;
  }

  /** Undoes what was evaluated beyond what the caller has. */
  async function forgetReady(): Promise<void> {
    if (ready.length === 0) return;
    await stepper.cut(stepper.length() - ready.length);
    ready = [];
  }

  function guess(): number[] {
    const cost = guessCost();
    if (cost === null || last === null) return [];
    if (!lookupIsComplete) lookup.reset([...stepper.held(), last]);
    lookupIsComplete = true;
    return lookup.guess(cost).slice(0, Math.max(0, stepper.contextTokens - stepper.length() - 2));
  }

  async function check(before: number, guesses: number[]): Promise<number | null> {
    const length = stepper.length();
    const sampled = await stepper.stepMany([before, ...guesses]);
    let right = 0;
    while (right < guesses.length && sampled[right] === guesses[right]) right++;
    if (right < guesses.length) await stepper.cut(length + 1 + right);
    ready = sampled.slice(0, right + 1);
    return handOut(ready.shift() ?? null);
  }

  return {
    next: async (feed) => {
      guessed = null;
      if (feed === null && ready.length > 0) return handOut(ready.shift() ?? null);
      await forgetReady();
      const guesses = feed === null ? guess() : [];
      guessed = guesses.length;
      if (last !== null && guesses.length > 0) return check(last, guesses);
      if (feed !== null) lookupIsComplete = false;
      return handOut(await stepper.step(feed ?? (last === null ? null : [last])));
    },
    guessed: () => guessed,
    end: async () => {
      await forgetReady();
      await stepper.end();
    },
  };
}
