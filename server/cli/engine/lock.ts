import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Lock, takeLock } from '#models/lock.ts';
import type { EngineFolders } from '#server/engine/native-build.ts';
import { StillroomError } from '#server/errors.ts';

/**
 * One at a time makes or removes builds.
 * @throws StillroomError naming the process that holds the lock
 */
export async function lockBuilds({ builds }: EngineFolders): Promise<Lock> {
  mkdirSync(builds, { recursive: true });
  const lock = await takeLock(join(builds, 'stillroom-build.lock'));
  if ('release' in lock) return lock;
  throw new StillroomError(
    'engine_unavailable',
    `Process ${lock.heldBy} is building the engine already. Wait until it has ended.`,
  );
}
