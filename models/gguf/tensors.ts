import { type Cursor, hasControlCharacters } from './cursor.ts';
import { cutShort, damaged, GgufError, quote } from './error.ts';
import { limits } from './limits.ts';
import { removedTensorType, type TensorType, tensorType } from './tensor-types.ts';

export interface GgufTensor {
  readonly name: string;
  /** Fastest-varying dimension first, as stored: a weight matrix is [columns, rows]. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  readonly elements: number;
  readonly bytes: number;
  /** From the beginning of the data section. */
  readonly offset: number;
}

/** Reads `count` tensor descriptions; offsets are checked later, when the data section's start is known. */
export function readTensors(cursor: Cursor, count: number): Map<string, GgufTensor> {
  const tensors = new Map<string, GgufTensor>();
  for (let index = 0; index < count; index++) {
    const tensor = readTensor(cursor, index);
    if (tensors.has(tensor.name)) throw damaged('duplicate', `two tensors are named ${quote(tensor.name)}`);
    tensors.set(tensor.name, tensor);
  }
  return tensors;
}

function readTensor(cursor: Cursor, index: number): GgufTensor {
  const name = cursor.string(`the name of tensor ${index}`, limits.tensorNameBytes);
  if (name === '') throw damaged('bad_tensor', `tensor ${index} has no name`);
  if (hasControlCharacters(name))
    throw damaged('bad_tensor', `the name of tensor ${index} has control characters`);
  const what = `tensor ${quote(name)}`;
  const dimensions = cursor.u32(`the dimensions of ${what}`);
  if (dimensions === 0 || dimensions > limits.dimensions) {
    throw damaged(
      'bad_tensor',
      `${what} has ${dimensions} dimensions, 1 to ${limits.dimensions} are possible`,
    );
  }
  const shape: number[] = [];
  let elements = 1;
  for (let d = 0; d < dimensions; d++) {
    const size = cursor.count(`dimension ${d} of ${what}`, Number.MAX_SAFE_INTEGER);
    if (size === 0) throw damaged('bad_tensor', `${what} has an empty dimension`);
    elements *= size;
    if (!Number.isSafeInteger(elements))
      throw damaged('bad_tensor', `${what} has more elements than any machine can hold`);
    shape.push(size);
  }
  const type = readTensorType(cursor, what);
  if ((shape[0] ?? 0) % type.block !== 0) {
    throw damaged(
      'bad_tensor',
      `a row of ${what} has ${shape[0]} elements, not a multiple of ${type.block} as ${type.name} needs`,
    );
  }
  const bytes = (elements / type.block) * type.bytes;
  if (!Number.isSafeInteger(bytes))
    throw damaged('bad_tensor', `${what} has more bytes than any machine can hold`);
  const offset = cursor.count(`the offset of ${what}`, Number.MAX_SAFE_INTEGER);
  return { name, shape, type, elements, bytes, offset };
}

function readTensorType(cursor: Cursor, what: string): TensorType {
  const id = cursor.u32(`the type of ${what}`);
  const type = tensorType(id);
  if (type !== null) return type;
  const old = removedTensorType(id);
  if (old === null) throw damaged('bad_tensor', `${what} has the unknown type ${id}`);
  throw new GgufError(
    'bad_tensor',
    `The file uses the tensor type ${old}, which current engines no longer read. Get the same model as Q4_0 or Q4_K_M.`,
  );
}

/**
 * Every tensor lies behind the one before it, padded to the alignment, and ends inside the file. Gaps, overlaps and
 * tensors past the end are what out-of-bounds reads are made of (CVE-2026-7482, CVE-2026-27940).
 */
export function checkLayout(
  tensors: ReadonlyMap<string, GgufTensor>,
  dataStart: number,
  alignment: number,
  size: number,
): void {
  let expected = 0;
  for (const tensor of tensors.values()) {
    const what = `tensor ${quote(tensor.name)}`;
    if (tensor.offset % alignment !== 0) {
      throw damaged('bad_offset', `${what} begins at ${tensor.offset}, not a multiple of ${alignment}`);
    }
    if (tensor.offset !== expected) {
      const relation = tensor.offset < expected ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw damaged('bad_offset', `${what} ${relation}: it begins at ${tensor.offset}, expected ${expected}`);
    }
    const end = dataStart + tensor.offset + tensor.bytes;
    if (end > size) throw cutShort(`${what} ends at byte ${end}, the file has ${size}`);
    expected = tensor.offset + padded(tensor.bytes, alignment);
  }
}

export function padded(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
