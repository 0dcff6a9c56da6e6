/** How much of a prompt is evaluated in one step. A step can't be interrupted, so this bounds both cancelling and other people's waiting. */

/** Milliseconds of prefill in one step: alone, and beside requests that are being answered. */
const targetAloneMs = 1000;
const targetBesideMs = 500;
const fewestAlone = 64;
const fewestBeside = 32;
const mostBeside = 128;
/** Used until the first chunk has been measured. */
const firstChunk = 64;

export class ChunkSizer {
  readonly #batchTokens: number;
  #tokensPerMs: number | null = null;

  constructor(batchTokens: number) {
    this.#batchTokens = batchTokens;
  }

  /** Tokens for the next step; `decoding` = how many requests are being answered in the same step. */
  next(decoding: number): number {
    const room = this.#batchTokens - decoding;
    if (this.#tokensPerMs === null) return Math.min(firstChunk, room);
    const [target, fewest, most] =
      decoding > 0 ? [targetBesideMs, fewestBeside, mostBeside] : [targetAloneMs, fewestAlone, room];
    const tokens = Math.floor(this.#tokensPerMs * target);
    return Math.max(1, Math.min(room, most, Math.max(fewest, tokens)));
  }

  /** Learns from a step; small ones say little about speed and are ignored. */
  measured(tokens: number, elapsedMs: number): void {
    if (tokens < fewestBeside || elapsedMs <= 0) return;
    const rate = tokens / elapsedMs;
    this.#tokensPerMs = this.#tokensPerMs === null ? rate : 0.7 * this.#tokensPerMs + 0.3 * rate;
  }
}
