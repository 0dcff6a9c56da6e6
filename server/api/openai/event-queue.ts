import { errorOf } from '#server/api/openai/translate.ts';
import { type ChatEvent, isFinal } from '#server/chat/events.ts';
import type { StillroomError } from '#server/errors.ts';

/** Events of one request on their way from the scheduler (which pushes) to one reader (which pulls). */
export class EventQueue {
  readonly #events: ChatEvent[] = [];
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

  /** Resolves when the first event is there. @throws StillroomError when that is an error */
  async first(): Promise<void> {
    while (this.#events.length === 0) await this.#more();
    const event = this.#events[0];
    if (event?.type === 'error') throw this.#failure ?? errorOf(event);
  }

  /** Takes the next event out; `null` when none came within `ms`, `undefined` after the last. */
  async take(ms: number): Promise<ChatEvent | null | undefined> {
    const until = performance.now() + ms;
    while (this.#events.length === 0) {
      if (this.#ended) return undefined;
      const left = until - performance.now();
      if (left <= 0) return null;
      const timer = setTimeout(() => this.#wake.resolve(), left);
      await this.#more();
      clearTimeout(timer);
    }
    return this.#events.shift();
  }

  /** All events, once the last has come. */
  async all(): Promise<ChatEvent[]> {
    while (!this.#ended) await this.#more();
    return this.#events;
  }

  async #more(): Promise<void> {
    await this.#wake.promise;
    this.#wake = Promise.withResolvers();
  }
}
