/**
 * Everything that waits for an answer of the engine process: requests and calls. They outlive the process: what it leaves
 * behind is repeated by the next one, ended with a typed error, or told why there will be no next one.
 */
import { StillroomError } from '#server/errors.ts';
import type { EngineEvent, GenerateRequest, Generation } from './engine.ts';
import type { FromChild, ToChild } from './protocol.ts';
import { Tracked } from './tracked.ts';

export type Unversioned<T> = T extends unknown ? Omit<T, 'v'> : never;
export type Refusal = { code: 'engine_unavailable' | 'shutting_down'; message: string };

/** One repetition after a crash: a request that crashes the engine twice is the cause. */
const mostAttempts = 2;

interface Call {
  message: Unversioned<ToChild>;
  resolve: (message: FromChild) => void;
  reject: (error: StillroomError) => void;
  /** How many processes were asked. */
  attempts: number;
}

interface RequestsOptions {
  send: (message: Unversioned<ToChild>) => void;
  /** A listener threw; it is the gateway's bug and must not keep other requests from their events. */
  onListenerError: (error: unknown) => void;
}

export class Requests {
  readonly #options: RequestsOptions;
  readonly #tracked = new Map<string, Tracked>();
  readonly #calls = new Map<number, Call>();
  /** Whether an engine process takes requests. */
  #open = false;
  /** A repeated request that has shown nothing yet: the others wait until it has. */
  #suspect: Tracked | null = null;
  #nextCall = 1;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** Requests that the engine process works on. */
  get atWork(): number {
    return [...this.#tracked.values()].filter((tracked) => tracked.sent).length;
  }

  generate(request: GenerateRequest, onEvent: (event: EngineEvent) => void): Generation {
    const tracked = new Tracked(request, onEvent);
    this.#tracked.set(request.id, tracked);
    if (this.#open && this.#suspect === null) this.#submit(tracked);
    return { cancel: () => this.#cancel(tracked), answerNow: () => this.#answerNow(tracked) };
  }

  /** Refuses a request that was never taken on; as always, its listener hears of it later. */
  refuse(request: GenerateRequest, onEvent: (event: EngineEvent) => void, refusal: Refusal): Generation {
    const tracked = new Tracked(request, onEvent);
    setImmediate(() => this.#deliver(tracked, { type: 'error', ...refusal, retryable: true }));
    return { cancel: () => undefined, answerNow: () => undefined };
  }

  /** Asks the engine process something; asked again if it dies before it has answered. */
  call(build: (call: number) => Unversioned<ToChild>): Promise<FromChild> {
    const call = this.#nextCall++;
    const message = build(call);
    return new Promise((resolve, reject) => {
      const entry = { message, resolve, reject, attempts: 0 };
      this.#calls.set(call, entry);
      if (this.#open) this.#ask(entry);
    });
  }

  #ask(call: Call): void {
    call.attempts++;
    this.#options.send(call.message);
  }

  answered(call: number, message: FromChild): void {
    this.#calls.get(call)?.resolve(message);
    this.#calls.delete(call);
  }

  event(id: string, event: EngineEvent): void {
    const tracked = this.#tracked.get(id);
    if (tracked === undefined) return;
    if (event.type === 'done' || event.type === 'error') this.#tracked.delete(id);
    this.#deliver(tracked, event);
    if (tracked === this.#suspect && (event.type !== 'accepted' || !this.#tracked.has(id))) this.#clear();
    else if (this.#suspect?.sent === false) this.#submitWaiting();
  }

  /** The suspect has shown that it is harmless, or has gone: the next suspect, else everybody. */
  #clear(): void {
    this.#suspect = null;
    this.#submitWaiting();
  }

  /** An engine process is ready: whatever has waited goes to it. */
  open(): void {
    this.#open = true;
    for (const call of this.#calls.values()) this.#ask(call);
    this.#submitWaiting();
  }

  /**
   * One of those that a crash has sent back may be its cause: each is repeated while nobody else's prompt is being read, so
   * that a second crash names it. Once it has shown text the next one follows; waiting for whole answers would take minutes.
   */
  #submitWaiting(): void {
    if (!this.#open) return;
    const waiting = [...this.#tracked.values()].filter((tracked) => !tracked.sent);
    const suspect = waiting.find((tracked) => tracked.attempts > 0);
    if (suspect === undefined) {
      for (const tracked of waiting) this.#submit(tracked);
      return;
    }
    this.#suspect = suspect;
    if ([...this.#tracked.values()].every(({ sent, shown }) => !sent || shown)) this.#submit(suspect);
  }

  /** From now on requests wait, while those at work may finish. */
  hold(): void {
    this.#open = false;
  }

  /** The process is gone: who has seen nothing is served by the next one, the others are told. */
  processEnded(code: string, message: string): void {
    this.#open = false;
    this.#suspect = null;
    for (const tracked of [...this.#tracked.values()]) {
      if (!tracked.sent) continue;
      tracked.sent = false;
      if (!tracked.cancelled && !tracked.shown && tracked.attempts < mostAttempts) continue;
      this.#tracked.delete(tracked.request.id);
      if (tracked.cancelled) this.#guard(() => tracked.deliverCancelled());
      else this.#deliver(tracked, { type: 'error', code, message, retryable: true });
    }
    for (const [id, call] of this.#calls) {
      if (call.attempts < mostAttempts) continue;
      this.#calls.delete(id);
      call.reject(StillroomError.fromCode(code, message));
    }
  }

  /** There will be no other process for now. */
  failAll({ code, message }: Refusal): void {
    this.#open = false;
    this.#suspect = null;
    for (const tracked of [...this.#tracked.values()]) {
      this.#tracked.delete(tracked.request.id);
      this.#deliver(tracked, { type: 'error', code, message, retryable: true });
    }
    for (const call of this.#calls.values()) call.reject(new StillroomError(code, message));
    this.#calls.clear();
  }

  #submit(tracked: Tracked): void {
    tracked.sent = true;
    tracked.attempts++;
    this.#options.send({ type: 'generate', request: tracked.request });
    if (tracked.answerNow) this.#options.send({ type: 'answerNow', id: tracked.request.id });
  }

  #cancel(tracked: Tracked): void {
    const { id } = tracked.request;
    if (this.#tracked.get(id) !== tracked) return;
    tracked.cancelled = true;
    if (tracked.sent) {
      this.#options.send({ type: 'cancel', id });
      return;
    }
    this.#tracked.delete(id);
    setImmediate(() => this.#guard(() => tracked.deliverCancelled()));
    if (tracked === this.#suspect) this.#clear();
  }

  #answerNow(tracked: Tracked): void {
    tracked.answerNow = true;
    if (tracked.sent) this.#options.send({ type: 'answerNow', id: tracked.request.id });
  }

  #deliver(tracked: Tracked, event: EngineEvent): void {
    this.#guard(() => tracked.deliver(event));
  }

  #guard(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#options.onListenerError(error);
    }
  }
}
