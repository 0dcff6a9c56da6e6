/** One turn as the page shows it: the stored record plus what is only known while it runs. Pure. */
import type { Turn } from '#server/api/app/contract.ts';
import type { ChatEvent } from '#server/chat/events.ts';

export interface Place {
  /** 1 = next. */
  position: number;
  eta: { lowMs: number; highMs: number } | null;
}

export interface LiveTurn extends Turn {
  /** Where the turn stands in the queue, null when it doesn't wait (or nothing was said yet). */
  place: Place | null;
  /** How much of the model has been read into memory (0–1), null when it doesn't wait for that. */
  loading: number | null;
  /** Clock reading (ms) when the first thought arrived here, null when this page did not see the thinking begin. */
  thinkingSince: number | null;
  /** Who closed the thought when the model did not. */
  forced: 'budget' | 'answerNow' | 'loop' | null;
}

export type Phase = 'queued' | 'reading' | 'thinking' | 'answering' | 'done' | 'error';

export function liveTurn(turn: Turn): LiveTurn {
  return { ...turn, place: null, loading: null, thinkingSince: null, forced: null };
}

export function isActive(turn: Pick<Turn, 'status'>): boolean {
  return turn.status === 'queued' || turn.status === 'running';
}

export function phaseOf(turn: LiveTurn): Phase {
  if (turn.status !== 'running') return turn.status;
  if (turn.answer !== '' || turn.reasoningMs !== null) return 'answering';
  return turn.reasoning === '' ? 'reading' : 'thinking';
}

/**
 * Takes a record from the server unless this page already knows more of the turn. An end always counts: a gateway that was
 * killed ends its turns with what it had on disk, which may be less than what was seen here.
 */
export function mergeTurn(known: LiveTurn | undefined, turn: Turn): LiveTurn {
  if (known === undefined) return liveTurn(turn);
  const knowsMore = isActive(known)
    ? isActive(turn) && known.seq > turn.seq
    : isActive(turn) || known.seq > turn.seq;
  if (knowsMore) return known;
  return isActive(turn) ? { ...known, ...turn } : { ...known, ...turn, place: null, loading: null };
}

/** What to do with an event: apply it, drop it because it is already contained, or ask for the ones in between. */
export function fits(turn: LiveTurn, seq: number): 'next' | 'known' | 'gap' {
  if (seq <= turn.seq) return 'known';
  return seq === turn.seq + 1 ? 'next' : 'gap';
}

/** `seq` must fit as `next`. `nowMs` is any steady clock. */
export function applyEvent(turn: LiveTurn, seq: number, event: ChatEvent, nowMs: number): LiveTurn {
  // Every event but the two that say so means that the turn no longer waits.
  const next: LiveTurn = { ...turn, seq, place: null, loading: null };
  switch (event.type) {
    case 'queued':
      return { ...next, status: 'queued', place: { position: event.position, eta: event.eta } };
    case 'loading':
      return { ...next, status: 'queued', loading: event.progress };
    case 'started':
      return { ...next, status: 'running', model: event.model, droppedTurns: event.droppedTurns };
    case 'reasoning':
      return {
        ...next,
        status: 'running',
        reasoning: turn.reasoning + event.text,
        thinkingSince: turn.reasoning === '' ? nowMs : turn.thinkingSince,
      };
    case 'reasoningEnd':
      return { ...next, reasoningMs: event.durationMs, forced: event.forced };
    case 'text':
      return { ...next, status: 'running', answer: turn.answer + event.text };
    case 'usage':
      return { ...next, usage: event.usage };
    case 'done':
      return { ...next, status: 'done', finish: event.finish, timings: event.timings };
    case 'error':
      return { ...next, status: 'error', error: { code: event.code, message: event.message } };
  }
}
