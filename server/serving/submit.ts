import { type ChatEvent, isFinal } from '#server/chat/events.ts';
import type { GenerateRequest } from '#server/engine/engine.ts';
import { StillroomError } from '#server/errors.ts';
import { systemClock } from '#server/scheduler/clock.ts';
import type { Ticket, TurnMeta } from '#server/scheduler/scheduler.ts';
import type { Lease, ModelPool } from '#server/serving/pool.ts';

interface Submission {
  /** Null = the default model. */
  model: string | null;
  meta: TurnMeta;
  /** Called when the model is in memory; may count tokens, until the signal aborts. */
  prepare: (lease: Lease, signal: AbortSignal) => Promise<GenerateRequest> | GenerateRequest;
  onEvent: (event: ChatEvent) => void;
  /** Aborting ends the turn in any phase with `done: cancelled`; before that it has no ticket to cancel. */
  signal: AbortSignal;
}

const nothingDone = { queueMs: 0, prefillMs: 0, ttftMs: 0, decodeMs: 0 };

/**
 * The way of a request from a model's name to the fair queue: memory, loading (told as events), prompt, queue.
 * Holds the model until the last event.
 * @returns the ticket, or null when it was aborted on the way (its last event has been sent then)
 * @throws StillroomError when it is refused before it was queued; no event comes then
 */
export async function submitTo(pool: ModelPool, submission: Submission): Promise<Ticket | null> {
  const { signal, meta, onEvent } = submission;
  const arrivedAt = systemClock.now();
  /** Until the queue takes over, which watches deadlines by itself. */
  const early = untilDeadline(signal, meta.deadlineAt ?? null);
  const givenUp = () => {
    if (!signal.aborted) throw tooLate();
    onEvent({ type: 'done', finish: 'cancelled', timings: nothingDone });
    return null;
  };
  let lease: Lease;
  try {
    lease = await pool.acquire(submission.model, {
      owner: meta.owner,
      turnClass: meta.class,
      signal: early,
      onWaiting: (position) => onEvent({ type: 'queued', position, eta: null }),
    });
  } catch (error) {
    if (early.aborted) return givenUp();
    throw error;
  }
  try {
    await loaded(lease, early, onEvent);
    const request = await unlessAborted(early, () => submission.prepare(lease, early));
    if (request === null || early.aborted) {
      lease.release();
      return givenUp();
    }
    const ticket = lease.scheduler.submit(request, { ...meta, arrivedAt }, (event) => {
      if (isFinal(event)) lease.release();
      onEvent(event);
    });
    signal.addEventListener('abort', () => ticket.cancel(), { once: true });
    return ticket;
  } catch (error) {
    lease.release();
    throw error;
  }
}

function untilDeadline(signal: AbortSignal, deadlineAt: number | null): AbortSignal {
  if (deadlineAt === null) return signal;
  const ms = Math.max(0, Math.ceil(deadlineAt - systemClock.now()));
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}

function tooLate(): StillroomError {
  return new StillroomError(
    'deadline_exceeded',
    'The time limit of this request ran out before its model was in memory; nothing was computed. Allow more time, or ask for a model that is loaded.',
    { retryable: true },
  );
}

/** Waits for the engine, telling its progress. Gives up quietly when aborted. */
async function loaded(
  { engine, model }: Lease,
  signal: AbortSignal,
  onEvent: Submission['onEvent'],
): Promise<void> {
  if (engine.state.state === 'ready' || signal.aborted) return;
  const tell = (state = engine.state) => {
    if (state.state !== 'loading' && state.state !== 'restarting') return;
    // One that is started again is read into memory again.
    const progress = state.state === 'loading' ? state.progress : 0;
    onEvent({ type: 'loading', model: model.card.id, progress });
  };
  tell();
  const stopTelling = engine.onState(tell);
  try {
    await unlessAborted(signal, () => engine.start());
  } finally {
    stopTelling();
  }
}

/** The result, or null as soon as the signal aborts; a late failure is then nobody's business any more. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T> | T): Promise<T | null> {
  if (signal.aborted) return null;
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  const onAbort = () => resolve(null);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
