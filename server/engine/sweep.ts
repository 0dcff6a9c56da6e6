/** Measures one decode step at several numbers of threads. */

/** At most so long per candidate and round; two rounds, so that a moment of foreign load hits all candidates alike. */
const roundMs = 500;
const fewestSteps = 3;
const mostSteps = 16;
const rounds = 2;
/** A thread more must bring at least so much. */
const worthwhile = 0.97;

export interface SweepResult {
  threads: number;
  /** Median milliseconds of one step. */
  stepMs: number;
}

/** Runs `step` at each candidate and returns the fastest, in doubt the one with fewer threads. */
export async function sweepThreads(
  candidates: readonly number[],
  step: (threads: number) => Promise<void>,
  now: () => number = () => performance.now(),
): Promise<SweepResult> {
  const times = new Map<number, number[]>(candidates.map((threads) => [threads, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [threads, list] of times) {
      await step(threads);
      const began = now();
      for (let n = 0; n < mostSteps && (n < fewestSteps || now() - began < roundMs); n++) {
        const start = now();
        await step(threads);
        list.push(now() - start);
      }
    }
  }
  const results = [...times].map(([threads, list]) => ({ threads, stepMs: median(list) }));
  results.sort((a, b) => a.threads - b.threads);
  return results.reduce((best, other) => (other.stepMs < best.stepMs * worthwhile ? other : best));
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}
