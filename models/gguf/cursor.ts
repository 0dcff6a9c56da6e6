import { cutShort, damaged, GgufError, quote } from './error.ts';
import { limits } from './limits.ts';
import type { ByteSource } from './source.ts';

const windowBytes = 256 * 1024;

/**
 * Little-endian reading with a bounded window. Nothing is read past the end of the source or past the header limit,
 * and no length from the file is used before it was compared with what is really there.
 */
export class Cursor {
  readonly #source: ByteSource;
  readonly #window: Buffer;
  #start = 0;
  #filled = 0;
  #keptText = 0;
  position = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#window = Buffer.allocUnsafe(Math.min(windowBytes, Math.max(source.size, 1)));
  }

  get remaining(): number {
    return this.#source.size - this.position;
  }

  u8(what: string): number {
    return this.#window.readUInt8(this.#take(1, what));
  }
  i8(what: string): number {
    return this.#window.readInt8(this.#take(1, what));
  }
  u16(what: string): number {
    return this.#window.readUInt16LE(this.#take(2, what));
  }
  i16(what: string): number {
    return this.#window.readInt16LE(this.#take(2, what));
  }
  u32(what: string): number {
    return this.#window.readUInt32LE(this.#take(4, what));
  }
  i32(what: string): number {
    return this.#window.readInt32LE(this.#take(4, what));
  }
  f32(what: string): number {
    return this.#window.readFloatLE(this.#take(4, what));
  }
  f64(what: string): number {
    return this.#window.readDoubleLE(this.#take(8, what));
  }
  u64(what: string): bigint {
    return this.#window.readBigUInt64LE(this.#take(8, what));
  }
  i64(what: string): bigint {
    return this.#window.readBigInt64LE(this.#take(8, what));
  }

  /** An unsigned 64-bit number that must be at most `max`; the refusal names what it counts. */
  count(what: string, max: number): number {
    const value = this.u64(what);
    if (value > BigInt(max)) throw damaged('bad_count', `${what} is ${value}, more than ${max}`);
    return Number(value);
  }

  /** Length-prefixed text of at most `max` bytes. Invalid UTF-8 becomes replacement characters, as in every viewer. */
  string(what: string, max: number): string {
    const length = this.#stringLength(what, max);
    this.#keptText += length;
    if (this.#keptText > limits.keptTextBytes) {
      throw new GgufError(
        'too_large',
        `The header holds more than ${limits.keptTextBytes} bytes of text besides its vocabulary.`,
      );
    }
    if (length <= this.#window.byteLength) {
      const at = this.#take(length, what);
      return this.#window.toString('utf8', at, at + length);
    }
    const bytes = Buffer.allocUnsafe(length);
    this.#copy(bytes, what);
    return bytes.toString('utf8');
  }

  /** Like `string` but keeps bytes one to one (latin1), which is exact for comparisons and cheap. */
  byteString(what: string, max: number): string {
    const length = this.#stringLength(what, max);
    if (length > this.#window.byteLength) {
      const bytes = Buffer.allocUnsafe(length);
      this.#copy(bytes, what);
      return bytes.toString('latin1');
    }
    const at = this.#take(length, what);
    return this.#window.toString('latin1', at, at + length);
  }

  skipString(what: string, max: number): void {
    this.skip(this.#stringLength(what, max), what);
  }

  skip(bytes: number, what: string): void {
    if (bytes > this.remaining) throw cutShort(`${what} needs ${bytes} bytes, ${this.remaining} are left`);
    this.position += bytes;
    this.#checkHeader();
  }

  #stringLength(what: string, max: number): number {
    const value = this.u64(what);
    if (value > BigInt(this.remaining)) {
      throw cutShort(`the text of ${what} would be ${value} bytes long, ${this.remaining} are left`);
    }
    const length = Number(value);
    if (length > max)
      throw new GgufError('too_large', `${what} is ${length} bytes long, at most ${max} are accepted.`);
    return length;
  }

  #copy(target: Uint8Array, what: string): void {
    if (this.#source.read(this.position, target) !== target.byteLength) throw cutShort(`${what} ends early`);
    this.position += target.byteLength;
    this.#checkHeader();
  }

  /** Offset inside the window of the next `bytes` bytes. */
  #take(bytes: number, what: string): number {
    if (bytes > this.remaining) throw cutShort(`${what} needs ${bytes} bytes, ${this.remaining} are left`);
    if (this.position < this.#start || this.position + bytes > this.#start + this.#filled) {
      this.#start = this.position;
      this.#filled = this.#source.read(
        this.position,
        this.#window.subarray(0, Math.min(this.#window.byteLength, this.remaining)),
      );
      if (this.#filled < bytes) throw cutShort(`${what} ends early; the file shrank while it was read`);
    }
    const at = this.position - this.#start;
    this.position += bytes;
    this.#checkHeader();
    return at;
  }

  #checkHeader(): void {
    if (this.position > limits.headerBytes) {
      throw new GgufError(
        'too_large',
        `The header is longer than ${limits.headerBytes} bytes, which no known model needs. The file is refused.`,
      );
    }
  }
}

/**
 * Names are handled as C strings by the loader: one with a zero byte would be another name there than here, and an empty
 * one aborts it. No real name has control characters.
 */
export function hasControlCharacters(name: string): boolean {
  return [...name].some((character) => character < ' ' || character === '\u007f');
}

/** Used in messages: `entry 3 ("general.name")`. */
export function entryName(index: number, key: string): string {
  return `metadata entry ${index} (${quote(key)})`;
}
