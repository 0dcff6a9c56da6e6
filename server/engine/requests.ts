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

/**
 * Counting the tokens of a long text takes the process a tenth of a second, in which it answers nobody. More of them would keep
 * pings waiting in its inbox until it is taken for stuck.
 */
const mostAsked = 2;

interface Call {
  message: Unversioned<ToChild>;
  resolve: (message: FromChild) => void;
  reject: (error: unknown) => void;
  /** How many processes were asked. */
  attempts: number;
  /** Whether the one that runs now is among them. */
  asked: boolean;
  /** Nobody wants to know any more. */
  abandoned: boolean;
}

/** A crash has sent it back: it may be the cause. */
function isRepeated({ attempts, asked }: Call): boolean {
  return attempts > Number(asked);
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
  /** Whether there is an engine process that answers. */
  #open = false;
  /** Whether it takes no new requests all the same. */
  #held = false;
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
    if (this.#mayBegin() && this.#suspect === null) this.#submit(tracked);
    return { cancel: () => this.#cancel(tracked), answerNow: () => this.#answerNow(tracked) };
  }

  /** Refuses a request that was never taken on; as always, its listener hears of it later. */
  refuse(request: GenerateRequest, onEvent: (event: EngineEvent) => void, refusal: Refusal): Generation {
    const tracked = new Tracked(request, onEvent);
    setImmediate(() => this.#deliver(tracked, { type: 'error', ...refusal, retryable: true }));
    return { cancel: () => undefined, answerNow: () => undefined };
  }

  /** Asks the engine process something; asked again if it dies before it has answered. Rejects when the signal aborts. */
  call(build: (call: number) => Unversioned<ToChild>, signal?: AbortSignal): Promise<FromChild> {
    const call = this.#nextCall++;
    const message = build(call);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const entry: Call = { message, resolve, reject, attempts: 0, asked: false, abandoned: false };
      this.#calls.set(call, entry);
      signal?.addEventListener(
        'abort',
        () => {
          // What was sent is still being worked on, and counts as such until its answer comes.
          entry.abandoned = true;
          if (!entry.asked) this.#calls.delete(call);
          reject(signal.reason);
        },
        { once: true },
      );
      this.#askWaiting();
    });
  }

  /** A few at a time; one that may have caused a crash is repeated alone, before anything else begins. */
  #askWaiting(): void {
    if (!this.#open) return;
    const suspect = this.#repeatedCall();
    const waiting = suspect === undefined ? [...this.#calls.values()] : [suspect];
    let asked = waiting.filter((call) => call.asked).length;
    for (const call of waiting) {
      if (call.asked) continue;
      if (++asked > mostAsked) return;
      call.asked = true;
      call.attempts++;
      this.#options.send(call.message);
    }
  }

  #repeatedCall(): Call | undefined {
    return [...this.#calls.values()].find(isRepeated);
  }

  answered(id: number, message: FromChild): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    call.resolve(message);
    this.#askWaiting();
    if (isRepeated(call)) this.#submitWaiting();
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
    this.#held = false;
    for (const call of this.#calls.values()) call.asked = false;
    this.#askWaiting();
    this.#submitWaiting();
  }

  #mayBegin(): boolean {
    return this.#open && !this.#held && this.#repeatedCall() === undefined;
  }

  /**
   * One of those that a crash has sent back may be its cause: each is repeated while nobody else's prompt is being read, so
   * that a second crash names it. Once it has shown text the next one follows; waiting for whole answers would take minutes.
   */
  #submitWaiting(): void {
    if (!this.#mayBegin()) return;
    const waiting = [...this.#tracked.values()].filter((tracked) => !tracked.sent);
    const suspect = waiting.find((tracked) => tracked.attempts > 0);
    if (suspect === undefined) {
      for (const tracked of waiting) this.#submit(tracked);
      return;
    }
    this.#suspect = suspect;
    if ([...this.#tracked.values()].every(({ sent, shown }) => !sent || shown)) this.#submit(suspect);
  }

  /** From now on requests wait, while those at work may finish, and calls are answered as before. */
  hold(): void {
    this.#held = true;
  }

  /** The process is told to end: everything waits for the next one. */
  close(): void {
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
      if (call.attempts < mostAttempts && !call.abandoned) continue;
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
    tracked.send();
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
