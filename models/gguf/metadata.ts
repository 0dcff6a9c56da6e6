import { type Cursor, entryName, hasControlCharacters } from './cursor.ts';
import { damaged, GgufError, quote } from './error.ts';
import { limits } from './limits.ts';

const typeNames = [
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'string',
  'array',
  'u64',
  'i64',
  'f64',
] as const;
export type GgufTypeName = (typeof typeNames)[number];

const widths: Record<Exclude<GgufTypeName, 'string' | 'array'>, number> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  u64: 8,
  i64: 8,
  f64: 8,
};

type GgufScalar = number | bigint | boolean | string;

export interface GgufArray {
  readonly elementType: Exclude<GgufTypeName, 'array'>;
  readonly length: number;
  /** Null when the array is longer than what is kept; `position` then says where its elements begin in the file. */
  readonly values: readonly GgufScalar[] | null;
  readonly position: number;
}

interface Entry {
  readonly type: GgufTypeName;
  readonly value: GgufScalar | GgufArray;
}

/** The key-value part of a file. Getters return null when the key is absent or has another type. */
export class Metadata {
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  typeOf(key: string): GgufTypeName | null {
    return this.#entries.get(key)?.type ?? null;
  }

  string(key: string): string | null {
    const value = this.#entries.get(key)?.value;
    return typeof value === 'string' ? value : null;
  }

  /** Whole numbers of any width that fit exactly; floats only through `float`. */
  integer(key: string): number | null {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.type === 'f32' || entry.type === 'f64') return null;
    if (typeof entry.value === 'number') return entry.value;
    if (typeof entry.value !== 'bigint') return null;
    const number = Number(entry.value);
    return Number.isSafeInteger(number) ? number : null;
  }

  float(key: string): number | null {
    const value = this.#entries.get(key)?.value;
    return typeof value === 'number' ? value : null;
  }

  boolean(key: string): boolean | null {
    const value = this.#entries.get(key)?.value;
    return typeof value === 'boolean' ? value : null;
  }

  array(key: string): GgufArray | null {
    const value = this.#entries.get(key)?.value;
    return typeof value === 'object' ? value : null;
  }
}

/** Reads `count` key-value pairs. `visitTokens` gets every element of tokenizer.ggml.tokens, which is never kept. */
export function readMetadata(cursor: Cursor, count: number, visitTokens: (token: string) => void): Metadata {
  const entries = new Map<string, Entry>();
  for (let index = 0; index < count; index++) {
    const key = cursor.string(`the key of metadata entry ${index}`, limits.keyBytes);
    if (key === '') throw damaged('bad_key', `metadata entry ${index} has an empty key`);
    if (hasControlCharacters(key))
      throw damaged('bad_key', `the key of metadata entry ${index} has control characters`);
    if (entries.has(key)) throw damaged('duplicate', `the metadata key ${quote(key)} appears twice`);
    const what = entryName(index, key);
    const type = readType(cursor, what);
    const visit = key === 'tokenizer.ggml.tokens' ? visitTokens : null;
    entries.set(key, {
      type,
      value: type === 'array' ? readArray(cursor, what, visit) : readScalar(cursor, type, what),
    });
  }
  return new Metadata(entries);
}

function readType(cursor: Cursor, what: string): GgufTypeName {
  const id = cursor.u32(`the type of ${what}`);
  const name = typeNames[id];
  if (name === undefined) throw damaged('bad_value', `${what} has the unknown type ${id}`);
  return name;
}

function readScalar(cursor: Cursor, type: Exclude<GgufTypeName, 'array'>, what: string): GgufScalar {
  switch (type) {
    case 'string':
      return cursor.string(what, limits.stringBytes);
    case 'bool': {
      const byte = cursor.u8(what);
      if (byte > 1) throw damaged('bad_value', `${what} is a truth value but holds ${byte}`);
      return byte === 1;
    }
    case 'u64':
    case 'i64': {
      const value = cursor[type](what);
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    default:
      return cursor[type](what);
  }
}

function readArray(cursor: Cursor, what: string, visit: ((token: string) => void) | null): GgufArray {
  const elementType = readType(cursor, what);
  if (elementType === 'array') {
    throw damaged('bad_array', `${what} is an array of arrays, which no loader accepts`);
  }
  const length = cursor.count(`the length of ${what}`, limits.arrayElements);
  const position = cursor.position;
  const smallest = elementType === 'string' ? 8 : widths[elementType];
  if (length * smallest > cursor.remaining) {
    throw new GgufError(
      'truncated',
      `The file is cut short: ${what} announces ${length} elements, ${cursor.remaining} bytes are left. Download or copy it again.`,
    );
  }
  if (visit !== null && length > limits.vocabulary) {
    throw new GgufError(
      'too_large',
      `The vocabulary has more than ${limits.vocabulary} tokens, which no known model needs.`,
    );
  }
  if (length <= limits.keptArrayElements && visit === null) {
    const values: GgufScalar[] = [];
    for (let i = 0; i < length; i++) values.push(readScalar(cursor, elementType, what));
    return { elementType, length, values, position };
  }
  if (elementType !== 'string') {
    cursor.skip(length * smallest, what);
  } else if (visit !== null) {
    for (let i = 0; i < length; i++) visit(cursor.byteString(what, limits.stringBytes));
  } else {
    for (let i = 0; i < length; i++) cursor.skipString(what, limits.stringBytes);
  }
  return { elementType, length, values: null, position };
}
