/** How much of a prompt is evaluated in one step. A step can't be interrupted, so this bounds both cancelling and other people's waiting. */

/**
 * Attention works on so many rows together: behind 1,700 tokens, 63 more take 817 ms and 64 take 557 (1.5B shape, two cores). So
 * chunks are whole tiles, as soon as a good part of one fits the time.
 */
const tile = 64;

/** Milliseconds of prefill in one step: alone, and between the tokens of requests that are being answered. */
const targetAloneMs = 1000;
const targetBesideMs = 500;
const fewestAlone = tile;
const fewestBeside = 32;
const mostBeside = 2 * tile;
/** Share of a tile that must fit the time. Below it others would wait for a tile more than three times as long as they should. */
const goodPart = 1 / 3;

export class ChunkSizer {
  readonly #batchTokens: number;
  #tokensPerMs: number | null = null;

  constructor(batchTokens: number) {
    this.#batchTokens = batchTokens;
  }

  /** Tokens for the next step; `beside` = others are being answered and wait meanwhile. */
  next(beside: boolean): number {
    const room = this.#batchTokens;
    if (this.#tokensPerMs === null) return Math.min(tile, room);
    const [target, fewest, most] = beside
      ? [targetBesideMs, fewestBeside, mostBeside]
      : [targetAloneMs, fewestAlone, room];
    return Math.max(1, Math.min(room, most, Math.max(fewest, wholeTiles(this.#tokensPerMs * target))));
  }

  /**
   * Tokens of a prompt that is read whole rather than in pieces, `beside` as above. After every piece the others write a token,
   * so a short prompt in two pieces takes its owner longer and spares them little.
   */
  whole(beside: boolean): number {
    return Math.max(this.next(beside), Math.min(this.next(false), mostBeside));
  }

  /** Learns from a step; small ones say little about speed and are ignored. */
  measured(tokens: number, elapsedMs: number): void {
    if (tokens < fewestBeside || elapsedMs <= 0) return;
    const rate = tokens / elapsedMs;
    this.#tokensPerMs = this.#tokensPerMs === null ? rate : 0.7 * this.#tokensPerMs + 0.3 * rate;
  }
}

function wholeTiles(tokens: number): number {
  if (tokens < goodPart * tile) return Math.floor(tokens);
  return tile * Math.max(1, Math.floor(tokens / tile));
}
