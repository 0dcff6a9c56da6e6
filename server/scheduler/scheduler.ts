/**
 * The run loop around the pure queue: turns requests, engine events and time into queue events, and carries out the
 * effects on the engine and the listeners. It decides nothing itself.
 */
import type { ChatEvent } from '#server/chat/events.ts';
import type { Engine, EngineEvent, GenerateRequest, Generation } from '#server/engine/engine.ts';
import type { StillroomError } from '#server/errors.ts';
import type { Logger } from '#server/logger.ts';
import { type Clock, systemClock } from './clock.ts';
import { defaultLimits, type SchedulerLimits, type TurnClass } from './limits.ts';
import { step, waitingCount } from './queue.ts';
import type { QueueEffect, QueueEvent, Work } from './queue-events.ts';
import { createQueue } from './queue-state.ts';
import { refusalError } from './refusals.ts';
import { toChatEvents } from './turn-events.ts';

/** Positions and intervals are told, and deadlines looked at, this often at most. */
const tickMs = 250;
/** For the deposit and the forecast only; the engine counts exactly. */
const charactersPerToken = 3.5;

export interface TurnMeta {
  /** Fairness is between owners. */
  owner: string;
  /** The program that speaks for this owner and for others whom it names; nothing = the owner asks. */
  client?: string | null;
  class: TurnClass;
  /** Epoch milliseconds. A turn still waiting then ends with `deadline_exceeded`, a running one finishes with `deadline`. */
  deadlineAt?: number | null;
  /** When the request came, by the scheduler's clock, if it was not just now: timings count from then. */
  arrivedAt?: number;
}

export interface Ticket {
  /** In any phase; the turn ends with `done: cancelled`. Nothing happens when it is over. */
  cancel(): void;
  /** Closes the thought and lets the answer begin; said to a waiting turn, it counts from its start. */
  answerNow(): void;
}

export interface SchedulerStats {
  slots: number;
  running: number;
  waiting: number;
  /** Milliseconds that the longest waiting turn has been waiting, 0 when nobody waits. */
  longestWaitMs: number;
}

export interface Scheduler {
  /**
   * Queues a turn. Events come in order, the last one is `done` or `error`; a turn that the engine did not take on says
   * `queued` again and is tried once more.
   * @throws StillroomError (`queue_full`, `too_many_turns`, `deadline_exceeded`, `engine_unavailable`,
   * `shutting_down`) when the turn is refused at once; no event comes then.
   */
  submit(request: GenerateRequest, meta: TurnMeta, onEvent: (event: ChatEvent) => void): Ticket;
  /** Refuses new turns, ends waiting ones, gives running ones `graceMs`. Resolves when none runs any more. */
  drain(graceMs: number): Promise<void>;
  stats(): SchedulerStats;
}

interface SchedulerOptions {
  engine: Engine;
  /** Id of the model, for `started`. */
  model: string;
  log: Logger;
  limits?: Partial<SchedulerLimits>;
  clock?: Clock;
}

/** One submitted turn until its last event. */
interface Run {
  request: GenerateRequest;
  onEvent: (event: ChatEvent) => void;
  arrivedMs: number;
  startedMs: number;
  generation: Generation | null;
  /** Counts the starts: events of an earlier run are not heard. */
  attempt: number;
  work: Work;
  /** Tokens of the prompt that the engine has to evaluate, once it has counted them. */
  uncachedTokens: number;
  answerNow: boolean;
  stopped: 'cancelled' | 'deadline' | null;
  /** Its listener has failed: only the last event is sent. */
  failed: boolean;
  /** Nothing more is sent. */
  over: boolean;
}

/** Of the prompt, before the engine has counted them. */
function estimatedTokens({ messages }: GenerateRequest): number {
  return Math.ceil(messages.reduce((sum, { content }) => sum + content.length, 0) / charactersPerToken);
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { engine, model, log, clock = systemClock } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const queue = createQueue(limits);
  const runs = new Map<string, Run>();
  const pending: QueueEffect[] = [];
  let pumping = false;
  let engineState = 'loading';
  let tickedMs = Number.NEGATIVE_INFINITY;
  let callOffTick: (() => void) | null = null;
  let drained: PromiseWithResolvers<void> | null = null;

  engine.onState(() => pump());
  pump();

  /** Steps at once, so that the caller sees the verdict; effects are carried out in order, never nested. */
  function apply(event: QueueEvent): QueueEffect[] {
    const effects = step(queue, event, clock.now());
    pending.push(...effects);
    return effects;
  }

  function pump(): void {
    if (pumping) return;
    pumping = true;
    try {
      followEngine();
      for (;;) {
        const effect = pending.shift();
        if (effect !== undefined) carryOut(effect);
        else if (queue.dirty && waitingCount(queue) > 0 && clock.now() - tickedMs >= tickMs) tick();
        else break;
      }
    } finally {
      pumping = false;
    }
    armTick();
    if (queue.turns.size === 0) drained?.resolve();
  }

  function tick(): void {
    tickedMs = clock.now();
    apply({ type: 'tick' });
  }

  function armTick(): void {
    if (callOffTick !== null || !needsTick()) return;
    callOffTick = clock.after(Math.max(0, Math.min(tickMs, tickedMs + tickMs - clock.now())), () => {
      callOffTick = null;
      tick();
      pump();
    });
  }

  function needsTick(): boolean {
    if (waitingCount(queue) > 0) return true;
    for (const turn of queue.running) if (turn.deadlineAt !== null && turn.stopping === null) return true;
    return false;
  }

  /** The engine's state is read where it matters, because an error of a turn may arrive before the news of the crash. */
  function followEngine(): void {
    const { state } = engine.state;
    const slots = engine.info?.slots ?? 0;
    if (state === engineState && (state !== 'ready' || slots === queue.slots)) return;
    engineState = state;
    if (state === 'ready') apply({ type: 'ready', slots });
    else apply({ type: state === 'failed' ? 'failed' : 'down' });
  }

  function carryOut(effect: QueueEffect): void {
    const run = runs.get(effect.id);
    if (run === undefined) return;
    switch (effect.type) {
      case 'start':
        start(run);
        break;
      case 'stop':
        run.stopped = effect.reason;
        run.generation?.cancel();
        break;
      case 'position':
        emit(run, { type: 'queued', position: effect.position, eta: effect.eta });
        break;
      case 'cancelled':
        end(run, cancelledAfter(clock.now() - run.arrivedMs));
        break;
      case 'reject':
        end(run, errorEvent(refusalError(effect.code, effect.retryAfterSeconds, limits, engine.state)));
        break;
    }
  }

  function start(run: Run): void {
    run.attempt += 1;
    run.startedMs = clock.now();
    run.work = { promptTokens: 0, generatedTokens: 0 };
    const { attempt } = run;
    try {
      run.generation = engine.generate(run.request, (event) => {
        if (run.attempt === attempt) onEngineEvent(run, event);
      });
    } catch (cause) {
      log.error({ turn: run.request.id, err: cause }, 'the engine refused a turn');
      const message =
        'The engine could not start this answer; the log of the server has the details. Ask again.';
      onEngineEvent(run, { type: 'error', code: 'internal', message, retryable: false });
      return;
    }
    if (run.answerNow) run.generation.answerNow();
  }

  function onEngineEvent(run: Run, event: EngineEvent): void {
    const { id } = run.request;
    if (runs.get(id) !== run) return;
    followEngine();
    const facts = { model, queueMs: run.startedMs - run.arrivedMs, stopped: run.stopped };
    if (wasNotTaken(run, event)) {
      run.generation = null;
      apply({ type: 'requeue', id });
      pump();
      return;
    }
    if (event.type === 'accepted') {
      run.uncachedTokens = event.promptTokens - event.cachedTokens;
      apply({ type: 'admitted', id, promptTokens: run.uncachedTokens });
    }
    if (event.type === 'delta') {
      run.work.promptTokens = run.uncachedTokens;
      run.work.generatedTokens += event.tokens;
      apply({ type: 'progress', id, ...run.work });
    }
    if (event.type === 'done' || event.type === 'error') {
      const complete = event.type === 'done' && (event.finish === 'stop' || event.finish === 'length');
      if (event.type === 'done') {
        run.work.promptTokens = event.evaluatedTokens;
        run.work.generatedTokens = event.usage.completionTokens;
      }
      // The engine has read a prompt that is too long, if only to count it: asking for that is not free.
      else if (event.code === 'context_length_exceeded') run.work.promptTokens = estimatedTokens(run.request);
      run.attempt += 1;
      // The slot goes to the next turn before this one's listeners do their work.
      apply({ type: 'finished', id, ...run.work, complete });
      runs.delete(id);
    }
    const events = toChatEvents(event, facts);
    pump();
    for (const chatEvent of events) emit(run, chatEvent);
    pump();
  }

  /**
   * The engine repeats by itself what it lost in a crash and has not shown. What it never took on goes back to the head
   * of the queue, once.
   */
  function wasNotTaken(run: Run, event: EngineEvent): boolean {
    return (
      event.type === 'error' &&
      event.code === 'engine_unavailable' &&
      run.attempt === 1 &&
      run.work.generatedTokens === 0 &&
      !run.over
    );
  }

  function end(run: Run, event: ChatEvent): void {
    runs.delete(run.request.id);
    emit(run, event);
  }

  /** A listener's failure ends its own turn and nobody else's. It is still told the end, which lets go of the model. */
  function emit(run: Run, event: ChatEvent): void {
    const last = event.type === 'done' || event.type === 'error';
    if (run.over || (run.failed && !last)) return;
    run.over = last;
    try {
      run.onEvent(event);
    } catch (cause) {
      log.error({ turn: run.request.id, err: cause }, 'the listener of a turn failed; the turn was stopped');
      run.failed = true;
      apply({ type: 'cancel', id: run.request.id });
    }
  }

  return {
    submit(request, meta, onEvent) {
      followEngine();
      const run: Run = {
        request,
        onEvent,
        arrivedMs: meta.arrivedAt ?? clock.now(),
        startedMs: 0,
        generation: null,
        attempt: 0,
        work: { promptTokens: 0, generatedTokens: 0 },
        uncachedTokens: 0,
        answerNow: false,
        stopped: null,
        failed: false,
        over: false,
      };
      const effects = apply({
        type: 'submit',
        id: request.id,
        owner: meta.owner,
        client: meta.client ?? null,
        class: meta.class,
        promptTokens: estimatedTokens(request),
        maxTokens: request.maxTokens,
        deadlineAt: meta.deadlineAt ?? null,
      });
      const refused = effects.find((effect) => effect.type === 'reject' && effect.id === request.id);
      if (refused?.type !== 'reject') runs.set(request.id, run);
      pump();
      if (refused?.type === 'reject') {
        throw refusalError(refused.code, refused.retryAfterSeconds, limits, engine.state);
      }
      return {
        cancel() {
          if (runs.get(request.id) !== run) return;
          apply({ type: 'cancel', id: request.id });
          pump();
        },
        answerNow() {
          run.answerNow = true;
          if (runs.get(request.id) === run) run.generation?.answerNow();
        },
      };
    },

    drain(graceMs) {
      if (drained === null) {
        drained = Promise.withResolvers<void>();
        apply({ type: 'drain' });
        const callOff = clock.after(graceMs, () => {
          for (const run of runs.values()) {
            run.generation?.cancel();
            emit(run, errorEvent(refusalError('shutting_down', 1, limits, engine.state)));
          }
          drained?.resolve();
        });
        void drained.promise.then(callOff);
        pump();
      }
      return drained.promise;
    },

    stats() {
      let longestWaitMs = 0;
      for (const turn of queue.turns.values()) {
        if (turn.startedMs === null) longestWaitMs = Math.max(longestWaitMs, clock.now() - turn.submittedMs);
      }
      return {
        slots: queue.slots,
        running: queue.running.size,
        waiting: waitingCount(queue),
        longestWaitMs: Math.round(longestWaitMs),
      };
    },
  };
}

function errorEvent({ code, message, retryable }: StillroomError): ChatEvent {
  return { type: 'error', code, message, retryable };
}

function cancelledAfter(queueMs: number): ChatEvent {
  return { type: 'done', finish: 'cancelled', timings: { queueMs, prefillMs: 0, ttftMs: 0, decodeMs: 0 } };
}
