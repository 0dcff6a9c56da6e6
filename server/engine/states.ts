/**
 * Evaluated conversations that lost their slot to others, kept in the memory of the engine process: bringing one back takes
 * milliseconds where evaluating it again takes seconds. Each belongs to one owner and one conversation, nobody else's request
 * is ever compared with it, and it is gone with the conversation or the process.
 */

/** Fewer tokens are evaluated again faster than they are copied. */
export const worthSaving = 32;

export interface State {
  tokens: readonly number[];
  data: Uint8Array;
}

interface Entry extends State {
  owner: string;
  oneOff: boolean;
}

export class StateStore {
  readonly #quota: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  /** Of the last state that was offered; 0 = none was. */
  #bytesPerToken = 0;

  /** `quotaBytes` 0 = keeps nothing. */
  constructor(quotaBytes: number) {
    this.#quota = quotaBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether a state of so many tokens would be kept, as far as can be told before it is copied. */
  accepts(tokens: number): boolean {
    return this.#quota > 0 && tokens >= worthSaving && tokens * this.#bytesPerToken <= this.#quota;
  }

  /** Of what is kept, conversations that are most likely over (`oneOff`) make room first. */
  put(owner: string, conversation: string, state: State, oneOff = false): void {
    this.drop(conversation);
    this.#bytesPerToken = state.data.byteLength / state.tokens.length;
    if (state.data.byteLength > this.#quota) return;
    this.#entries.set(conversation, { ...state, owner, oneOff });
    this.#bytes += state.data.byteLength;
    while (this.#bytes > this.#quota) {
      const entries = [...this.#entries];
      const [least] = entries.find(([, entry]) => entry.oneOff) ?? entries[0] ?? [];
      if (least === undefined) break;
      this.drop(least);
    }
  }

  /** Hands the state over: it lives in a slot from now on. */
  take(owner: string, conversation: string): State | null {
    const entry = this.#entries.get(conversation);
    if (entry === undefined || entry.owner !== owner) return null;
    this.#entries.delete(conversation);
    this.#bytes -= entry.data.byteLength;
    return entry;
  }

  drop(conversation: string): void {
    const entry = this.#entries.get(conversation);
    if (entry === undefined) return;
    this.#entries.delete(conversation);
    this.#bytes -= entry.data.byteLength;
    // The text of a deleted chat does not wait for the garbage collector.
    entry.data.fill(0);
  }
}
