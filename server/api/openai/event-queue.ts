import { errorOf } from '#server/api/openai/translate.ts';
import { type ChatEvent, isFinal } from '#server/chat/events.ts';
import type { StillroomError } from '#server/errors.ts';

/** Events of one request on their way from the scheduler (which pushes) to one reader, who may come later. */
export class EventQueue {
  readonly #events: ChatEvent[] = [];
  #ended = false;
  #failure: StillroomError | null = null;
  #wake = Promise.withResolvers<void>();
  #listener: ((event: ChatEvent) => void) | null = null;

  push(event: ChatEvent): void {
    this.#ended ||= isFinal(event);
    if (this.#listener !== null) {
      this.#listener(event);
      return;
    }
    this.#events.push(event);
    const waiting = this.#wake;
    this.#wake = Promise.withResolvers();
    waiting.resolve();
  }

  /** Ends the queue with an error that came instead of events. */
  fail(error: StillroomError): void {
    this.#failure = error;
    this.push({ type: 'error', code: error.code, message: error.message, retryable: error.retryable });
  }

  /** Resolves when the first event is there. @throws StillroomError when that is an error */
  async first(): Promise<void> {
    while (this.#events.length === 0) await this.#wake.promise;
    const event = this.#events[0];
    if (event?.type === 'error') throw this.#failure ?? errorOf(event);
  }

  /**
   * Hands over what has come so far, and from now on every event in the moment in which it comes: a token costs the
   * gateway one call, not a turn of promises and timers.
   */
  listen(listener: (event: ChatEvent) => void): void {
    for (const event of this.#events.splice(0)) listener(event);
    this.#listener = listener;
  }

  /** All events, once the last has come. @throws StillroomError when it was refused */
  async all(): Promise<ChatEvent[]> {
    while (!this.#ended) await this.#wake.promise;
    if (this.#failure !== null) throw this.#failure;
    return this.#events;
  }
}
