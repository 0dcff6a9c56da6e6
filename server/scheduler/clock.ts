/** Time as the run loop sees it, so that tests can let it pass. */
export interface Clock {
  /** Milliseconds since the epoch that never run backwards. */
  now(): number;
  /** Calls back once after `ms`; the result calls it off. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
