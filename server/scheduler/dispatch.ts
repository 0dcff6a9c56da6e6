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

/** The caps, and the last free slot kept for whoever was here a moment ago. future.ts foresees what this decides. */
function mayStart(state: QueueState, lane: Lane<QueuedTurn>, nowMs: number): boolean {
  const { account } = lane;
  const client = lane.turns[0]?.client ?? null;
  const cap = state.limits.maxRunningPerOwner[lane.class];
  if (cap !== null && runningBeside(state, lane, client) >= cap) return false;
  if (state.slots - state.running.size > 1) return true;
  const ownerRuns = runningOf(account) > 0;
  if (!ownerRuns && !clientRuns(state, client)) return true;
  for (const other of state.ledger.accounts.values()) {
    if (other === account || runningOf(other) > 0 || nowMs - other.lastActiveMs >= state.limits.keepSlotMs)
      continue;
    // An owner who is served leaves it to everybody who is not. Another end user of a served client leaves it only to
    // owners whose client is not served: else a client with ever new names would keep it from itself for ever.
    if (ownerRuns || (other.client !== client && !clientRuns(state, other.client))) return false;
  }
  return true;
}

/** Running turns of the lane's class that share its cap: all of its client, or of its owner who has none. */
function runningBeside(state: QueueState, lane: Lane<QueuedTurn>, client: string | null): number {
  if (client === null) return lane.account.running[lane.class];
  let running = 0;
  for (const turn of state.running) if (turn.client === client && turn.class === lane.class) running += 1;
  return running;
}

function clientRuns(state: QueueState, client: string | null): boolean {
  if (client === null) return false;
  for (const turn of state.running) if (turn.client === client) return true;
  return false;
}
