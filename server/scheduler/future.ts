/**
 * One of the futures that a forecast plays: who is in the slots until when, and when a turn may have one by the rules that
 * `mayStart` in dispatch.ts applies to the present. Times are milliseconds from now. Owners and clients are numbers,
 * because every waiting turn asks in every future.
 */
import type { TurnClass } from './limits.ts';

/** What the rules need to know of a turn. */
export interface Claim {
  owner: number;
  /** An owner who asks for themselves has a number of their own here. */
  client: number;
  class: TurnClass;
  /** Most turns of its client and class at once. */
  cap: number;
}

export interface Present {
  slots: number;
  keepSlotMs: number;
  /** By number: the client that spoke last for the owner, and when the owner was active last. */
  owners: { client: number; activeMs: number }[];
}

interface Future {
  present: Present;
  /** When each slot gets free, the earliest first, and the turn that has it until then. */
  freeMs: Float64Array;
  holders: (Claim | null)[];
  /** When each owner was, or will be, active last. */
  activeMs: Float64Array;
}

export function openFuture(present: Present): Future {
  return {
    present,
    freeMs: new Float64Array(present.slots),
    holders: new Array<Claim | null>(present.slots).fill(null),
    activeMs: Float64Array.from(present.owners, ({ activeMs }) => activeMs),
  };
}

/** A turn that runs already ends then. */
export function hold(future: Future, claim: Claim, endMs: number): void {
  // An engine that came back with fewer slots has to finish all turns beyond them before one is free.
  occupy(future, 0, claim, Math.max(endMs, future.freeMs[0] ?? 0));
}

/** Gives a turn the first slot that it may have, for so long, and returns when that is. */
export function take(future: Future, claim: Claim, durationMs: number): number {
  const { freeMs } = future;
  let slot = 0;
  while (slot < freeMs.length - 1 && isCapped(future, claim, freeMs[slot] ?? 0)) slot += 1;
  let startMs = freeMs[slot] ?? 0;
  const secondMs = freeMs[1] ?? startMs;
  // No more than the last free slot is kept: as soon as a second one is free, this turn may have it.
  if (slot === 0 && secondMs > startMs) {
    startMs = Math.min(keptUntil(future, claim, startMs), secondMs);
    if (startMs === secondMs) slot = 1;
  }
  occupy(future, slot, claim, startMs + durationMs);
  return startMs;
}

function occupy({ freeMs, holders, activeMs }: Future, slot: number, claim: Claim, endMs: number): void {
  let at = slot;
  for (; (freeMs[at + 1] ?? Number.POSITIVE_INFINITY) < endMs; at++) {
    freeMs[at] = freeMs[at + 1] ?? 0;
    holders[at] = holders[at + 1] ?? null;
  }
  freeMs[at] = endMs;
  holders[at] = claim;
  activeMs[claim.owner] = Math.max(activeMs[claim.owner] ?? 0, endMs);
}

/** Loops and no callbacks from here on: all of this is asked for every waiting turn in every future. */
function isCapped({ freeMs, holders }: Future, claim: Claim, atMs: number): boolean {
  if (claim.cap >= holders.length) return false;
  let running = 0;
  for (let slot = 0; slot < holders.length; slot++) {
    const holder = holders[slot];
    if (holder == null || (freeMs[slot] ?? 0) <= atMs) continue;
    if (holder.client === claim.client && holder.class === claim.class) running += 1;
  }
  return running >= claim.cap;
}

/** Until when somebody who was here a moment before has the last free slot kept from this turn. */
function keptUntil(future: Future, claim: Claim, atMs: number): number {
  const { freeMs, holders } = future;
  let ownerRuns = false;
  let itsClientRuns = false;
  for (let slot = 0; slot < holders.length; slot++) {
    const holder = holders[slot];
    if (holder == null || (freeMs[slot] ?? 0) <= atMs) continue;
    ownerRuns ||= holder.owner === claim.owner;
    itsClientRuns ||= holder.client === claim.client;
  }
  if (!ownerRuns && !itsClientRuns) return atMs;
  const { owners, keepSlotMs } = future.present;
  let untilMs = atMs;
  for (let owner = 0; owner < owners.length; owner++) {
    const activeMs = future.activeMs[owner] ?? 0;
    // Whoever is active later than this is being served then.
    if (owner === claim.owner || activeMs > atMs || activeMs + keepSlotMs <= untilMs) continue;
    const client = owners[owner]?.client ?? claim.client;
    if (ownerRuns || (client !== claim.client && !clientRuns(future, atMs, client)))
      untilMs = activeMs + keepSlotMs;
  }
  return untilMs;
}

function clientRuns({ freeMs, holders }: Future, atMs: number, client: number): boolean {
  for (let slot = 0; slot < holders.length; slot++) {
    if (holders[slot]?.client === client && (freeMs[slot] ?? 0) > atMs) return true;
  }
  return false;
}
