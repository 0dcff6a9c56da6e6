/** Who gets a free slot. */
import { observeWork } from './eta.ts';
import { dropEmpty } from './lanes.ts';
import { runningOf } from './ledger.ts';
import { foreseenOrder, type Lane, nextLane, serve } from './order.ts';
import { scoreForecasts } from './positions.ts';
import type { QueueEffect } from './queue-events.ts';
import type { QueuedTurn, QueueState } from './queue-state.ts';

/** Fills the free slots. */
export function startNext(state: QueueState, nowMs: number, effects: QueueEffect[]): void {
  while (state.running.size < state.slots) {
    const turn = nextLost(state) ?? nextFair(state, nowMs);
    if (turn === null) return;
    turn.account.waiting[turn.class] -= 1;
    turn.account.running[turn.class] += 1;
    turn.account.lastActiveMs = nowMs;
    turn.startedMs = nowMs;
    turn.charged = turn.deposit;
    state.running.add(turn);
    observeWork(state.eta, 0, nowMs, state.running.size, state.slots);
    scoreForecasts(state.eta.calibration, turn, nowMs);
    turn.shown = null;
    state.dirty = true;
    effects.push({ type: 'start', id: turn.id });
  }
}

/** All waiting turns in the order in which they are expected to start. */
export function startingOrder(state: QueueState, nowMs: number): QueuedTurn[] {
  return [...state.lost, ...foreseenOrder(state.lanes.values(), state.ledger, state.limits, nowMs)];
}

function nextLost(state: QueueState): QueuedTurn | null {
  const turn = state.lost.shift();
  if (turn === undefined) return null;
  turn.account.level += turn.deposit;
  return turn;
}

function nextFair(state: QueueState, nowMs: number): QueuedTurn | null {
  const eligible = (lane: Lane<QueuedTurn>) => mayStart(state, lane, nowMs);
  const lane = nextLane(state.lanes.values(), state.ledger, state.limits, nowMs, eligible);
  if (lane === null) return null;
  const turn = serve(lane, state.ledger, state.limits, nowMs);
  dropEmpty(state, lane);
  for (const other of state.lanes.values()) {
    if (other !== lane && mayStart(state, other, nowMs)) other.passedOver += 1;
  }
  return turn;
}

/** The per-owner caps, and the last free slot kept for whoever was here a moment ago. */
function mayStart(state: QueueState, lane: Lane<QueuedTurn>, nowMs: number): boolean {
  const { account } = lane;
  if (account.running[lane.class] >= (state.limits.maxRunningPerOwner[lane.class] ?? state.slots))
    return false;
  if (runningOf(account) === 0 || state.slots - state.running.size > 1) return true;
  for (const other of state.ledger.accounts.values()) {
    if (other !== account && runningOf(other) === 0 && nowMs - other.lastActiveMs < state.limits.keepSlotMs)
      return false;
  }
  return true;
}
