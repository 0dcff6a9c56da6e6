/**
 * When a waiting turn will start: the queue is played forward many times with answer lengths drawn from those observed
 * in the same class, at the speed measured while all slots were busy, into the slots that future.ts lets each have;
 * calibration.ts then places the edges of the interval. Nothing is told until at least one turn has been measured.
 * Random numbers come from a fixed seed: same state, same answer.
 */
import { type Calibration, createCalibration, edgesOf } from './calibration.ts';
import { type Claim, hold, openFuture, type Present, take } from './future.ts';
import type { TurnClass } from './limits.ts';
import { firstAbove, normalFrom, quantile, randomFrom, remember, variation } from './statistics.ts';

/** Answer lengths, speeds and durations are those of the latest turns. */
const remembered = 128;
/** A class with fewer lengths than this borrows those of all classes. */
const enoughLengths = 8;
const replicas = 40;
/** Length of an answer before any was seen: a short thought and a short answer of an R1 distill. */
const unseenGenerated = 600;
/** The logarithm of a mean that nobody has measured varies so much. */
const unseenVariation = 0.7;
/**
 * How long what was assumed before any answer was seen is held possible: with probability (w / (w + answers seen))²,
 * which leaves the middle 80 % of the forecast after 35 answers.
 */
const priorWeight = 16;
/** Forecasts that rest more than this on assumptions are too wide for their errors to teach anything. */
const settled = 0.12;
/** Seconds to wait before anything is measured. */
const unseenRetryAfter = 5;
/** Throughput is forgotten with this time constant, so that a changed machine or model is noticed. */
const throughputMemoryMs = 300_000;
/** Four streams of a 1.5B model on a CPU run at 0.45 of the speed of one (1.8 times as much together): 4 ** -0.57. */
const crowdingExponent = 0.57;
/** Less full-load time than this says nothing about throughput. */
const enoughFullLoadMs = 3_000;
export interface EtaModel {
  /** Generated tokens of finished turns. */
  lengths: Record<TurnClass, number[]>;
  /** Virtual tokens per millisecond of one slot as if all were busy, from single turns, for as long as full load was not seen. */
  rates: number[];
  durationsMs: number[];
  /** Work done, and time spent, while every slot was busy. */
  fullCost: number;
  fullMs: number;
  fullSlots: number;
  /** Since when all slots are busy, null = they are not. */
  fullSinceMs: number | null;
  /** Sorted lengths per class; they hold until the next turn is measured. */
  sortedLengths: Map<TurnClass, number[]>;
  calibration: Calibration;
}

/** A turn in a slot, or one that waits. */
export interface ForecastTurn {
  class: TurnClass;
  promptCost: number;
  promptTokens: number;
  generatedTokens: number;
  maxTokens: number | null;
}

interface ClaimingForecastTurn {
  turn: ForecastTurn;
  claim: Claim;
}

/**
 * Turns in different situations are mistaken about in different ways (the tenth turn of one owner will be overtaken by
 * newcomers, the next one of all won't), so each situation is calibrated by itself.
 */
interface WaitingForecastTurn extends ClaimingForecastTurn {
  situation: string;
}

/** Milliseconds from now: the middle of the forecast, the scale of its uncertainty, and the calibrated edges. */
export interface Forecast {
  midMs: number;
  spreadMs: number;
  lowMs: number;
  highMs: number;
  /** Made of measurements; false while it still is assumption to a good part, so that its errors teach nothing. */
  measured: boolean;
}

export function createEtaModel(): EtaModel {
  return {
    lengths: { interactive: [], api: [], background: [] },
    rates: [],
    durationsMs: [],
    fullCost: 0,
    fullMs: 0,
    fullSlots: 0,
    fullSinceMs: null,
    sortedLengths: new Map(),
    calibration: createCalibration(),
  };
}

/** A turn ended by itself. `cost` in virtual tokens; `busyShare` = share of the slots that were busy, itself included. */
export function observeTurn(
  model: EtaModel,
  turn: Pick<ForecastTurn, 'class' | 'generatedTokens' | 'maxTokens'>,
  cost: number,
  durationMs: number,
  busyShare = 1,
): void {
  const { generatedTokens, maxTokens } = turn;
  const cut = maxTokens !== null && generatedTokens >= maxTokens;
  // An answer that its own limit cut would have been longer. How long answers are it says only when it is long already.
  if (!cut || generatedTokens >= expectedGenerated(model, turn.class, null)) {
    remember(model.lengths[turn.class], generatedTokens, remembered);
    model.sortedLengths.clear();
  }
  remember(model.durationsMs, durationMs, remembered);
  const crowding = Math.min(1, busyShare) ** crowdingExponent;
  if (durationMs > 0) remember(model.rates, (cost / durationMs) * crowding, remembered);
}

/** `cost` was done until now; from now on `running` of `slots` are busy. Called at every start, progress and end. */
export function observeWork(
  model: EtaModel,
  cost: number,
  nowMs: number,
  running: number,
  slots: number,
): void {
  if (model.fullSinceMs !== null) {
    const elapsed = nowMs - model.fullSinceMs;
    model.fullCost += cost;
    model.fullMs += elapsed;
    if (model.fullMs > throughputMemoryMs) {
      const keep = throughputMemoryMs / model.fullMs;
      model.fullCost *= keep;
      model.fullMs *= keep;
    }
  }
  if (slots !== model.fullSlots) {
    model.fullCost = 0;
    model.fullMs = 0;
    model.fullSlots = slots;
  }
  model.fullSinceMs = slots > 0 && running >= slots ? nowMs : null;
}

/** Tokens a turn of this class usually generates. */
export function expectedGenerated(model: EtaModel, turnClass: TurnClass, maxTokens: number | null): number {
  const seen = lengthsFor(model, turnClass);
  const usual = seen.length === 0 ? unseenGenerated : quantile(seen, 0.5);
  return maxTokens === null ? usual : Math.min(usual, maxTokens);
}

/** Seconds until two places in the queue are likely to be free: long enough that the retry is not refused again. */
export function retryAfterSeconds(model: EtaModel, slots: number): number {
  if (model.durationsMs.length === 0) return unseenRetryAfter;
  const mean = model.durationsMs.reduce((sum, ms) => sum + ms, 0) / model.durationsMs.length;
  return Math.max(1, Math.ceil((2 * mean) / Math.max(1, slots) / 1000));
}

/** One forecast per waiting turn, given in starting order; null when nothing has been measured or no slot exists. */
export function forecastStarts(
  model: EtaModel,
  present: Present,
  running: readonly ClaimingForecastTurn[],
  waiting: readonly WaitingForecastTurn[],
): (Forecast | null)[] {
  const measuredRate = slotRate(model, present.slots);
  if (measuredRate === null || present.slots <= 0) return waiting.map(() => null);
  const samples = waiting.map(() => new Float64Array(replicas));
  const random = randomFrom(0x5eed);
  const seen = lengthDrawer(model, random);
  const doubt = doubtOf(model);
  const known = Object.values(model.lengths).flat().length;
  const assumed = assumedAfter(known);
  // Where limits end all answers no lengths are learned, but little of the forecast rests on them.
  const measured = assumedAfter(model.durationsMs.length) < settled;
  for (let replica = 0; replica < replicas; replica++) {
    const future = openFuture(present);
    // Few answers seen say little about the rest, and what they leave open concerns all of a queue together.
    const draw = random() < assumed ? unseenDrawer(random) : seen;
    const rate = measuredRate * Math.exp(-doubt * normalFrom(random));
    const underWay: number[] = [];
    for (const { turn, claim } of running) {
      const whole = wholeLength(turn, draw);
      underWay.push(whole);
      hold(future, claim, remainingCost(turn, whole) / rate);
    }
    // Short answers end first: without those still being written, early forecasts would know only short ones.
    const share = underWay.length / (underWay.length + known);
    waiting.forEach(({ turn, claim }, index) => {
      const alike = random() < share ? underWay[Math.floor(random() * underWay.length)] : undefined;
      const startMs = take(future, claim, remainingCost(turn, alike ?? wholeLength(turn, draw)) / rate);
      const sample = samples[index];
      if (sample !== undefined) sample[replica] = startMs;
    });
  }
  const edges = new Map<string, { low: number; high: number }>();
  return waiting.map(({ situation }, index) => {
    const edge = edges.get(situation) ?? edgesOf(model.calibration, situation);
    edges.set(situation, edge);
    const sorted = samples[index]?.sort() ?? [];
    const midMs = quantile(sorted, 0.5);
    const spreadMs = Math.max((quantile(sorted, 0.9) - quantile(sorted, 0.1)) / 2, midMs * 0.05, 250);
    const lowMs = Math.max(0, Math.round(midMs + edge.low * spreadMs));
    const highMs = Math.max(lowMs, Math.round(midMs + edge.high * spreadMs));
    return { midMs, spreadMs, lowMs, highMs, measured };
  });
}

/** How probable what was assumed at first still is. */
function assumedAfter(answers: number): number {
  return (priorWeight / (priorWeight + answers)) ** 2;
}

/** Virtual tokens per millisecond of one slot when all are busy. */
function slotRate(model: EtaModel, slots: number): number | null {
  if (model.rates.length === 0) return null;
  if (model.fullMs >= enoughFullLoadMs && model.fullCost > 0) return model.fullCost / model.fullMs / slots;
  return quantile(
    [...model.rates].sort((a, b) => a - b),
    0.5,
  );
}

/** Lengths of a kind that nobody has seen yet: a mean of this once, exponential around it. */
function unseenDrawer(random: () => number): Drawer {
  const mean = unseenGenerated * Math.exp(unseenVariation * normalFrom(random));
  return (_class, atLeast) => atLeast - mean * Math.log(1 - random());
}

type Drawer = (turnClass: TurnClass, atLeast: number) => number;

/** How far off, as a share, the measured mean of length over speed may be: less with every turn that was measured. */
function doubtOf(model: EtaModel): number {
  return Math.hypot(doubtOfMean(Object.values(model.lengths).flat()), doubtOfMean(model.rates));
}

function doubtOfMean(values: readonly number[]): number {
  return variation(values) / Math.sqrt(Math.max(1, Math.min(values.length, remembered)));
}

/** Draws whole answer lengths longer than what is already there, from those seen in the class. */
function lengthDrawer(model: EtaModel, random: () => number): Drawer {
  const sorted = {
    interactive: lengthsFor(model, 'interactive'),
    api: lengthsFor(model, 'api'),
    background: lengthsFor(model, 'background'),
  };
  return (turnClass, atLeast) => {
    const lengths = sorted[turnClass];
    const first = firstAbove(lengths, atLeast);
    const left = lengths.length - first;
    // Longer than anything seen: what has gone on for long goes on for about as long again.
    if (left === 0) return atLeast * (1 + random()) + 1;
    return lengths[first + Math.floor(random() * left)] ?? atLeast;
  };
}

function wholeLength(turn: ForecastTurn, draw: Drawer): number {
  return draw(turn.class, turn.generatedTokens);
}

function remainingCost(turn: ForecastTurn, length: number): number {
  const whole = turn.maxTokens === null ? length : Math.min(length, turn.maxTokens);
  const prompt = turn.promptTokens === 0 && turn.generatedTokens === 0 ? turn.promptCost : 0;
  return prompt + Math.max(0, whole - turn.generatedTokens);
}

/** Sorted lengths of the class, or of all classes while it has too few of its own. */
function lengthsFor(model: EtaModel, turnClass: TurnClass): number[] {
  let sorted = model.sortedLengths.get(turnClass);
  if (sorted === undefined) {
    const own = model.lengths[turnClass];
    sorted = (own.length < enoughLengths ? Object.values(model.lengths).flat() : [...own]).sort(
      (a, b) => a - b,
    );
    model.sortedLengths.set(turnClass, sorted);
  }
  return sorted;
}
