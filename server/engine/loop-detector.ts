/** Periods up to this many tokens are watched: a paragraph that repeats word for word. */
const longestPeriod = 256;
/** A repetition counts as endless after so many rounds … */
const rounds = 8;
/** … and so many tokens, so that "ha ha ha" and table rules pass. */
const fewestTokens = 256;

/**
 * Notices that a model says the same thing over and over: the last tokens are one block of at most 256 tokens, repeated
 * word for word at least 8 times and over at least 256 tokens. One comparison per period and token, a few microseconds at most.
 */
export class LoopDetector {
  readonly #recent: number[] = [];
  /** `#runs[p]` = for how many tokens in a row each token equalled the one p places before it. */
  readonly #runs = new Uint32Array(longestPeriod + 1);

  /** True when `token` completes an endless repetition. */
  push(token: number): boolean {
    let looping = false;
    const recent = this.#recent;
    const runs = this.#runs;
    for (let period = 1; period <= longestPeriod; period++) {
      const run = recent.at(-period) === token ? (runs[period] ?? 0) + 1 : 0;
      runs[period] = run;
      if (run + period >= fewestTokens && run >= period * (rounds - 1)) looping = true;
    }
    recent.push(token);
    if (recent.length > 4 * longestPeriod) recent.splice(0, recent.length - longestPeriod);
    return looping;
  }

  /** Starts over: the answer may quote the thought. */
  reset(): void {
    this.#recent.length = 0;
    this.#runs.fill(0);
  }
}
