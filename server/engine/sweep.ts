/** Measures one decode step at several numbers of threads. */
import { median } from './median.ts';

/** At most so long per candidate and round; two rounds, so that a moment of foreign load hits all candidates alike. */
const roundMs = 500;
const fewestSteps = 3;
const mostSteps = 16;
const rounds = 2;
/** A thread more must bring at least so much. */
const worthwhile = 0.97;
/** A candidate whose step takes this many times the best one's is not looked at any longer: on a busy machine it may take seconds. */
const hopeless = 3;

interface SweepResult {
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
  // The fewest first: they set the mark that the others must beat.
  const ascending = candidates.toSorted((a, b) => a - b);
  const times = new Map<number, number[]>(ascending.map((threads) => [threads, []]));
  const best = () => Math.min(...[...times.values()].filter((list) => list.length > 0).map(median));
  for (let round = 0; round < rounds; round++) {
    for (const [threads, list] of times) {
      if (list.length > 0 && median(list) > hopeless * best()) continue;
      await step(threads);
      const began = now();
      for (let n = 0; n < mostSteps && (n < fewestSteps || now() - began < roundMs); n++) {
        const start = now();
        await step(threads);
        list.push(now() - start);
        if (now() - start > hopeless * best()) break;
      }
    }
  }
  return [...times]
    .map(([threads, list]) => ({ threads, stepMs: median(list) }))
    .reduce((winner, other) => (other.stepMs < winner.stepMs * worthwhile ? other : winner));
}
