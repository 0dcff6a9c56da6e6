/**
 * What a context will need, computed before it is asked for: the native library takes long to find out that it is too much.
 */
import { type KvType, kvTypes } from '#models/fit.ts';

/** The numbers of a model's shape, as its file tells them. */
export interface ModelShape {
  layers: number;
  embedding: number;
  heads: number;
  kvHeads: number;
  /** Dimensions per head of keys and values, when the file names them. */
  keyLength: number | null;
  valueLength: number | null;
}

/** Elements of one head's key and value. */
function headLengths(shape: ModelShape): { key: number; value: number } {
  const perHead = shape.embedding / shape.heads;
  return { key: shape.keyLength ?? perHead, value: shape.valueLength ?? perHead };
}

/** Bytes of keys and values for one token. */
export function kvBytesPerToken(shape: ModelShape, kvType: KvType): number {
  const { key, value } = headLengths(shape);
  return Math.ceil(kvTypes[kvType] * shape.layers * shape.kvHeads * (key + value));
}

/** Quantised caches are cut into blocks of so many elements, and a block never spans two heads. */
const kvBlock = 32;

/** A sentence when this model's keys and values can't be kept in this type, null when they can. */
export function kvTypeProblem(shape: ModelShape, kvType: KvType): string | null {
  const { key, value } = headLengths(shape);
  if (kvType === 'f16' || (key % kvBlock === 0 && value % kvBlock === 0)) return null;
  return `The setting "kvType" can't be "${kvType}" for this model: its heads have ${key} and ${value} elements, and a quantised cache needs multiples of ${kvBlock}. Remove the setting or use "f16".`;
}

/** The shape from a GGUF's metadata of this architecture; null when a number is missing or per layer. */
export function readShape(metadata: Readonly<Record<string, unknown>>): ModelShape | null {
  const number = (path: string): number | null => {
    let value: unknown = metadata;
    for (const key of path.split('.'))
      value = value instanceof Object ? (value as Record<string, unknown>)[key] : null;
    return typeof value === 'number' && value > 0 ? value : null;
  };
  const layers = number('block_count');
  const embedding = number('embedding_length');
  const heads = number('attention.head_count');
  if (layers === null || embedding === null || heads === null) return null;
  return {
    layers,
    embedding,
    heads,
    kvHeads: number('attention.head_count_kv') ?? heads,
    keyLength: number('attention.key_length'),
    valueLength: number('attention.value_length'),
  };
}

/** A sentence when the context does not fit into `freeBytes`, null when it does. */
export function contextShortage(
  shape: ModelShape,
  slots: number,
  contextTokens: number,
  kvType: KvType,
  freeBytes: number,
): string | null {
  const needed = slots * contextTokens * kvBytesPerToken(shape, kvType);
  if (needed <= freeBytes) return null;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return `${slots} slots of ${contextTokens} tokens need ${gib(needed)} of memory besides the model, and ${gib(freeBytes)} are free. Choose fewer slots or fewer context tokens, a smaller model, or close other programs.`;
}
