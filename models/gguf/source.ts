import { readSync } from 'node:fs';

/** Random access to bytes whose total number is known. */
export interface ByteSource {
  readonly size: number;
  /** Fills `target` from `position`; returns how many bytes were there. */
  read(position: number, target: Uint8Array): number;
}

export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read(position, target) {
      const part = bytes.subarray(position, position + target.byteLength);
      target.set(part);
      return part.byteLength;
    },
  };
}

/** Reads from an open file. The size is the one seen when it was opened: what is appended later is not read. */
export function fileSource(fd: number, size: number): ByteSource {
  return {
    size,
    read(position, target) {
      let done = 0;
      while (done < target.byteLength) {
        const count = readSync(fd, target, done, target.byteLength - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    },
  };
}
