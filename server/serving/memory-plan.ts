/** Which models stay in memory. Pure: decides, never acts. */

interface LoadedSize {
  id: string;
  bytes: number;
  /** Requests that hold or wait for it. */
  users: number;
  lastUsedMs: number;
  /** The default model goes last. */
  pinned: boolean;
  /** Already on its way out: counts as free as soon as nobody uses it. */
  leaving: boolean;
}

export type MemoryPlan =
  | { action: 'load' }
  /** Take no new requests for these; load when the last of them has gone. */
  | { action: 'evict'; ids: string[] }
  /** It would not fit even into all of the memory. */
  | { action: 'refuse' };

/**
 * @param needBytes what the wanted model takes
 * @param freeBytes what is free beside the loaded ones
 *
 * Precedence:
 * 1. It fits beside the others: load.
 * 2. It does not fit even when all others are gone: refuse.
 * 3. Models that are leaving already are waited for.
 * 4. Idle before busy, then unpinned before pinned, then least recently used, until it fits.
 */
export function planMemory(needBytes: number, freeBytes: number, loaded: LoadedSize[]): MemoryPlan {
  if (needBytes <= freeBytes) return { action: 'load' };
  const all = loaded.reduce((sum, model) => sum + model.bytes, 0);
  if (needBytes > freeBytes + all) return { action: 'refuse' };
  const order = loaded.toSorted(
    (a, b) =>
      Number(b.leaving) - Number(a.leaving) ||
      Number(a.users > 0) - Number(b.users > 0) ||
      Number(a.pinned) - Number(b.pinned) ||
      a.lastUsedMs - b.lastUsedMs,
  );
  const ids: string[] = [];
  let free = freeBytes;
  for (const model of order) {
    if (free >= needBytes) break;
    ids.push(model.id);
    free += model.bytes;
  }
  return { action: 'evict', ids };
}
