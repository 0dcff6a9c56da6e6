/** How much of a prompt is evaluated in one step. A step can't be interrupted, so this bounds both cancelling and other people's waiting. */

/**
 * Attention works on so many rows together: behind 1,700 tokens, 63 more take 817 ms and 64 take 557 (1.5B shape, two cores). So
 * chunks are whole tiles, as soon as the greater part of one fits the time. Beside answers the library evaluates one token of
 * every sequence first and the rest of the chunk after that: 64 take 881 ms and 65 take 594.
 */
const tile = 64;

/** Milliseconds of prefill in one step: alone, and beside requests that are being answered. */
const targetAloneMs = 1000;
const targetBesideMs = 500;
const fewestAlone = tile;
const fewestBeside = 32;
const mostBeside = 2 * tile + 1;
/** Share of a tile that must fit the time. */
const greaterPart = 0.7;

export class ChunkSizer {
  readonly #batchTokens: number;
  #tokensPerMs: number | null = null;

  constructor(batchTokens: number) {
    this.#batchTokens = batchTokens;
  }

  /** Tokens for the next step; `decoding` = how many requests are being answered in the same step. */
  next(decoding: number): number {
    const room = this.#batchTokens - decoding;
    const apart = decoding > 0 ? 1 : 0;
    if (this.#tokensPerMs === null) return Math.min(tile + apart, room);
    const [target, fewest, most] =
      decoding > 0 ? [targetBesideMs, fewestBeside, mostBeside] : [targetAloneMs, fewestAlone, room];
    const tokens = wholeTiles(this.#tokensPerMs * target, apart);
    return Math.max(1, Math.min(room, most, Math.max(fewest, tokens)));
  }

  /**
   * Tokens of a prompt that is read whole rather than in pieces, `decoding` as above. Every piece costs the others a step of
   * their own, so a short prompt in two pieces holds them up longer than in one.
   */
  whole(decoding: number): number {
    return Math.max(this.next(decoding), Math.min(this.next(0), this.#batchTokens - decoding, mostBeside));
  }

  /** Learns from a step; small ones say little about speed and are ignored. */
  measured(tokens: number, elapsedMs: number): void {
    if (tokens < fewestBeside || elapsedMs <= 0) return;
    const rate = tokens / elapsedMs;
    this.#tokensPerMs = this.#tokensPerMs === null ? rate : 0.7 * this.#tokensPerMs + 0.3 * rate;
  }
}

function wholeTiles(tokens: number, apart: number): number {
  if (tokens < greaterPart * tile) return Math.floor(tokens);
  return tile * Math.max(1, Math.floor(tokens / tile)) + apart;
}
