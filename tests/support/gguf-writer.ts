/**
 * A small GGUF version 3 writer: enough to make real model files at test and bench time, so that no weights are committed.
 * Layout: magic, version, counts, key-value pairs, tensor infos, padding to 32 bytes, tensor data (each padded to 32).
 */
import { closeSync, openSync, writeSync } from 'node:fs';

/** GGUF value types by their number in the format. */
const valueType = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

export type GgufValue =
  | { type: 'uint32' | 'int32' | 'float32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'int32s'; value: readonly number[] };

export const u32 = (value: number): GgufValue => ({ type: 'uint32', value });
export const f32 = (value: number): GgufValue => ({ type: 'float32', value });
export const text = (value: string): GgufValue => ({ type: 'string', value });

/** ggml tensor types by number: element block size and bytes per block. */
export const tensorTypes = {
  F32: { id: 0, block: 1, bytes: 4 },
  F16: { id: 1, block: 1, bytes: 2 },
  Q4_0: { id: 2, block: 32, bytes: 18 },
  Q8_0: { id: 8, block: 32, bytes: 34 },
  Q4_K: { id: 12, block: 256, bytes: 144 },
  Q6_K: { id: 14, block: 256, bytes: 210 },
} as const;

export type TensorType = keyof typeof tensorTypes;

export interface Tensor {
  name: string;
  /** Row length first, as ggml counts. */
  shape: readonly number[];
  type: TensorType;
  /** Called once, in file order; returns pieces that together have exactly the tensor's byte length. */
  data: () => Iterable<Uint8Array>;
}

/** Bytes that a tensor of this shape and type takes in the file. */
export function tensorBytes(shape: readonly number[], type: TensorType): number {
  const elements = shape.reduce((product, size) => product * size, 1);
  const { block, bytes } = tensorTypes[type];
  if ((shape[0] ?? 0) % block !== 0) throw new Error(`${type} needs rows of a multiple of ${block} elements`);
  return (elements / block) * bytes;
}

/** Plain 32-bit floats as one piece. */
export function floats(values: Float32Array): () => Iterable<Uint8Array> {
  return () => [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}

class Bytes {
  readonly #parts: Buffer[] = [];

  u32(value: number): void {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    this.#parts.push(part);
  }

  u64(value: number): void {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    this.#parts.push(part);
  }

  string(value: string): void {
    const part = Buffer.from(value, 'utf8');
    this.u64(part.length);
    this.#parts.push(part);
  }

  value(entry: GgufValue): void {
    if (entry.type === 'strings') {
      this.u32(valueType.array);
      this.u32(valueType.string);
      this.u64(entry.value.length);
      for (const item of entry.value) this.string(item);
      return;
    }
    if (entry.type === 'int32s') {
      this.u32(valueType.array);
      this.u32(valueType.int32);
      this.u64(entry.value.length);
      this.#parts.push(Buffer.from(Int32Array.from(entry.value).buffer));
      return;
    }
    this.u32(valueType[entry.type]);
    if (entry.type === 'string') this.string(entry.value);
    else if (entry.type === 'bool') this.#parts.push(Buffer.from([entry.value ? 1 : 0]));
    else if (entry.type === 'float32') this.#parts.push(Buffer.from(Float32Array.of(entry.value).buffer));
    else if (entry.type === 'int32') this.#parts.push(Buffer.from(Int32Array.of(entry.value).buffer));
    else this.u32(entry.value);
  }

  padTo(multiple: number): void {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const rest = length % multiple;
    if (rest > 0) this.#parts.push(Buffer.alloc(multiple - rest));
  }

  concat(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

const alignment = 32;
const padded = (bytes: number) => Math.ceil(bytes / alignment) * alignment;

/** Writes the file in one pass; tensors are produced piece by piece, so a file may be larger than memory. */
export function writeGguf(
  path: string,
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly Tensor[],
): void {
  const head = new Bytes();
  head.u32(0x46554747);
  head.u32(3);
  head.u64(tensors.length);
  head.u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    head.string(key);
    head.value(value);
  }
  let offset = 0;
  for (const tensor of tensors) {
    head.string(tensor.name);
    head.u32(tensor.shape.length);
    for (const size of tensor.shape) head.u64(size);
    head.u32(tensorTypes[tensor.type].id);
    head.u64(offset);
    offset += padded(tensorBytes(tensor.shape, tensor.type));
  }
  head.padTo(alignment);

  const file = openSync(path, 'w');
  try {
    writeSync(file, head.concat());
    for (const tensor of tensors) {
      const expected = tensorBytes(tensor.shape, tensor.type);
      let written = 0;
      for (const piece of tensor.data()) written += writeSync(file, piece);
      if (written !== expected) throw new Error(`${tensor.name}: wrote ${written} of ${expected} bytes`);
      if (padded(written) > written) writeSync(file, Buffer.alloc(padded(written) - written));
    }
  } finally {
    closeSync(file);
  }
}
