/** The state of the queue. Only the pure transitions of queue.ts and what they call change it. */
import type { ToldForecast } from './calibration.ts';
import { createEtaModel, type EtaModel } from './eta.ts';
import { type Account, createLedger, type Ledger } from './ledger.ts';
import type { SchedulerLimits, TurnClass } from './limits.ts';
import type { Lane, WaitingTurn } from './order.ts';
import type { Work } from './queue-events.ts';

/** What a waiting turn was told last, in absolute times. */
export interface Shown {
  position: number;
  lowAtMs: number | null;
  highAtMs: number | null;
  /** What it was told so far, to be compared with its real start. */
  forecasts: ToldForecast[];
}

/** One turn from `submit` to its end. */
export interface QueuedTurn extends WaitingTurn, Work {
  account: Account;
  client: string | null;
  class: TurnClass;
  maxTokens: number | null;
  /** Cost of the prompt in virtual tokens: estimated, from its admission on counted. */
  promptCost: number;
  deadlineAt: number | null;
  startedMs: number | null;
  /** What the owner's level holds for this turn at the moment. */
  charged: number;
  stopping: 'cancelled' | 'deadline' | null;
  /** What its owner was told about its place; null while nothing was said. */
  shown: Shown | null;
  /** By how much the position it was told may still rise. */
  mayRise: number;
}

export interface QueueState {
  readonly limits: SchedulerLimits;
  /** 0 while the engine is not ready. */
  slots: number;
  phase: 'open' | 'failed' | 'draining';
  turns: Map<string, QueuedTurn>;
  lanes: Map<string, Lane<QueuedTurn>>;
  /** Turns the engine lost, by arrival; they start before all others. */
  lost: QueuedTurn[];
  running: Set<QueuedTurn>;
  ledger: Ledger;
  eta: EtaModel;
  nextSeq: number;
  /** The order may differ from what was shown. */
  dirty: boolean;
  positionsMs: number;
  /** When owners that are gone were forgotten last. */
  prunedMs: number;
}

export function createQueue(limits: SchedulerLimits): QueueState {
  return {
    limits,
    slots: 0,
    phase: 'open',
    turns: new Map(),
    lanes: new Map(),
    lost: [],
    running: new Set(),
    ledger: createLedger(),
    eta: createEtaModel(),
    nextSeq: 0,
    dirty: false,
    positionsMs: 0,
    prunedMs: 0,
  };
}
