/**
 * The numbers that bound the queue; nothing else in the scheduler is tunable. Configuration sets `maxWaiting`, tests set all.
 */

/** `interactive` = somebody watches it arrive, `api` = a program waits for it, `background` = nobody waits for it (an API request with `service_tier: "flex"`). */
export type TurnClass = 'interactive' | 'api' | 'background';

/** In the order in which they are served. */
export const turnClasses = ['interactive', 'api', 'background'] as const satisfies readonly TurnClass[];

export interface SchedulerLimits {
  /**
   * Most turns waiting over all owners; the next one is refused with `queue_full`. Turns of the API are refused when three
   * quarters of them wait.
   */
  maxWaiting: number;
  /** Most turns of one owner and class waiting; the next one is refused with `too_many_turns`, while others may still queue. */
  maxWaitingPerOwner: number;
  /**
   * Most turns of one owner running at once, per class; null = as many as there are slots. Owners for whom one client
   * speaks are counted together, because it can name any number of them.
   */
  maxRunningPerOwner: Readonly<Record<TurnClass, number | null>>;
  /**
   * Milliseconds of waiting without service after which a turn counts as one class higher: an api turn competes with
   * people after this time, a background turn after twice this time.
   */
  agingMs: number;
  /**
   * For this many milliseconds after somebody's last activity the last free slot is kept for them: an owner who
   * already runs a turn can't take it, nor can another end user of a client that runs one, unless it is kept for an
   * end user of the same client. At most one slot idles, and only while a second turn of the same owner or client
   * waits. 0 = never.
   */
  keepSlotMs: number;
}

export const defaultLimits: SchedulerLimits = {
  // 256 waiting turns are hours of work for a CPU; more would only be an illusion of service.
  maxWaiting: 256,
  maxWaitingPerOwner: 16,
  maxRunningPerOwner: { interactive: null, api: null, background: 1 },
  agingMs: 120_000,
  // The time in which most people read an answer and write the next question.
  keepSlotMs: 120_000,
};

/** When so many wait, no more of this class may: the last quarter is for people, because a program can name any number of end users. */
export function mostWaiting(maxWaiting: number, turnClass: TurnClass): number {
  return turnClass === 'interactive' ? maxWaiting : Math.ceil(0.75 * maxWaiting);
}
