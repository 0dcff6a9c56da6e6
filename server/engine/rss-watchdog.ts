/**
 * Notices that the engine process has grown far beyond what it needs (native code leaks slowly), and when to renew it. Pure.
 */

export interface RssLimits {
  /** Above this the process is renewed as soon as nobody uses it. */
  softBytes: number;
  /** Above this no new request is given to it, and it is renewed when the running ones are done. */
  hardBytes: number;
  /** Not more often than this: if renewing does not help, the limit is wrong and not the process. */
  everyMs: number;
}

const slackBytes = 512 * 1024 ** 2;

/** What a healthy process may reach: all of the context touched, all states kept, and some room for the runtime. */
export function healthyLimits(rssAtReady: number, contextBytes: number, stateBytes: number): RssLimits {
  const softBytes = rssAtReady + contextBytes + stateBytes + slackBytes;
  return { softBytes, hardBytes: softBytes * 1.5, everyMs: 10 * 60_000 };
}

export class RssWatchdog {
  readonly #limits: RssLimits;
  #renewedMs: number | null = null;
  /** Once requests are held back only a new process lets them go on, whatever the kernel does to the memory meanwhile. */
  #draining = false;

  constructor(limits: RssLimits) {
    this.#limits = limits;
  }

  newProcess(): void {
    this.#draining = false;
  }

  /** `drain` = let running requests finish and hold new ones, `renew` = end the process now. */
  observe(rss: number, atWork: number, nowMs: number): 'keep' | 'drain' | 'renew' {
    const { softBytes, hardBytes, everyMs } = this.#limits;
    if (this.#renewedMs !== null && nowMs - this.#renewedMs < everyMs) return 'keep';
    if (rss > hardBytes) this.#draining = true;
    if (atWork > 0) return this.#draining ? 'drain' : 'keep';
    if (!this.#draining && rss <= softBytes) return 'keep';
    this.#draining = false;
    this.#renewedMs = nowMs;
    return 'renew';
  }
}
