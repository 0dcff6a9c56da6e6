/**
 * The queue in front of the engine's slots: (state, event, now) → effects. It owns its state and changes it in place,
 * but it reads no clock, calls nobody and is deterministic, so a test is a script of events and recorded effects.
 */
import { startingOrder, startNext } from './dispatch.ts';
import { expectedGenerated, observeTurn, observeWork, retryAfterSeconds } from './eta.ts';
import { laneOf, leaveLane } from './lanes.ts';
import { type Account, accountOf, costOf, forgiveWhenIdle, liftOnArrival, prune } from './ledger.ts';
import { mostWaiting, type TurnClass } from './limits.ts';
import { allowRise, updatePositions, voidForecasts } from './positions.ts';
import type { QueueEffect, QueueEvent, RejectCode, Work } from './queue-events.ts';
import type { QueuedTurn, QueueState } from './queue-state.ts';

export function waitingCount(state: QueueState): number {
  return state.turns.size - state.running.size;
}

/** Applies one event. Events about unknown or already ended turns change nothing. */
export function step(state: QueueState, event: QueueEvent, nowMs: number): QueueEffect[] {
  const effects: QueueEffect[] = [];
  switch (event.type) {
    case 'submit':
      submit(state, event, nowMs, effects);
      break;
    case 'cancel':
      stop(state, event.id, 'cancelled', nowMs, effects);
      break;
    case 'admitted': {
      const turn = state.turns.get(event.id);
      if (turn !== undefined) turn.promptCost = costOf({ ...event, generatedTokens: 0 });
      break;
    }
    case 'progress':
      progress(state, event.id, event, nowMs);
      break;
    case 'finished':
      finish(state, event.id, event, event.complete, nowMs);
      break;
    case 'requeue':
      requeue(state, event.id, nowMs, effects);
      break;
    case 'ready':
      state.slots = event.slots;
      if (state.phase === 'failed') state.phase = 'open';
      state.dirty = true;
      break;
    case 'down':
      state.slots = 0;
      // A failed engine that is tried again can be waited for.
      if (state.phase === 'failed') state.phase = 'open';
      // The time without an engine says nothing about its speed.
      state.eta.fullSinceMs = null;
      voidForecasts(state);
      state.dirty = true;
      break;
    case 'failed':
      state.slots = 0;
      state.eta.fullSinceMs = null;
      if (state.phase === 'open') state.phase = 'failed';
      turnAwayAll(state, waitingRefusal(state), nowMs, effects);
      break;
    case 'drain':
      state.phase = 'draining';
      turnAwayAll(state, waitingRefusal(state), nowMs, effects);
      break;
    case 'tick':
      expire(state, nowMs, effects);
      forgetOwners(state, nowMs);
      break;
  }
  // The path of every token: neither of the two frees a slot.
  if (event.type !== 'progress' && event.type !== 'admitted') startNext(state, nowMs, effects);
  if (event.type === 'tick') updatePositions(state, () => startingOrder(state, nowMs), nowMs, effects);
  return effects;
}

function submit(
  state: QueueState,
  event: Extract<QueueEvent, { type: 'submit' }>,
  nowMs: number,
  effects: QueueEffect[],
): void {
  if (state.turns.has(event.id)) throw new Error(`A turn with the id ${event.id} is already in the queue.`);
  const account = accountOf(state.ledger, event.owner);
  const code = refusal(state, account, event.class, event.deadlineAt, nowMs);
  if (code !== null) {
    effects.push({
      type: 'reject',
      id: event.id,
      code,
      retryAfterSeconds: retryAfterSeconds(state.eta, state.slots),
    });
    return;
  }
  const promptCost = costOf({ promptTokens: event.promptTokens, generatedTokens: 0 });
  const turn: QueuedTurn = {
    id: event.id,
    seq: state.nextSeq++,
    submittedMs: nowMs,
    account,
    client: event.client,
    class: event.class,
    maxTokens: event.maxTokens,
    promptCost,
    deposit: promptCost + expectedGenerated(state.eta, event.class, event.maxTokens),
    deadlineAt: event.deadlineAt,
    startedMs: null,
    charged: 0,
    promptTokens: 0,
    generatedTokens: 0,
    stopping: null,
    shown: null,
    mayRise: 0,
  };
  liftOnArrival(state.ledger, account, event.class);
  account.waiting[event.class] += 1;
  account.client = event.client;
  account.lastActiveMs = nowMs;
  state.turns.set(turn.id, turn);
  laneOf(state, account, event.class).turns.push(turn);
  allowRise(state, turn, false);
  state.dirty = true;
}

function refusal(
  state: QueueState,
  account: Account,
  turnClass: TurnClass,
  deadlineAt: number | null,
  nowMs: number,
): RejectCode | null {
  if (state.phase === 'draining') return 'shutting_down';
  if (state.phase === 'failed') return 'engine_unavailable';
  if (deadlineAt !== null && deadlineAt <= nowMs) return 'deadline_exceeded';
  // Per class: a program that floods the API does not keep its owner from asking in person.
  if (account.waiting[turnClass] >= state.limits.maxWaitingPerOwner) return 'too_many_turns';
  if (waitingCount(state) >= mostWaiting(state.limits.maxWaiting, turnClass)) return 'queue_full';
  return null;
}

function stop(
  state: QueueState,
  id: string,
  reason: 'cancelled' | 'deadline',
  nowMs: number,
  effects: QueueEffect[],
): void {
  const turn = state.turns.get(id);
  if (turn === undefined || turn.stopping !== null) return;
  if (turn.startedMs !== null) {
    turn.stopping = reason;
    effects.push({ type: 'stop', id, reason });
    return;
  }
  leaveQueue(state, turn, nowMs);
  if (reason === 'cancelled') effects.push({ type: 'cancelled', id });
  else effects.push(rejection(state, turn, 'deadline_exceeded'));
}

function progress(state: QueueState, id: string, work: Work, nowMs: number): void {
  const turn = state.turns.get(id);
  if (turn === undefined || turn.startedMs === null) return;
  const before = costOf(turn);
  turn.promptTokens = Math.max(turn.promptTokens, work.promptTokens);
  turn.generatedTokens = Math.max(turn.generatedTokens, work.generatedTokens);
  const cost = costOf(turn);
  observeWork(state.eta, cost - before, nowMs, state.running.size, state.slots);
  turn.account.served += cost - before;
  if (cost > turn.charged) {
    turn.account.level += cost - turn.charged;
    turn.charged = cost;
  }
}

function finish(state: QueueState, id: string, work: Work, complete: boolean, nowMs: number): void {
  const turn = state.turns.get(id);
  if (turn === undefined || turn.startedMs === null) return;
  progress(state, id, work, nowMs);
  // A turn cut short says nothing about how long answers are.
  if (complete && turn.generatedTokens > 0)
    observeTurn(state.eta, turn, costOf(turn), nowMs - turn.startedMs, state.running.size / state.slots);
  turn.account.level += costOf(turn) - turn.charged;
  leaveSlot(state, turn, nowMs);
  state.turns.delete(id);
  forgiveWhenIdle(state.ledger);
  forgetOwners(state, nowMs);
}

/** A program can name a new end user with every request, and where nobody ever waits there are no ticks. */
function forgetOwners(state: QueueState, nowMs: number): void {
  const { keepSlotMs } = state.limits;
  if (nowMs - state.prunedMs < keepSlotMs / 10) return;
  state.prunedMs = nowMs;
  prune(state.ledger, nowMs - keepSlotMs);
}

function requeue(state: QueueState, id: string, nowMs: number, effects: QueueEffect[]): void {
  const turn = state.turns.get(id);
  if (turn === undefined || turn.startedMs === null) return;
  leaveSlot(state, turn, nowMs);
  turn.account.level -= turn.charged;
  turn.account.served -= costOf(turn);
  turn.account.waiting[turn.class] += 1;
  turn.charged = 0;
  turn.promptTokens = 0;
  turn.generatedTokens = 0;
  turn.startedMs = null;
  state.lost.push(turn);
  state.lost.sort((a, b) => a.seq - b.seq);
  allowRise(state, turn, true);
  const reason = turn.stopping;
  turn.stopping = null;
  if (reason !== null) stop(state, id, reason, nowMs, effects);
  if (state.phase !== 'open') turnAwayAll(state, waitingRefusal(state), nowMs, effects);
}

function turnAwayAll(state: QueueState, code: RejectCode, nowMs: number, effects: QueueEffect[]): void {
  for (const turn of [...state.turns.values()]) {
    if (turn.startedMs !== null) continue;
    leaveQueue(state, turn, nowMs);
    effects.push(rejection(state, turn, code));
  }
}

function waitingRefusal(state: QueueState): RejectCode {
  return state.phase === 'draining' ? 'shutting_down' : 'engine_unavailable';
}

function expire(state: QueueState, nowMs: number, effects: QueueEffect[]): void {
  for (const turn of [...state.turns.values()]) {
    if (turn.deadlineAt !== null && turn.deadlineAt <= nowMs)
      stop(state, turn.id, 'deadline', nowMs, effects);
  }
}

function leaveQueue(state: QueueState, turn: QueuedTurn, nowMs: number): void {
  state.turns.delete(turn.id);
  turn.account.waiting[turn.class] -= 1;
  turn.account.lastActiveMs = nowMs;
  state.dirty = true;
  state.lost = state.lost.filter((other) => other !== turn);
  leaveLane(state, turn);
  forgiveWhenIdle(state.ledger);
}

function leaveSlot(state: QueueState, turn: QueuedTurn, nowMs: number): void {
  state.running.delete(turn);
  observeWork(state.eta, 0, nowMs, state.running.size, state.slots);
  turn.account.running[turn.class] -= 1;
  turn.account.lastActiveMs = nowMs;
  state.dirty = true;
}

function rejection(state: QueueState, turn: QueuedTurn, code: RejectCode): QueueEffect {
  return { type: 'reject', id: turn.id, code, retryAfterSeconds: retryAfterSeconds(state.eta, state.slots) };
}
