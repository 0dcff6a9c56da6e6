import { setTimeout as sleep } from 'node:timers/promises';
import { PullError } from './error.ts';

const tries = 5;
const longestWaitMs = 60_000;

/** Repeats what failed in passing, waiting longer each time or as long as the server asks. `firstDelayMs` doubles. */
export async function withRetry<T>(
  firstDelayMs: number,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PullError) || !error.transient || failed === tries) throw error;
      const wait = Math.min(error.retryAfterMs ?? firstDelayMs * 2 ** (failed - 1), longestWaitMs);
      await sleep(wait, undefined, { signal }).catch(() => {
        throw new PullError('interrupted', 'The pull was interrupted. Run the same command to continue.');
      });
    }
  }
}
