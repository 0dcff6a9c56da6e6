/**
 * Collects events and sends them in one message, at most 20 times a second while text flows: every message wakes the gateway
 * and a client, on processors that the model has work for. The delay of two turns of the event loop lets the next decode be
 * dispatched first. What somebody waits for is not held back: a slot and the end of an answer are sent at once, because with a
 * small model a turn of the event loop takes as long as a step, and the first text of an answer after these two turns.
 */
import type { EngineEvent } from './engine.ts';

const intervalMs = 50;
const urgent: ReadonlySet<EngineEvent['type']> = new Set(['accepted', 'done', 'error']);

export interface Addressed {
  id: string;
  event: EngineEvent;
}

export class Outbox {
  readonly #send: (events: Addressed[]) => void;
  #events: Addressed[] = [];
  #scheduled: 'soon' | NodeJS.Timeout | null = null;
  /** Requests that have a slot and no text yet. */
  readonly #awaited = new Set<string>();
  /** When text was sent last. */
  #lastSent = 0;

  constructor(send: (events: Addressed[]) => void) {
    this.#send = send;
  }

  add(id: string, events: readonly EngineEvent[]): void {
    for (const event of events) this.#merge({ id, event });
    if (events.some((event) => urgent.has(event.type))) {
      if (events.some((event) => event.type === 'accepted')) this.#awaited.add(id);
      else this.#awaited.delete(id);
      this.flush();
      return;
    }
    if (this.#scheduled === 'soon' || this.#events.length === 0) return;
    const isFirst = events.some((event) => event.type === 'delta') && this.#awaited.delete(id);
    const wait = isFirst ? 0 : intervalMs - (performance.now() - this.#lastSent);
    if (wait <= 0) {
      if (this.#scheduled !== null) clearTimeout(this.#scheduled);
      this.#scheduled = 'soon';
      setImmediate(() => setImmediate(() => this.flush()));
    } else this.#scheduled ??= setTimeout(() => this.flush(), wait);
  }

  flush(): void {
    if (this.#scheduled !== null && this.#scheduled !== 'soon') clearTimeout(this.#scheduled);
    this.#scheduled = null;
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    if (events.some(({ event }) => event.type === 'delta')) this.#lastSent = performance.now();
    this.#send(events);
  }

  /** Text that continues the same request's last unsent event joins it. */
  #merge(entry: Addressed): void {
    const { event } = entry;
    if (event.type === 'delta') {
      const last = this.#events.findLast((other) => other.id === entry.id);
      if (last?.event.type === 'delta' && last.event.kind === event.kind) {
        last.event = {
          ...last.event,
          text: last.event.text + event.text,
          tokens: last.event.tokens + event.tokens,
        };
        return;
      }
    }
    this.#events.push({ ...entry });
  }
}
