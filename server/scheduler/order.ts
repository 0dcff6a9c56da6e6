/**
 * Who is next. One comparison, used both to start a turn and to foresee the order in which the others will start:
 *   1. a lane that was passed over too often, the longest waiting head first;
 *   2. the class, raised by aging;
 *   3. the owner's level: the fewest tokens first;
 *   4. who has waited longest since they were last served, then arrival.
 * Within one owner and class the order is first come, first served, always.
 */
import { type Account, deposit, type Ledger } from './ledger.ts';
import { type SchedulerLimits, type TurnClass, turnClasses } from './limits.ts';

export interface WaitingTurn {
  id: string;
  /** Order of arrival. */
  seq: number;
  submittedMs: number;
  /** Expected cost in virtual tokens. */
  deposit: number;
}

/** The waiting turns of one owner in one class. */
export interface Lane<T extends WaitingTurn = WaitingTurn> {
  account: Account;
  class: TurnClass;
  turns: T[];
  /** When a turn of this lane was started last, 0 = not since it has been waiting. */
  servedMs: number;
  /** Starts of others since then. */
  passedOver: number;
}

/** A lane's head as it stands in the comparison. */
interface Contender<T extends WaitingTurn> {
  lane: Lane<T>;
  account: Account;
  next: number;
  head: T;
  overdue: boolean;
  rank: number;
  /** Since when it waits for service: arrival of the head or the lane's last start, whichever is later. */
  sinceMs: number;
}

/** The lane to be served next among those that `mayStart`, or null. */
export function nextLane<T extends WaitingTurn>(
  lanes: Iterable<Lane<T>>,
  ledger: Ledger,
  limits: SchedulerLimits,
  nowMs: number,
  mayStart: (lane: Lane<T>) => boolean,
): Lane<T> | null {
  let best: Contender<T> | null = null;
  for (const lane of lanes) {
    if (!mayStart(lane)) continue;
    const contender = contend(lane, limits, nowMs);
    if (contender !== null && (best === null || precedes(contender, best, ledger.floor))) best = contender;
  }
  return best?.lane ?? null;
}

/**
 * Takes the head off a lane and charges its owner's account. A lane raised by aging pays from the floor at least: what
 * it did not get in its own class is no credit in a higher one.
 */
export function serve<T extends WaitingTurn>(
  lane: Lane<T>,
  ledger: Ledger,
  limits: SchedulerLimits,
  nowMs: number,
): T | null {
  const contender = contend(lane, limits, nowMs);
  if (contender === null) return null;
  lane.turns.shift();
  lane.servedMs = nowMs;
  lane.passedOver = 0;
  lane.account.level = levelOf(contender, ledger.floor);
  deposit(ledger, lane.account, contender.head.deposit);
  return contender.head;
}

/** All waiting turns in the order in which they would start if nobody else came and every estimate were right. */
export function foreseenOrder<T extends WaitingTurn>(
  lanes: Iterable<Lane<T>>,
  ledger: Ledger,
  limits: SchedulerLimits,
  nowMs: number,
): T[] {
  const order: T[] = [];
  const future: Ledger = { accounts: new Map(), floor: ledger.floor };
  const contenders: Contender<T>[] = [];
  for (const lane of lanes) {
    const contender = contend(lane, limits, nowMs);
    if (contender === null) continue;
    const known = future.accounts.get(lane.account.owner);
    contender.account = known ?? { ...lane.account };
    future.accounts.set(lane.account.owner, contender.account);
    contenders.push(contender);
  }
  for (;;) {
    let best: Contender<T> | null = null;
    for (const contender of contenders) {
      if (
        contender.next < contender.lane.turns.length &&
        (best === null || precedes(contender, best, future.floor))
      ) {
        best = contender;
      }
    }
    if (best === null) return order;
    order.push(best.head);
    best.account.level = levelOf(best, future.floor);
    deposit(future, best.account, best.head.deposit);
    best.next += 1;
    best.head = best.lane.turns[best.next] ?? best.head;
    best.overdue = false;
    best.rank = turnClasses.indexOf(best.lane.class);
    best.sinceMs = nowMs;
  }
}

function contend<T extends WaitingTurn>(
  lane: Lane<T>,
  limits: SchedulerLimits,
  nowMs: number,
): Contender<T> | null {
  const head = lane.turns[0];
  if (head === undefined) return null;
  const { account } = lane;
  const sinceMs = Math.max(head.submittedMs, lane.servedMs);
  // Aging counts from the lane's last service, so a flood does not age as a whole.
  const rank = Math.max(0, turnClasses.indexOf(lane.class) - Math.floor((nowMs - sinceMs) / limits.agingMs));
  // Nobody is passed over more often than the queue is long, whatever the levels say.
  const overdue = lane.passedOver >= limits.maxWaiting;
  return { lane, account, next: 0, head, overdue, rank, sinceMs };
}

function levelOf<T extends WaitingTurn>(contender: Contender<T>, floor: number): number {
  const raised = contender.rank < turnClasses.indexOf(contender.lane.class);
  return raised ? Math.max(contender.account.level, floor) : contender.account.level;
}

function precedes<T extends WaitingTurn>(a: Contender<T>, b: Contender<T>, floor: number): boolean {
  if (a.overdue !== b.overdue) return a.overdue;
  if (!a.overdue && a.rank !== b.rank) return a.rank < b.rank;
  const levelA = a.overdue ? 0 : levelOf(a, floor);
  const levelB = b.overdue ? 0 : levelOf(b, floor);
  if (levelA !== levelB) return levelA < levelB;
  return a.sinceMs === b.sinceMs ? a.head.seq < b.head.seq : a.sinceMs < b.sinceMs;
}
