import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of a file, streamed. `onBytes` gets the size of each piece as it passes. */
export async function sha256File(
  path: string,
  options: { onBytes?: (bytes: number) => void; signal?: AbortSignal } = {},
): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, {
    highWaterMark: 1024 * 1024,
    ...(options.signal && { signal: options.signal }),
  });
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece);
    options.onBytes?.(piece.byteLength);
  }
  return hash.digest('hex');
}
