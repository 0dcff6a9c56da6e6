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
/**
 * Steps shorter than this count less, by their share of it: a small model's step of 5 ms takes ten times as long whenever another
 * program has a moment's work, and without a thread it would be slower for seconds.
 */
const tellingMs = 200;
/**
 * In steps as short as this the threads wait for each other for a good part of the time, and the last thread may bring less than it
 * costs. So steps of each kind are tried without it once, so many times, after some with it.
 */
const smallStepMs = 20;
const trialSteps = 8;
const stepsBeforeTrial = 32;
/** So many steps with it are compared with what such a step takes without, and may take so many times as long. */
const telling = 16;
const worthIt = 1.1;
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

interface Kind {
  /** Of the latest steps with all threads. */
  mean: number;
  count: number;
  /** Steps of this kind are done with a thread less, until that time or for so many more. */
  spares: boolean;
  untilMs: number;
  trial: number;
  /** For how long the next time. */
  waitMs: number;
}

export class ThreadGovernor {
  readonly most: number;
  readonly #usual = new Map<string, number>();
  /** By kind of step; forgotten when the number of threads changes. */
  readonly #kinds = new Map<string, Kind>();
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

  /** For a step of this kind. */
  threadsFor(step: Pick<Step, 'decoded' | 'prefilled'>): number {
    const kind = kindOf(step);
    const spares = kind !== null && this.#kinds.get(kind)?.spares === true;
    return spares ? this.#threads - 1 : this.#threads;
  }

  /** A step took this long at the present number of threads. */
  observe(step: Step, nowMs: number): void {
    if (this.most === 1) return;
    const kind = kindOf(step);
    if (kind === null) return;
    const key = `${this.threadsFor(step)} ${kind}`;
    const cost = step.decoded > 0 ? step.elapsedMs : step.elapsedMs / step.prefilled;
    const usual = this.#usual.get(key);
    if (usual === undefined) {
      this.#usual.set(key, cost);
      return;
    }
    // Follows good steps quickly and bad ones hardly: growing contexts make steps slower, but never suddenly.
    this.#usual.set(key, cost < usual ? 0.7 * usual + 0.3 * cost : usual * 1.002);
    const ratio = cost / usual;
    const weight = Math.min(1, step.elapsedMs / tellingMs);
    this.#slowness =
      ratio > slowFactor ? this.#slowness + weight * Math.min(enough, (ratio - 1) / 3) : this.#slowness * 0.7;
    if (this.#threads === 1) return;
    if (this.#slowness >= enough) this.#drop(nowMs);
    else if (step.decoded > 0) this.#weigh(kind, cost, nowMs);
  }

  /** Whether steps of this kind are quicker without the last thread. */
  #weigh(name: string, cost: number, nowMs: number): void {
    const kind = this.#kinds.get(name) ?? {
      mean: cost,
      count: 0,
      spares: false,
      untilMs: 0,
      waitMs: firstWaitMs,
      trial: 0,
    };
    this.#kinds.set(name, kind);
    if (kind.spares) {
      if (kind.trial > 0 ? --kind.trial > 0 : nowMs < kind.untilMs) return;
      // Back to all threads: to compare after a trial, or to see whether it is still so.
      Object.assign(kind, { spares: false, count: 0 });
      return;
    }
    kind.count++;
    kind.mean += (cost - kind.mean) / Math.min(kind.count, telling);
    const without = this.#usual.get(`${this.#threads - 1} ${name}`);
    if (without === undefined) {
      if (kind.count >= stepsBeforeTrial && kind.mean <= smallStepMs)
        Object.assign(kind, { spares: true, trial: trialSteps });
    } else if (kind.count >= telling) {
      if (kind.mean <= worthIt * without) {
        kind.waitMs = firstWaitMs;
        return;
      }
      Object.assign(kind, {
        spares: true,
        untilMs: nowMs + kind.waitMs,
        waitMs: Math.min(mostWaitMs, 2 * kind.waitMs),
      });
    }
  }

  #change(by: 1 | -1): void {
    this.#threads += by;
    this.#slowness = 0;
    this.#kinds.clear();
  }

  /** Who used the machine's cores during the last second of work. */
  share({ cores, idleCores, foreignCores }: CpuShare, nowMs: number): void {
    // Others already use what the threads would need: waiting for steps to get slower would cost seconds.
    if (this.#threads > 1 && this.#threads + foreignCores > cores + crowded) {
      this.#drop(nowMs);
      return;
    }
    if (this.#threads >= this.most || idleCores < idleCore || nowMs - this.#changedMs < this.#waitMs) return;
    this.#change(1);
    this.#changedMs = nowMs;
    this.#raisedMs = nowMs;
  }

  #drop(nowMs: number): void {
    this.#waitMs = nowMs - this.#raisedMs < tooSoonMs ? Math.min(mostWaitMs, 2 * this.#waitMs) : firstWaitMs;
    this.#change(-1);
    this.#changedMs = nowMs;
  }
}

/** Steps are compared with steps of the same kind only; those with guessed tokens vary too much. */
function kindOf({ decoded, prefilled }: Pick<Step, 'decoded' | 'prefilled'>): string | null {
  if (decoded > 0) return prefilled === 0 ? `decode ${decoded}` : null;
  return prefilled >= fewestPrefilled ? 'prefill' : null;
}
