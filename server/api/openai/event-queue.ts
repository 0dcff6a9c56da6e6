import { errorOf } from '#server/api/openai/translate.ts';
import { type ChatEvent, isFinal } from '#server/chat/events.ts';
import type { StillroomError } from '#server/errors.ts';

/** Events of one request on their way from the scheduler (which pushes) to one reader (which pulls). */
export class EventQueue {
  readonly #events: ChatEvent[] = [];
  #read = 0;
  #ended = false;
  #failure: StillroomError | null = null;
  #wake = Promise.withResolvers<void>();

  push(event: ChatEvent): void {
    this.#events.push(event);
    this.#ended ||= isFinal(event);
    this.#wake.resolve();
  }

  /** Ends the queue with an error that came instead of events. */
  fail(error: StillroomError): void {
    this.#failure = error;
    this.push({ type: 'error', code: error.code, message: error.message, retryable: error.retryable });
  }

  /** Resolves with the first event. @throws StillroomError when that is an error */
  async first(): Promise<void> {
    while (this.#events.length === 0) await this.#next();
    const event = this.#events[0];
    if (event?.type === 'error') throw this.#failure ?? errorOf(event);
  }

  /** The next unread event, `null` when none came within `ms`, `undefined` after the last. */
  async take(ms: number): Promise<ChatEvent | null | undefined> {
    if (this.#read === this.#events.length) {
      if (this.#ended) return undefined;
      const timer = setTimeout(() => this.#wake.resolve(), ms);
      await this.#next();
      clearTimeout(timer);
    }
    return this.#read < this.#events.length ? this.#events[this.#read++] : null;
  }

  /** All events, once the last has come. */
  async all(): Promise<ChatEvent[]> {
    while (!this.#ended) await this.#next();
    return this.#events;
  }

  async #next(): Promise<void> {
    await this.#wake.promise;
    this.#wake = Promise.withResolvers();
  }
}
