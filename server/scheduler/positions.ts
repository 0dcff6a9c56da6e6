/**
 * What a waiting turn is told about its place. The number it was told never rises, except by one for each turn of
 * another owner or another class that came later and, being owed more, goes first. What others run, use, cancel or get
 * refunded never pushes it back.
 */
import { type Calibration, observeStart } from './calibration.ts';
import { type ClaimedTurn, lookAhead } from './claims.ts';
import { type Forecast, forecastStarts } from './eta.ts';
import type { QueueEffect } from './queue-events.ts';
import type { QueuedTurn, QueueState, Shown } from './queue-state.ts';

/** The forecast is renewed this often even when the order stays. */
const renewMs = 1000;
/** Forecasts of one turn that are compared with its real start. */
const mostForecasts = 16;

/** Someone joined who may rightly go before turns of other lanes. */
export function allowRise(state: QueueState, newcomer: QueuedTurn, passesOwnLane: boolean): void {
  for (const turn of state.turns.values()) {
    if (turn === newcomer || turn.startedMs !== null) continue;
    const sameLane = turn.account === newcomer.account && turn.class === newcomer.class;
    if (!sameLane || passesOwnLane) turn.mayRise += 1;
  }
}

/** Tells every waiting turn whose position or interval changed noticeably. */
export function updatePositions(
  state: QueueState,
  order: () => QueuedTurn[],
  nowMs: number,
  effects: QueueEffect[],
): void {
  if (!state.dirty && nowMs - state.positionsMs < renewMs) return;
  state.dirty = false;
  state.positionsMs = nowMs;
  if (state.turns.size === state.running.size) return;
  const { present, running, waiting } = lookAhead(state, order(), nowMs);
  const places = situate(waiting);
  const forecasts = forecastStarts(state.eta, present, running, places);
  places.forEach(({ turn, situation }, index) => {
    const shown = nextShown(turn, index + 1, forecasts[index] ?? null, situation, nowMs);
    if (shown === null) return;
    turn.shown = shown;
    const { position, lowAtMs, highAtMs } = shown;
    const eta =
      lowAtMs === null || highAtMs === null ? null : { lowMs: lowAtMs - nowMs, highMs: highAtMs - nowMs };
    effects.push({ type: 'position', id: turn.id, position, eta });
  });
}

/** Compares what the turn was told with its real start. */
export function scoreForecasts(calibration: Calibration, turn: QueuedTurn, nowMs: number): void {
  if (turn.shown !== null) observeStart(calibration, turn.shown.forecasts, nowMs);
}

/** The engine went away: earlier forecasts can't be judged by when turns start now. */
export function voidForecasts(state: QueueState): void {
  for (const turn of state.turns.values()) {
    if (turn.shown !== null) turn.shown.forecasts = [];
  }
}

/** The class, how deep in the queue (by powers of two), and whether other turns of the same owner come before it. */
function situate(waiting: readonly ClaimedTurn[]): (ClaimedTurn & { situation: string })[] {
  const owners = new Set<string>();
  return waiting.map(({ turn, claim }, index) => {
    const { owner } = turn.account;
    const depth = Math.floor(Math.log2(index + 1));
    const situation = `${turn.class} ${depth}${owners.has(owner) ? ' behind' : ''}`;
    owners.add(owner);
    return { turn, claim, situation };
  });
}

/** What the turn is to be told now, or null when nothing has changed that it would notice. */
function nextShown(
  turn: QueuedTurn,
  place: number,
  forecast: Forecast | null,
  situation: string,
  nowMs: number,
): Shown | null {
  const before = turn.shown;
  const position = before === null ? place : Math.min(place, before.position + turn.mayRise);
  // Newcomers that came before it was told anything are in that first position already.
  turn.mayRise = before === null ? 0 : turn.mayRise - Math.max(0, position - before.position);
  const lowAtMs = forecast === null ? null : nowMs + forecast.lowMs;
  const highAtMs = forecast === null ? null : nowMs + forecast.highMs;
  if (before !== null && position === before.position && !differs(before, lowAtMs, highAtMs, nowMs))
    return null;
  let forecasts = before?.forecasts ?? [];
  if (lowAtMs !== null && highAtMs !== null && forecast?.measured) {
    const { midMs, spreadMs } = forecast;
    forecasts.push({ situation, midAtMs: nowMs + midMs, spreadMs, lowAtMs, highAtMs });
    // Thinned evenly, so that early and late ones count.
    if (forecasts.length > mostForecasts) forecasts = forecasts.filter((_, index) => index % 2 === 0);
  }
  return { position, lowAtMs, highAtMs, forecasts };
}

/** An interval that a person counting down would see jump. */
function differs(before: Shown, lowAtMs: number | null, highAtMs: number | null, nowMs: number): boolean {
  if (before.lowAtMs === null || before.highAtMs === null || lowAtMs === null || highAtMs === null) {
    return before.lowAtMs !== lowAtMs;
  }
  const noticeable = Math.max(1000, 0.15 * (highAtMs - nowMs));
  const lowJump = Math.abs(Math.max(before.lowAtMs, nowMs) - lowAtMs);
  return lowJump > noticeable || Math.abs(before.highAtMs - highAtMs) > noticeable;
}
