/**
 * Who has had how much. Every owner has a `level` in virtual tokens; the waiting owner with the lowest level is next.
 * A start deposits the expected cost, progress beyond the deposit raises it, the end settles it to what was really
 * used. `floor` is the level at which service was last given: whoever had nothing waiting comes back at the floor at
 * least, so that idle time is no credit. (Start-time fair queueing with the counters of VTC; see
 * docs/decisions/0001-fair-queue.md.)
 */
import type { TurnClass } from './limits.ts';
import type { Work } from './queue-events.ts';

/**
 * A prompt token costs this much of a generated one: 53 tokens/s of prefill against 19.7 of decoding, measured on a
 * 1.5B Q4_K_M model on two CPU cores.
 */
const promptTokenCost = 0.37;
/**
 * Owners who are gone and left a debt are remembered up to this many, the latest. Whoever is forgotten and comes back has
 * gained that debt, no more than a new name would bring, and so many others had to be served in between.
 */
const rememberedDebtors = 100;

export interface Account {
  owner: string;
  /** Who spoke for the owner last, null = they themselves. */
  client: string | null;
  level: number;
  /** Running and waiting turns, per class. */
  running: Record<TurnClass, number>;
  waiting: Record<TurnClass, number>;
  /** Cost of all work done for this owner, apart from turns the engine lost. Not used for decisions: it is the sum that levels are checked against. */
  served: number;
  lastActiveMs: number;
}

export interface Ledger {
  accounts: Map<string, Account>;
  floor: number;
}

export function createLedger(): Ledger {
  return { accounts: new Map(), floor: 0 };
}

/** Virtual tokens of one turn. */
export function costOf(work: Work): number {
  return work.promptTokens * promptTokenCost + work.generatedTokens;
}

export function accountOf(ledger: Ledger, owner: string): Account {
  let account = ledger.accounts.get(owner);
  if (account === undefined) {
    account = {
      owner,
      client: null,
      level: ledger.floor,
      running: { interactive: 0, api: 0, background: 0 },
      waiting: { interactive: 0, api: 0, background: 0 },
      served: 0,
      lastActiveMs: 0,
    };
    ledger.accounts.set(owner, account);
  }
  return account;
}

export function runningOf(account: Account): number {
  return account.running.interactive + account.running.api + account.running.background;
}

export function waitingOf(account: Account): number {
  return account.waiting.interactive + account.waiting.api + account.waiting.background;
}

/** Called before a turn of this class begins to wait: only waiting in this class or a higher one preserves credit. */
export function liftOnArrival(ledger: Ledger, account: Account, turnClass: TurnClass): void {
  const { interactive, api, background } = account.waiting;
  const backlog =
    turnClass === 'interactive'
      ? interactive
      : turnClass === 'api'
        ? interactive + api
        : interactive + api + background;
  if (backlog === 0) account.level = Math.max(account.level, ledger.floor);
}

/** Gives service: the floor rises to the level at which it is given, then the deposit is charged. */
export function deposit(ledger: Ledger, account: Account, cost: number): void {
  ledger.floor = Math.max(ledger.floor, account.level);
  account.level += cost;
}

/** When nothing runs or waits, debts are forgiven: using an idle machine takes nothing from anybody. */
export function forgiveWhenIdle(ledger: Ledger): void {
  for (const account of ledger.accounts.values()) {
    if (runningOf(account) + waitingOf(account) > 0) return;
  }
  for (const account of ledger.accounts.values()) ledger.floor = Math.max(ledger.floor, account.level);
}

/**
 * Drops accounts that carry no information any more, and old debts where there are many: while the machine is busy with
 * ever new owners the floor stays where it is, and nobody's debt would end.
 */
export function prune(ledger: Ledger, idleSinceMs: number): void {
  const debtors: Account[] = [];
  for (const account of ledger.accounts.values()) {
    if (runningOf(account) + waitingOf(account) > 0 || account.lastActiveMs >= idleSinceMs) continue;
    if (account.level <= ledger.floor) ledger.accounts.delete(account.owner);
    else debtors.push(account);
  }
  debtors.sort((a, b) => b.lastActiveMs - a.lastActiveMs);
  for (const { owner } of debtors.slice(rememberedDebtors)) ledger.accounts.delete(owner);
}
