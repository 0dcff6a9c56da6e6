/** Notices that the engine process hangs: it does not answer pings any more, or one native step never ends. */

export interface HeartbeatOptions {
  intervalMs: number;
  /** So many pings in a row may stay unanswered. Counted, not timed: after a suspended machine wakes up nothing has been missed. */
  missed: number;
  /** Longest time one step may take: a chunk of a prompt on a slow board takes tens of seconds. */
  stuckStepMs: number;
}

export const defaultHeartbeat: HeartbeatOptions = { intervalMs: 1000, missed: 20, stuckStepMs: 180_000 };

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #ping: (n: number) => void;
  readonly #onStuck: (reason: string) => void;
  #timer: NodeJS.Timeout | null = null;
  #sent = 0;
  #answered = 0;

  constructor(options: HeartbeatOptions, ping: (n: number) => void, onStuck: (reason: string) => void) {
    this.#options = options;
    this.#ping = ping;
    this.#onStuck = onStuck;
  }

  start(): void {
    this.#timer = setInterval(() => this.#beat(), this.#options.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** An answer arrived; `stepMs` is the age of the step in progress. */
  pong(n: number, stepMs: number): void {
    this.#answered = Math.max(this.#answered, n);
    if (stepMs > this.#options.stuckStepMs) this.#stuck(`one step has taken ${Math.round(stepMs / 1000)} s`);
  }

  #beat(): void {
    if (this.#sent - this.#answered >= this.#options.missed) {
      this.#stuck(`no answer to ${this.#sent - this.#answered} pings`);
      return;
    }
    this.#ping(++this.#sent);
  }

  #stuck(reason: string): void {
    this.stop();
    this.#onStuck(reason);
  }
}
