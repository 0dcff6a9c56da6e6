/**
 * Where the edges of the interval go: earlier forecasts are compared with what really happened, and the edges are placed
 * where they would have contained 88 % of the real starts (conformal prediction), then moved by hits and misses of what
 * was really told. Whatever the forecast leaves out (newcomers that go first, cached prompts, cancelled turns) is
 * corrected here, because it shows up in the real starts.
 */
import { quantile, remember } from './statistics.ts';

/** Pairs of forecast and real start, per situation. */
const rememberedErrors = 400;
/** A situation with fewer pairs than this borrows those of all situations. */
const enoughErrors = 40;
/** Shares of the real starts meant to lie before and after the interval. The bar is 20 % together. */
const outside = { before: 0.04, after: 0.075 };
/** How fast the width follows hits and misses, per started turn, and how far it may go. */
const widening = { step: 0.15, least: 0.7, most: 8 };
/**
 * Errors, in widths of the raw interval, that are always counted among the observed ones: they keep the interval
 * honestly wide while few starts were seen.
 */
const priorErrors = [-1.8, -1.4, -1.1, -0.8, -0.5, -0.2, 0, 0.2, 0.5, 0.8, 1.2, 1.7, 2.2, 3];

export interface Calibration {
  /** (real start − forecast) / spread, per situation. */
  errors: Map<string, number[]>;
  /** The same, sorted; holds until the next start. */
  sorted: Map<string, number[]>;
  /** Factors on the lower and upper half of the interval, moved by hits and misses of what was told. */
  widen: { before: number; after: number };
}

/** What a waiting turn was told, in absolute times. */
export interface ToldForecast {
  situation: string;
  midAtMs: number;
  spreadMs: number;
  lowAtMs: number;
  highAtMs: number;
}

export function createCalibration(): Calibration {
  return { errors: new Map(), sorted: new Map(), widen: { before: 1, after: 1 } };
}

/** A turn has started: what it was told, in order, meets reality. The first interval counts as much as all together. */
export function observeStart(calibration: Calibration, told: readonly ToldForecast[], startMs: number): void {
  const first = told[0];
  if (first === undefined) return;
  calibration.sorted.clear();
  for (const { situation, midAtMs, spreadMs } of told) {
    const errors = calibration.errors.get(situation) ?? [];
    calibration.errors.set(situation, errors);
    remember(errors, (startMs - midAtMs) / spreadMs, rememberedErrors);
  }
  const share = (isMissed: (forecast: ToldForecast) => boolean) =>
    (Number(isMissed(first)) + told.filter(isMissed).length / told.length) / 2;
  const missedBefore = share(({ lowAtMs }) => startMs < lowAtMs);
  const missedAfter = share(({ highAtMs }) => startMs > highAtMs);
  calibration.widen.before = widened(calibration.widen.before, missedBefore - outside.before);
  calibration.widen.after = widened(calibration.widen.after, missedAfter - outside.after);
}

function widened(factor: number, excess: number): number {
  return Math.min(widening.most, Math.max(widening.least, factor * Math.exp(widening.step * excess)));
}

/** In spreads from the middle of the forecast. */
export function edgesOf(calibration: Calibration, situation: string): { low: number; high: number } {
  const errors = errorsFor(calibration, situation);
  const middle = quantile(errors, 0.5);
  return {
    low: middle - calibration.widen.before * (middle - quantile(errors, outside.before)),
    high: middle + calibration.widen.after * (quantile(errors, 1 - outside.after) - middle),
  };
}

/** Sorted errors of the situation, or of all situations while it has too few of its own. */
function errorsFor(calibration: Calibration, situation: string): number[] {
  const own = calibration.errors.get(situation) ?? [];
  const key = own.length < enoughErrors ? '' : situation;
  let sorted = calibration.sorted.get(key);
  if (sorted === undefined) {
    const pool = key === '' ? [...calibration.errors.values()].flat() : own;
    sorted = [...priorErrors, ...pool].sort((a, b) => a - b);
    calibration.sorted.set(key, sorted);
  }
  return sorted;
}
