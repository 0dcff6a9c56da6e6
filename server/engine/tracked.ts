/** What the supervisor remembers of a request, so that the death of the engine ends it properly or not at all. */
import type { EngineEvent, GenerateRequest } from './engine.ts';

export class Tracked {
  readonly request: GenerateRequest;
  readonly #onEvent: (event: EngineEvent) => void;
  cancelled = false;
  answerNow = false;
  /** Sent to the present engine process. */
  sent = false;
  attempts = 0;
  readonly #arrivedMs = performance.now();
  #sentMs = 0;
  #accepted: Extract<EngineEvent, { type: 'accepted' }> | null = null;
  #reasoningTokens = 0;
  #textTokens = 0;
  #shown = false;

  constructor(request: GenerateRequest, onEvent: (event: EngineEvent) => void) {
    this.request = request;
    this.#onEvent = onEvent;
  }

  /** Goes to an engine process now, for the first time or once more. */
  send(): void {
    this.sent = true;
    this.attempts += 1;
    this.#sentMs = performance.now();
  }

  /** Somebody has already seen a part of the answer: starting over would show it twice. */
  get shown(): boolean {
    return this.#shown;
  }

  deliver(event: EngineEvent): void {
    if (event.type === 'accepted') {
      // The second engine process accepts a repeated request once more; the listener has heard it.
      if (this.#accepted !== null) return;
      this.#accepted = event;
    }
    if (event.type === 'delta') {
      if (event.kind === 'reasoning') this.#reasoningTokens += event.tokens;
      else this.#textTokens += event.tokens;
    }
    if (event.type === 'delta' || event.type === 'reasoningEnd') this.#shown = true;
    this.#onEvent(event.type === 'done' ? this.#sinceArrival(event) : event);
  }

  /** The engine process counts from when it was asked; a crash or a process that takes nothing new may have come before. */
  #sinceArrival(done: Extract<EngineEvent, { type: 'done' }>): EngineEvent {
    const { timings } = done;
    if (timings.ttftMs === 0) return done;
    return { ...done, timings: { ...timings, ttftMs: timings.ttftMs + this.#sentMs - this.#arrivedMs } };
  }

  /** Cancelled while no engine was there to count: what was seen is what is reported. */
  deliverCancelled(): void {
    this.deliver({
      type: 'done',
      finish: 'cancelled',
      usage: {
        promptTokens: this.#accepted?.promptTokens ?? 0,
        cachedTokens: this.#accepted?.cachedTokens ?? 0,
        reasoningTokens: this.#reasoningTokens,
        completionTokens: this.#reasoningTokens + this.#textTokens,
      },
      evaluatedTokens: 0,
      timings: { prefillMs: 0, ttftMs: 0, decodeMs: 0 },
    });
  }
}
