/** Whose prompt is read in the next step, and how much of it. */
import type { Job } from './job.ts';

export interface Chunk {
  job: Job;
  tokens: number;
}

/** For each other request that its owner has in a slot, a prompt waits as if it had come so much later. */
const laterMs = 2000;

/**
 * First come, first served, but the prompts of a flood let somebody's only one pass, and a prompt that needs only a little
 * rides along with a long one. `active` = all requests in slots, `size` = tokens for the first prompt, or `whole` when that
 * reads all of it, `room` = tokens that the step can take altogether.
 */
export function planPrefill(active: readonly Job[], size: number, whole: number, room: number): Chunk[] {
  const order = active
    .filter((job) => job.generator === null)
    .map((job) => ({ job, due: job.admittedMs + laterMs * othersOf(job, active) }))
    .sort((a, b) => a.due - b.due)
    .map(({ job }) => job);
  let left = room;
  return order.flatMap((job, index) => {
    const short = job.promptTokens - job.cachedTokens <= whole;
    const tokens = Math.min(short ? job.remaining.length : oddFirst(job.remaining.length, size), left);
    const rides = job.remaining.length <= Math.min(size / 2, left);
    if (tokens < 1 || (index > 0 && !rides)) return [];
    left -= tokens;
    return [{ job, tokens }];
  });
}

/** The chunk that is not a whole one comes first: behind a long text it would take longer than a whole one, see chunks.ts. */
function oddFirst(remaining: number, size: number): number {
  return remaining <= size ? remaining : remaining % size || size;
}

function othersOf(job: Job, active: readonly Job[]): number {
  return active.filter((other) => other !== job && other.request.owner === job.request.owner).length;
}
