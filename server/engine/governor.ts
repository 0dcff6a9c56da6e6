/**
 * How many threads the next step uses. ggml's threads spin at barriers: when another program takes one of their cores, all
 * of them wait for the one that does not run, and a step takes 10 to 50 times as long. Giving a core up in time costs a
 * fraction of that. Pure: times go in, a number of threads comes out.
 */

import type { CpuShare } from './cpu-meter.ts';

export interface Step {
  /** Requests that decoded a token. */
  decoded: number;
  /** Prompt tokens, or guessed ones that were evaluated beside the decoded. */
  prefilled: number;
  elapsedMs: number;
}

/** A step counts as slow when it takes this many times what such a step usually takes. */
const slowFactor = 2;
/** Slowness adds up to this before a thread is given up: about four steps of three times the usual, or one of ten. */
const enough = 3;
/** So many cores must be idle for a thread to be taken back. */
const idleCore = 0.7;
/** Others may use so much of the threads' cores before one is given up. */
const crowded = 0.4;
const firstWaitMs = 2000;
const mostWaitMs = 64_000;
/** A thread that has to be given up again so soon was taken back too early. */
const tooSoonMs = 10_000;
/** Shorter chunks say little about the speed of prefill. */
const fewestPrefilled = 32;

export class ThreadGovernor {
  readonly most: number;
  readonly #usual = new Map<string, number>();
  #threads: number;
  #slowness = 0;
  #changedMs = 0;
  #raisedMs = Number.NEGATIVE_INFINITY;
  #waitMs = firstWaitMs;

  /** `threads` to begin with, `most` at any time. */
  constructor(threads: number, most: number) {
    this.most = Math.max(1, threads, most);
    this.#threads = Math.max(1, threads);
  }

  get threads(): number {
    return this.#threads;
  }

  /** A step took this long at the present number of threads. */
  observe(step: Step, nowMs: number): void {
    if (this.most === 1) return;
    const kind = kindOf(step);
    if (kind === null) return;
    const key = `${this.#threads} ${kind}`;
    const cost = step.decoded > 0 ? step.elapsedMs : step.elapsedMs / step.prefilled;
    const usual = this.#usual.get(key);
    if (usual === undefined) {
      this.#usual.set(key, cost);
      return;
    }
    // Follows good steps quickly and bad ones hardly: growing contexts make steps slower, but never suddenly.
    this.#usual.set(key, cost < usual ? 0.7 * usual + 0.3 * cost : usual * 1.002);
    const ratio = cost / usual;
    this.#slowness =
      ratio > slowFactor ? this.#slowness + Math.min(enough, (ratio - 1) / 3) : this.#slowness * 0.7;
    if (this.#slowness >= enough && this.#threads > 1) this.#drop(nowMs);
  }

  /** Who used the machine's cores during the last second of work. */
  share({ cores, idleCores, foreignCores }: CpuShare, nowMs: number): void {
    // Others already use what the threads would need: waiting for steps to get slower would cost seconds.
    if (this.#threads > 1 && this.#threads + foreignCores > cores + crowded) {
      this.#drop(nowMs);
      return;
    }
    if (this.#threads >= this.most || idleCores < idleCore || nowMs - this.#changedMs < this.#waitMs) return;
    this.#threads++;
    this.#slowness = 0;
    this.#changedMs = nowMs;
    this.#raisedMs = nowMs;
  }

  #drop(nowMs: number): void {
    this.#waitMs = nowMs - this.#raisedMs < tooSoonMs ? Math.min(mostWaitMs, 2 * this.#waitMs) : firstWaitMs;
    this.#threads--;
    this.#slowness = 0;
    this.#changedMs = nowMs;
  }
}

/** Steps are compared with steps of the same kind only; those with guessed tokens vary too much. */
function kindOf({ decoded, prefilled }: Step): string | null {
  if (decoded > 0) return prefilled === 0 ? `decode ${decoded}` : null;
  return prefilled >= fewestPrefilled ? 'prefill' : null;
}
