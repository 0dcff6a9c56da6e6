/** Every turn this page knows, one signal each, so that a token redraws one message and nothing else. */
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Turn } from '#server/api/app/contract.ts';
import type { ChatEvent } from '#server/chat/events.ts';
import { applyEvent, fits, isActive, type LiveTurn, mergeTurn } from './turn.ts';

export interface Turns {
  /** Ids in order; null while the conversation has not been loaded. */
  of(conversationId: string): ReadonlySignal<string[] | null>;
  get(id: string): ReadonlySignal<LiveTurn> | undefined;
  /** Replaces what is known of a whole conversation. */
  load(conversationId: string, turns: Turn[]): void;
  /** A new or newer record of one turn; `opens` = the first of its conversation. False when the others are not loaded. */
  put(turn: Turn, opens?: boolean): boolean;
  /** False when events before this one are missing: ask for them with `attach`. */
  take(turnId: string, seq: number, event: ChatEvent, nowMs: number): boolean;
  active(): LiveTurn[];
  forget(conversationId: string): void;
  /** After a lost connection: conversations that aren't open are loaded again when somebody opens them. */
  forgetAllBut(conversationId: string | null): void;
}

export function createTurns(): Turns {
  const order = new Map<string, Signal<string[] | null>>();
  const byId = new Map<string, Signal<LiveTurn>>();

  const orderOf = (conversationId: string) => {
    let ids = order.get(conversationId);
    if (ids === undefined) {
      ids = signal<string[] | null>(null);
      order.set(conversationId, ids);
    }
    return ids;
  };
  const store = (turn: Turn) => {
    const known = byId.get(turn.id);
    if (known === undefined) byId.set(turn.id, signal(mergeTurn(undefined, turn)));
    else known.value = mergeTurn(known.peek(), turn);
  };
  const forget = (conversationId: string) => {
    const ids = order.get(conversationId);
    for (const [id, turn] of byId) if (turn.peek().conversationId === conversationId) byId.delete(id);
    if (ids !== undefined) ids.value = null;
  };

  return {
    of: orderOf,
    get: (id) => byId.get(id),
    load(conversationId, turns) {
      batch(() => {
        for (const turn of turns) store(turn);
        const listed = turns.map((turn) => turn.id);
        // Single turns are never deleted: one that is not listed came while the list was on its way, and may be over already.
        const newer = (orderOf(conversationId).peek() ?? []).filter((id) => !listed.includes(id));
        orderOf(conversationId).value = [...listed, ...newer];
      });
    },
    put(turn, opens = false) {
      const ids = orderOf(turn.conversationId);
      const known = ids.peek() ?? (opens ? [] : null);
      batch(() => {
        store(turn);
        // A list of this one alone would look like the whole conversation.
        if (known?.includes(turn.id) === false) ids.value = [...known, turn.id];
      });
      return known !== null;
    },
    take(turnId, seq, event, nowMs) {
      const turn = byId.get(turnId);
      if (turn === undefined) return true;
      const fit = fits(turn.peek(), seq);
      if (fit === 'next') turn.value = applyEvent(turn.peek(), seq, event, nowMs);
      return fit !== 'gap';
    },
    active: () => [...byId.values()].map((turn) => turn.peek()).filter(isActive),
    forget,
    forgetAllBut(conversationId) {
      for (const id of order.keys()) if (id !== conversationId) forget(id);
    },
  };
}
