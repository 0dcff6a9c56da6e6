/** What a context will need, computed before it is asked for: the native library takes long to find out that it is too much. */

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

/** Bytes of 16-bit keys and values for one token. */
export function kvBytesPerToken(shape: ModelShape): number {
  const perHead = shape.embedding / shape.heads;
  const key = shape.kvHeads * (shape.keyLength ?? perHead);
  const value = shape.kvHeads * (shape.valueLength ?? perHead);
  return 2 * shape.layers * (key + value);
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
  freeBytes: number,
): string | null {
  const needed = slots * contextTokens * kvBytesPerToken(shape);
  if (needed <= freeBytes) return null;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return `${slots} slots of ${contextTokens} tokens need ${gib(needed)} of memory besides the model, and ${gib(freeBytes)} are free. Choose fewer slots or fewer context tokens, a smaller model, or close other programs.`;
}
