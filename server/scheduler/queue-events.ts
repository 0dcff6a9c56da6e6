/** What goes into the pure queue and what comes out of it. All times are milliseconds of one monotonic clock. */
import type { TurnClass } from './limits.ts';

/** Totals of one turn so far. `promptTokens` counts only what was evaluated, `generatedTokens` includes the thinking. */
export interface Work {
  promptTokens: number;
  generatedTokens: number;
}

export type QueueEvent =
  | {
      type: 'submit';
      id: string;
      owner: string;
      /** The program that speaks for the owner and may name any number of others; null = owners speak for themselves. */
      client: string | null;
      class: TurnClass;
      /** Estimated length of the prompt. */
      promptTokens: number;
      /** The most this turn may generate; null = unknown. */
      maxTokens: number | null;
      deadlineAt: number | null;
    }
  /** In any phase. A waiting turn ends with `cancelled`, a running one with `stop` and then its `finished`. */
  | { type: 'cancel'; id: string }
  /** A slot has taken it in: `promptTokens`, now counted, are to be evaluated. */
  | { type: 'admitted'; id: string; promptTokens: number }
  | ({ type: 'progress'; id: string } & Work)
  /** The slot is free again, for whatever reason. `complete` = the answer ended by itself, so its length means something. */
  | ({ type: 'finished'; id: string; complete: boolean } & Work)
  /** The engine lost a turn through no fault of its owner: it goes to the head of the queue and is not charged. */
  | { type: 'requeue'; id: string }
  | { type: 'ready'; slots: number }
  /** Loading or restarting: nothing starts, everybody keeps their place. */
  | { type: 'down' }
  /** For good, until `ready`: whoever waits is turned away. */
  | { type: 'failed' }
  /** No new turns, nobody waits any longer, running turns may finish. */
  | { type: 'drain' }
  /** Time has passed: deadlines, aging, positions. */
  | { type: 'tick' };

export type RejectCode =
  | 'queue_full'
  | 'too_many_turns'
  | 'deadline_exceeded'
  | 'engine_unavailable'
  | 'shutting_down';

/** Milliseconds from now. */
export interface Eta {
  lowMs: number;
  highMs: number;
}

export type QueueEffect =
  | { type: 'start'; id: string }
  /** The turn was never started and is gone. `retryAfterSeconds` comes from measured service times. */
  | { type: 'reject'; id: string; code: RejectCode; retryAfterSeconds: number }
  /** A waiting turn was cancelled and is gone. */
  | { type: 'cancelled'; id: string }
  /** The running turn has to end; its slot stays taken until `finished`. */
  | { type: 'stop'; id: string; reason: 'cancelled' | 'deadline' }
  /** Sent when it differs from what was sent last. Position 1 = next. */
  | { type: 'position'; id: string; position: number; eta: Eta | null };
