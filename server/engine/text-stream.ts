/** Longest run of tokens that is held back while it does not yet end on a whole character. */
const mostHeld = 8;

/** Tokens → text, never cutting a UTF-8 character in two: bytes of an unfinished character wait for the next token. */
export class TextStream {
  readonly #decode: (tokens: number[]) => string;
  #held: number[] = [];

  constructor(decode: (tokens: number[]) => string) {
    this.#decode = decode;
  }

  push(token: number): string {
    this.#held.push(token);
    const text = this.#decode(this.#held);
    if (text.endsWith('\ufffd') && this.#held.length < mostHeld) return '';
    this.#held = [];
    return text;
  }

  /** What is left when no more tokens come; an unfinished character becomes U+FFFD. */
  flush(): string {
    if (this.#held.length === 0) return '';
    const text = this.#decode(this.#held);
    this.#held = [];
    return text;
  }
}
