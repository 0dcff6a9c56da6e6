/** The lanes of the queue: one per owner and class, only while something waits in it. */
import type { Account } from './ledger.ts';
import type { TurnClass } from './limits.ts';
import type { Lane } from './order.ts';
import type { QueuedTurn, QueueState } from './queue-state.ts';

export function laneOf(state: QueueState, account: Account, turnClass: TurnClass): Lane<QueuedTurn> {
  const key = laneKey(account, turnClass);
  let lane = state.lanes.get(key);
  if (lane === undefined) {
    lane = { account, class: turnClass, turns: [], servedMs: 0, passedOver: 0 };
    state.lanes.set(key, lane);
  }
  return lane;
}

function laneKey(account: Account, turnClass: TurnClass): string {
  return `${turnClass} ${account.owner}`;
}

export function dropEmpty(state: QueueState, lane: Lane<QueuedTurn>): void {
  if (lane.turns.length === 0) state.lanes.delete(laneKey(lane.account, lane.class));
}

/** Takes a turn out of the lane it waits in. */
export function leaveLane(state: QueueState, turn: QueuedTurn): void {
  const lane = state.lanes.get(laneKey(turn.account, turn.class));
  if (lane === undefined) return;
  lane.turns = lane.turns.filter((other) => other !== turn);
  dropEmpty(state, lane);
}
