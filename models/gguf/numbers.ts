import { damaged, type GgufError } from './error.ts';
import type { Metadata } from './metadata.ts';

/** The whole numbers under an architecture's prefix, each with the range in which the loader survives it. */
export class Numbers {
  readonly #metadata: Metadata;
  readonly #prefix: string;

  constructor(metadata: Metadata, architecture: string) {
    this.#metadata = metadata;
    this.#prefix = architecture;
  }

  required(key: string, min: number, max: number): number {
    const value = this.#read(key, min, max);
    if (value === null) throw damaged('bad_architecture', `${this.#prefix}.${key} is missing`);
    return value;
  }

  optional(key: string, fallback: number, min: number, max: number): number {
    return this.#read(key, min, max) ?? fallback;
  }

  has(key: string): boolean {
    return this.#metadata.typeOf(`${this.#prefix}.${key}`) !== null;
  }

  float(key: string): number | null {
    return this.#metadata.float(`${this.#prefix}.${key}`);
  }

  wrong(key: string, how: string): GgufError {
    return damaged('bad_architecture', `${this.#prefix}.${key} ${how}`);
  }

  #read(key: string, min: number, max: number): number | null {
    const full = `${this.#prefix}.${key}`;
    const type = this.#metadata.typeOf(full);
    if (type === null) return null;
    // The loader insists on the 32-bit type; an array would be one number per layer, which the served models don't use.
    if (type !== 'u32') throw this.wrong(key, `has the type ${type}, expected u32`);
    const value = this.#metadata.integer(full);
    if (value === null || value < min || value > max) {
      throw this.wrong(key, `is ${value}, possible are ${min} to ${max}`);
    }
    return value;
  }
}
