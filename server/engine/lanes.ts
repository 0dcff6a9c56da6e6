/** What the loop needs from the native engine; child.ts implements it, tests may. */
import type { Sampling } from './engine.ts';
import type { State } from './states.ts';

export interface Generator {
  /** Evaluates the first tokens, or `feed`, or the token sampled last, and samples the next; null = the model ended its reply. */
  next: (feed: number[] | null) => Promise<number | null>;
  /** Guessed tokens that the last `next` evaluated with the due one; null = it only handed out one that was confirmed before. */
  guessed: () => number | null;
  /** Frees the sampler. Not to be called while `next` is pending. */
  end: () => Promise<void>;
}

/** One sequence of the context: a KV cache that one request uses at a time. */
export interface Lane {
  /** Tokens it holds at present. */
  held: () => readonly number[];
  /** Drops everything behind the longest common beginning with `tokens` and returns its length. */
  keepPrefix: (tokens: readonly number[]) => Promise<number>;
  clear: () => Promise<void>;
  evaluate: (tokens: number[]) => Promise<void>;
  /** Evaluates one token for nothing and forgets it again; without room for it does nothing. */
  fill: () => Promise<void>;
  /** `guessCost` is asked before every step: null = nothing is to be guessed, else see `PromptLookup.guess`. */
  generate: (tokens: number[], sampling: Sampling, guessCost: () => number | null) => Generator;
  /** A copy of everything it holds; null when there is no private memory file system to pass it through. */
  save: () => Promise<State | null>;
  /** Replaces what it holds. On failure the lane is empty. */
  load: (state: State) => Promise<void>;
}

/** Length of the common beginning. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
