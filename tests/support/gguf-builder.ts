/** Writes GGUF files byte by byte, right or deliberately wrong, for tests of the reader and of everything above it. */
import { tensorType } from '#models/gguf/tensor-types.ts';

const typeIds = {
  u8: 0,
  i8: 1,
  u16: 2,
  i16: 3,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  string: 8,
  array: 9,
  u64: 10,
  i64: 11,
  f64: 12,
} as const;
type ScalarType = Exclude<keyof typeof typeIds, 'array'>;
type Scalar = number | bigint | boolean | string;

export type Value =
  | { type: ScalarType; value: Scalar }
  | { type: 'array'; of: ScalarType; values: readonly Scalar[] }
  /** Bytes written after the key as they are, type number included. */
  | { type: 'raw'; bytes: Uint8Array };

export interface TensorSpec {
  name: string;
  shape: readonly (number | bigint)[];
  /** ggml type number, 0 = F32. */
  type?: number;
  data?: Uint8Array;
  /** Instead of the right one. */
  offset?: bigint;
}

export interface GgufSpec {
  magic?: string;
  version?: number;
  tensorCount?: bigint;
  entryCount?: bigint;
  alignment?: number;
  metadata: [string, Value][];
  tensors: TensorSpec[];
}

export const u32 = (value: number): Value => ({ type: 'u32', value });
export const f32 = (value: number): Value => ({ type: 'f32', value });
export const text = (value: string): Value => ({ type: 'string', value });
export const texts = (values: readonly string[]): Value => ({ type: 'array', of: 'string', values });

/** Little-endian pieces for `raw` values and hand-made headers. */
export const bytesOf = {
  u32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  },
  u64(value: number | bigint): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    return bytes;
  },
  string(value: string): Buffer {
    const bytes = Buffer.from(value, 'utf8');
    return Buffer.concat([bytesOf.u64(bytes.byteLength), bytes]);
  },
};

export function buildGguf(spec: GgufSpec): Buffer {
  const alignment = spec.alignment ?? 32;
  const head: Buffer[] = [
    Buffer.from(spec.magic ?? 'GGUF', 'latin1'),
    bytesOf.u32(spec.version ?? 3),
    bytesOf.u64(spec.tensorCount ?? spec.tensors.length),
    bytesOf.u64(spec.entryCount ?? spec.metadata.length),
  ];
  for (const [key, value] of spec.metadata) head.push(bytesOf.string(key), encodeValue(value));
  const data: Buffer[] = [];
  let offset = 0n;
  for (const tensor of spec.tensors) {
    const type = tensor.type ?? 0;
    head.push(bytesOf.string(tensor.name), bytesOf.u32(tensor.shape.length));
    for (const size of tensor.shape) head.push(bytesOf.u64(size));
    head.push(bytesOf.u32(type), bytesOf.u64(tensor.offset ?? offset));
    const bytes = tensor.data === undefined ? zeros(tensor.shape, type) : Buffer.from(tensor.data);
    const paddedBytes = pad(bytes, alignment);
    data.push(paddedBytes);
    offset += BigInt(paddedBytes.byteLength);
  }
  return Buffer.concat([pad(Buffer.concat(head), alignment), ...data]);
}

function zeros(shape: readonly (number | bigint)[], typeId: number): Buffer {
  const type = tensorType(typeId) ?? { block: 1, bytes: 4 };
  const elements = shape.reduce<bigint>((product, size) => product * BigInt(size), 1n);
  const bytes = (elements * BigInt(type.bytes)) / BigInt(type.block);
  // Impossible sizes are the point of some tests: the description stays, the data is left out.
  return Buffer.alloc(bytes >= 0n && bytes < 64n * 1024n * 1024n ? Number(bytes) : 0);
}

function pad(bytes: Buffer, alignment: number): Buffer {
  const rest = bytes.byteLength % alignment;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(alignment - rest)]);
}

function encodeValue(value: Value): Buffer {
  if (value.type === 'raw') return Buffer.from(value.bytes);
  if (value.type !== 'array')
    return Buffer.concat([bytesOf.u32(typeIds[value.type]), encodeScalar(value.type, value.value)]);
  const elements = value.values.map((element) => encodeScalar(value.of, element));
  return Buffer.concat([
    bytesOf.u32(typeIds.array),
    bytesOf.u32(typeIds[value.of]),
    bytesOf.u64(elements.length),
    ...elements,
  ]);
}

function encodeScalar(type: ScalarType, value: Scalar): Buffer {
  if (type === 'string') return bytesOf.string(String(value));
  if (type === 'u64' || type === 'i64') return bytesOf.u64(BigInt(value));
  const bytes = Buffer.alloc(type === 'f64' ? 8 : 4);
  const number = Number(value);
  switch (type) {
    case 'f32':
      bytes.writeFloatLE(number);
      return bytes;
    case 'f64':
      bytes.writeDoubleLE(number);
      return bytes;
    case 'u32':
      bytes.writeUInt32LE(number);
      return bytes;
    case 'i32':
      bytes.writeInt32LE(number);
      return bytes;
    case 'u16':
      bytes.writeUInt16LE(number);
      return bytes.subarray(0, 2);
    case 'i16':
      bytes.writeInt16LE(number);
      return bytes.subarray(0, 2);
    case 'i8':
      bytes.writeInt8(number);
      return bytes.subarray(0, 1);
    default:
      bytes.writeUInt8(number);
      return bytes.subarray(0, 1);
  }
}
