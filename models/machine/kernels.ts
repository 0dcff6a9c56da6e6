/**
 * Two small WebAssembly kernels with 128-bit vectors, assembled here byte by byte: plain JavaScript loops are several
 * times slower than memory and would measure the compiler instead of the machine.
 *   read(start, end): loads every byte once, 128 bytes per round
 *   dot(rounds): multiplies 8-bit numbers out of the first-level cache, 8 × 16 products per round
 */

const op = {
  end: 0x0b,
  loop: [0x03, 0x40],
  branchIf: [0x0d, 0x00],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  tee: (local: number) => [0x22, local],
  constant: (value: number) => [0x41, ...signed(value)],
  add: 0x6a,
  subtract: 0x6b,
  lessThan: 0x49,
  /** Alignment hint 2^4, then the offset. */
  load: (offset: number) => [0xfd, 0x00, 0x04, ...unsigned(offset)],
  xor: [0xfd, 0x51],
  addLanes: [0xfd, 0xae, 0x01],
  /** Eight 16-bit products, added in pairs. */
  dotLanes: [0xfd, 0xba, 0x01],
  firstLane: [0xfd, 0x1b, 0x00],
} as const;

const accumulators = 8;

function readBody(): number[] {
  const [start, end, first] = [0, 1, 2];
  const loads = Array.from({ length: accumulators }, (_, i) => [
    ...op.get(first + i),
    ...op.get(start),
    ...op.load(16 * i),
    ...op.xor,
    ...op.set(first + i),
  ]).flat();
  return [
    ...op.loop,
    ...loads,
    ...op.get(start),
    ...op.constant(16 * accumulators),
    op.add,
    ...op.tee(start),
    ...op.get(end),
    op.lessThan,
    ...op.branchIf,
    op.end,
    ...combine(first, op.xor),
  ];
}

function dotBody(): number[] {
  const [rounds, first] = [0, 2];
  const products = Array.from({ length: accumulators }, (_, i) => [
    ...op.constant(0),
    ...op.load(16 * i),
    ...op.constant(0),
    ...op.load(16 * (i + accumulators)),
    ...op.dotLanes,
    ...op.get(first + i),
    ...op.addLanes,
    ...op.set(first + i),
  ]).flat();
  return [
    ...op.loop,
    ...products,
    ...op.get(rounds),
    ...op.constant(1),
    op.subtract,
    ...op.tee(rounds),
    ...op.branchIf,
    op.end,
    ...combine(first, op.addLanes),
  ];
}

/** One number out of all accumulators: what is not used would be optimised away. */
function combine(first: number, how: readonly number[]): number[] {
  const rest = Array.from({ length: accumulators - 1 }, (_, i) => [...op.get(first + 1 + i), ...how]).flat();
  return [...op.get(first), ...rest, ...op.firstLane, op.end];
}

function moduleBytes(pages: number): Uint8Array<ArrayBuffer> {
  const i32 = 0x7f;
  const v128 = 0x7b;
  const locals = [0x01, accumulators, v128];
  const body = (code: number[]) => sized([...locals, ...code]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x01, 0x60, 0x02, i32, i32, 0x01, i32]),
    ...section(3, [0x02, 0x00, 0x00]),
    ...section(5, [0x01, 0x00, ...unsigned(pages)]),
    ...section(7, [0x03, ...named('memory', 2, 0), ...named('read', 0, 0), ...named('dot', 0, 1)]),
    ...section(10, [0x02, ...body(readBody()), ...body(dotBody())]),
  ]);
}

const section = (id: number, content: number[]) => [id, ...sized(content)];
const sized = (content: number[]) => [...unsigned(content.length), ...content];
const named = (name: string, kind: number, index: number) => [...sized([...Buffer.from(name)]), kind, index];

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

/** The part of the global that is used here; the DOM library that declares it is for browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { exports: unknown };
};

export interface Kernels {
  readonly memory: Uint8Array;
  read(start: number, end: number): number;
  dot(rounds: number, unused: number): number;
}

/** 16-bit products per round of `dot`. */
export const productsPerRound = accumulators * 8;

/** @param bytes size of the memory that is read, a multiple of 64 KiB */
export function createKernels(bytes: number): Kernels {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(bytes / 65_536)));
  const { memory, read, dot } = instance.exports as {
    memory: { buffer: ArrayBuffer };
    read: Kernels['read'];
    dot: Kernels['dot'];
  };
  return { memory: new Uint8Array(memory.buffer), read, dot };
}
