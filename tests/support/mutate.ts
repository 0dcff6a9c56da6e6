/** Damages files in the ways of bad disks and hostile authors, the same way in every run. */

/** Mulberry32: the same mutations in every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values on which size arithmetic breaks. */
const nasty = [
  0n,
  1n,
  31n,
  255n,
  65535n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

export function mutate(original: Buffer, headerBytes: number, next: () => number): Buffer {
  const at = () => Math.floor(next() * headerBytes);
  const bytes = Buffer.from(original);
  const times = 1 + Math.floor(next() * 3);
  for (let i = 0; i < times; i++) {
    switch (Math.floor(next() * 6)) {
      case 0:
        bytes[at()] = Math.floor(next() * 256);
        break;
      case 1: {
        const place = at();
        bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(next() * 8));
        break;
      }
      case 2:
        bytes.writeBigUInt64LE(
          nasty[Math.floor(next() * nasty.length)] ?? 0n,
          Math.min(at(), bytes.length - 8),
        );
        break;
      case 3:
        bytes.writeUInt32LE(
          Number((nasty[Math.floor(next() * nasty.length)] ?? 0n) & 0xffffffffn),
          Math.min(at(), bytes.length - 4),
        );
        break;
      case 4:
        return bytes.subarray(0, at());
      default: {
        const from = at();
        bytes.copyWithin(at(), from, from + Math.floor(next() * 64));
      }
    }
  }
  return bytes;
}

/** Where the meaning is: up to the end of the tensor table, not the zeros of the weights behind it. */
export function headerBytes(file: Buffer): number {
  return Math.min(24 + file.lastIndexOf('ffn_down') + 64, file.length);
}
