/** The queue as future.ts plays it forward: its turns, and the owners for whom a slot may be kept, as numbers. */
import type { Claim, Present } from './future.ts';
import type { Account } from './ledger.ts';
import type { QueuedTurn, QueueState } from './queue-state.ts';

export interface ClaimedTurn {
  turn: QueuedTurn;
  claim: Claim;
}

/** The client of owners who ask for themselves and have no turn here: no turn's client has this number. */
const nobody = -1;

/** `order` = the waiting turns in starting order. */
export function lookAhead(
  state: QueueState,
  order: readonly QueuedTurn[],
  nowMs: number,
): { present: Present; running: ClaimedTurn[]; waiting: ClaimedTurn[] } {
  const { keepSlotMs, maxRunningPerOwner } = state.limits;
  const clients = new Map<string, number>();
  const accounts = new Map<Account, number>();
  const owners: Present['owners'] = [];

  const clientOf = (account: Account, client: string | null) =>
    numberOf(clients, client === null ? `owner ${account.owner}` : `client ${client}`);
  const claimed = (turn: QueuedTurn): ClaimedTurn => {
    const { account, class: turnClass } = turn;
    const owner = numberOf(accounts, account);
    owners[owner] ??= {
      client: clientOf(account, account.client),
      activeMs: account.lastActiveMs - nowMs,
    };
    const cap = maxRunningPerOwner[turnClass] ?? Number.POSITIVE_INFINITY;
    return { turn, claim: { owner, client: clientOf(account, turn.client), class: turnClass, cap } };
  };
  const running = Array.from(state.running, claimed);
  const waiting = order.map(claimed);

  // Of the owners without a turn only the latest matters, per client.
  const idle = new Map<string | null, number>();
  for (const account of state.ledger.accounts.values()) {
    if (accounts.has(account)) continue;
    const latestMs = idle.get(account.client) ?? Number.NEGATIVE_INFINITY;
    idle.set(account.client, Math.max(latestMs, account.lastActiveMs - nowMs));
  }
  for (const [client, activeMs] of idle) {
    owners.push({ client: client === null ? nobody : numberOf(clients, `client ${client}`), activeMs });
  }
  return { present: { slots: state.slots, keepSlotMs, owners }, running, waiting };
}

function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}
