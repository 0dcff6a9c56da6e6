import { readFileSync, unlinkSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';

export interface Lock {
  release(): void;
}

/**
 * Takes a lock file that names its process. A lock left by a process that no longer runs is taken over.
 * @returns the lock, or the id of the running process that holds it
 */
export async function takeLock(path: string): Promise<Lock | { heldBy: number }> {
  const mine = `${path}.${process.pid}`;
  const content = `${process.pid} ${startTime(process.pid)}\n`;
  const file = await open(mine, 'w');
  await file.writeFile(content);
  await file.close();
  try {
    for (;;) {
      // link() fails when the name exists, and the content is complete from the first moment.
      const taken = await link(mine, path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      if (taken) return { release: () => unlinkIfMine(path, content) };
      const holder = readHolder(path);
      if (holder !== null && isRunning(holder)) return { heldBy: holder.pid };
      await removeStale(path, mine);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

interface Holder {
  pid: number;
  started: string;
  content: string;
}

function readHolder(path: string): Holder | null {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const [pid = '', started = ''] = content.trim().split(' ');
  return { pid: Number(pid), started, content };
}

/** The start time guards against a reused process id. */
function isRunning({ pid, started }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startTime(pid) === started;
}

/** Clock ticks since boot at which the process began; "0" where /proc does not exist. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}

/** Moves the dead lock aside; if a living process took it in between, its lock is put back. */
async function removeStale(path: string, mine: string): Promise<void> {
  const aside = `${mine}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== null && isRunning(moved)) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

function unlinkIfMine(path: string, content: string): void {
  if (readHolder(path)?.content === content) unlinkSync(path);
}
