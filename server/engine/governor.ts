/**
 * How many threads the next step uses. ggml's threads spin at barriers: when another program takes one of their cores, all
 * of them wait for the one that does not run, and a step takes 10 to 50 times as long. Giving a core up in time costs a
 * fraction of that. Pure: times go in, a number of threads comes out.
 */

import type { CpuShare } from './cpu-meter.ts';
import { median } from './median.ts';

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
 * costs. So now and then some steps of each kind are done without it, and compared with so many before.
 */
const smallStepMs = 20;
const trialSteps = 8;
const stepsBeforeTrial = 32;
/** With it a step may take so many times as long. */
const worthIt = 1.1;
/** A hiccup of the machine takes as long as a dozen of such steps: it counts as so many medians at most. */
const mostMedians = 4;
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
  /** `trial` and `spared` steps are done with a thread less. */
  phase: 'all' | 'trial' | 'spared';
  /** What the latest steps took, with all threads and with a thread less. */
  withAll: number[];
  without: number[];
  /** With all threads, at the last trial. */
  withAllMean: number;
  /** The verdict of that trial, when it is looked at again, and for how long it held. */
  spares: boolean | null;
  untilMs: number;
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
    const phase = kind === null ? undefined : this.#kinds.get(kind)?.phase;
    return phase === undefined || phase === 'all' ? this.#threads : this.#threads - 1;
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
    const kind: Kind = this.#kinds.get(name) ?? {
      phase: 'all',
      withAll: [],
      without: [],
      withAllMean: 0,
      spares: null,
      untilMs: 0,
      waitMs: 0,
    };
    this.#kinds.set(name, kind);
    if (kind.phase === 'all') {
      keep(kind.withAll, cost, stepsBeforeTrial);
      if (nowMs < kind.untilMs || kind.withAll.length < stepsBeforeTrial) return;
      if (median(kind.withAll) <= smallStepMs) kind.phase = 'trial';
      return;
    }
    keep(kind.without, cost, trialSteps);
    if (kind.without.length < trialSteps) return;
    if (kind.phase === 'trial') conclude(kind, nowMs);
    // Texts grow, and with them what there is to share: by then it may be worth it.
    else if (nowMs >= kind.untilMs || meanOf(kind.without) > kind.withAllMean) useAll(kind);
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

/** The verdict of a trial. One that only says what the last one said holds for twice as long. */
function conclude(kind: Kind, nowMs: number): void {
  const withAllMean = meanOf(kind.withAll);
  const spares = withAllMean > worthIt * meanOf(kind.without);
  const waitMs = spares === kind.spares ? Math.min(mostWaitMs, 2 * kind.waitMs) : firstWaitMs;
  Object.assign(kind, { withAllMean, spares, waitMs, untilMs: nowMs + waitMs, phase: 'spared' });
  if (!spares) useAll(kind);
}

function useAll(kind: Kind): void {
  Object.assign(kind, { phase: 'all', withAll: [], without: [] });
}

function keep(costs: number[], cost: number, most: number): void {
  costs.push(cost);
  if (costs.length > most) costs.shift();
}

/** Milliseconds. */
function meanOf(costs: readonly number[]): number {
  const most = mostMedians * median(costs);
  return costs.reduce((sum, cost) => sum + Math.min(cost, most), 0) / costs.length;
}

/** Steps are compared with steps of the same kind only; those with guessed tokens vary too much. */
function kindOf({ decoded, prefilled }: Pick<Step, 'decoded' | 'prefilled'>): string | null {
  if (decoded > 0) return prefilled === 0 ? `decode ${decoded}` : null;
  return prefilled >= fewestPrefilled ? 'prefill' : null;
}
