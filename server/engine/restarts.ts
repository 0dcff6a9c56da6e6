/** When a dead engine is started again, and when it is left alone. Pure: the supervisor tells what happened. */

export interface RestartOptions {
  firstDelayMs: number;
  mostDelayMs: number;
  /** So many crashes of the engine's own making in a row, without one finished reply between them, open the breaker. */
  breakerCrashes: number;
}

export const defaultRestarts: RestartOptions = { firstDelayMs: 500, mostDelayMs: 30_000, breakerCrashes: 3 };

export class Restarts {
  readonly #options: RestartOptions;
  #inARow = 0;
  #ownCrashes = 0;

  constructor(options: RestartOptions) {
    this.#options = options;
  }

  /** A reply was finished: model and machine work. */
  succeeded(): void {
    this.#inARow = 0;
    this.#ownCrashes = 0;
  }

  get attempt(): number {
    return this.#inARow;
  }

  /**
   * The engine ended. `own` = it crashed by itself (a failed assertion, a memory fault); being killed from outside says
   * nothing about the model and never opens the breaker. Null = leave it alone, else milliseconds until the next start.
   */
  ended(own: boolean): number | null {
    if (own && ++this.#ownCrashes >= this.#options.breakerCrashes) return null;
    const delay = this.#options.firstDelayMs * 2 ** this.#inARow;
    this.#inARow++;
    return Math.min(this.#options.mostDelayMs, delay);
  }
}
