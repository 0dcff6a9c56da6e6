/** Whose prompt is read in the next step, and how much of it. */
import type { Job } from './job.ts';

export interface Chunk {
  job: Job;
  tokens: number;
}

/**
 * First come, first served, but a prompt that needs only a little rides along with a long one. `size` = tokens for the first,
 * `room` = tokens that the step can take altogether.
 */
export function planPrefill(waiting: readonly Job[], size: number, room: number): Chunk[] {
  const order = waiting.toSorted((a, b) => a.admittedMs - b.admittedMs);
  let left = room;
  return order.flatMap((job, index) => {
    const tokens = Math.min(size, left, job.remaining.length);
    const rides = job.remaining.length <= Math.min(size / 2, left);
    if (tokens < 1 || (index > 0 && !rides)) return [];
    left -= tokens;
    return [{ job, tokens }];
  });
}
