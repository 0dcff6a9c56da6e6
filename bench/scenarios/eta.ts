/**
 * How often a waiting turn starts inside the interval it was shown. An office of people who ask, wait, read and ask again,
 * one of whom keeps several questions in the air; questions and lengths of answers differ. What counts is what a client
 * sees: the whole seconds in the stream's comments, against the arrival of the first frame.
 */

import { median } from '#server/engine/median.ts';
import { randomFrom } from '#server/scheduler/statistics.ts';
import { type Answer, ask, type Told } from '../client.ts';
import { sum } from '../numbers.ts';
import type { Target } from '../targets.ts';
import { isStillroom, load, type Scenario } from './scenario.ts';

/** Turns that were shown an interval and started, per round, at least. */
const wanted = 60;
/** An answer of usual length should take about so long; models that end by themselves may be quicker. */
const usualSeconds = 3;
/** Waits of less say nothing, because whole seconds are shown: quick models get a longer queue. */
const usualWaitSeconds = 5;
/** What programs have in the air altogether, and one of them. */
const inTheAir = { least: 5, most: 200, ofOne: 10 };

const questions = [
  'What is 17 + 25?',
  'Why is the sky blue, and why is it red in the evening?',
  'Write a short story about a lighthouse keeper who collects letters that were never sent.',
  'How many times does the letter r occur in "strawberry"?',
  'Explain to a colleague what a prompt cache is and when it helps. Use an example from an office.',
  'Is 91 a prime number?',
];

interface Observed {
  told: readonly Told[];
  askedMs: number;
  startedMs: number;
}

export const eta: Scenario = async (target, { slots }, report) => {
  if (!isStillroom(target)) return;
  const observed = await new Office(target, slots).observe();
  const share = shareInside(observed);
  const waits = observed.map(({ askedMs, startedMs }) => startedMs - askedMs);
  const widths = observed.map(({ told }) => (told[0]?.untilMs ?? 0) - (told[0]?.fromMs ?? 0));
  report('waiting: starts inside the first interval shown (bar 80)', '%', 100 * share.first);
  report('waiting: starts after the first interval shown', '%', 100 * share.late);
  report('waiting: starts inside any interval shown', '%', 100 * share.all);
  report('waiting: turns that were shown an interval', 'turns', observed.length);
  report('waiting: time to the start, median', 's', median(waits) / 1000);
  report('waiting: width of the first interval, median', 's', median(widths) / 1000);
};

/** Shares of the starts inside the first interval and inside any, and of those that were later than the first one said. */
export function shareInside(observed: readonly Observed[]): { first: number; all: number; late: number } {
  const inside = ({ fromMs, untilMs }: Told, startedMs: number) =>
    startedMs >= fromMs && startedMs <= untilMs;
  const share = (hits: boolean[]) => hits.filter(Boolean).length / hits.length;
  return {
    first: share(observed.map(({ told, startedMs }) => told[0] !== undefined && inside(told[0], startedMs))),
    all: share(
      observed.flatMap(({ told, startedMs }) => told.map((interval) => inside(interval, startedMs))),
    ),
    late: share(observed.map(({ told, startedMs }) => told[0] !== undefined && startedMs > told[0].untilMs)),
  };
}

class Office {
  readonly #target: Target;
  readonly #slots: number;
  readonly #random = randomFrom(0x0ff1ce);
  readonly #observed: Observed[] = [];
  readonly #outstanding = new Set<Answer>();
  #usualTokens = 0;
  /** Turns that count and have not started yet. */
  #pending = 0;
  #closed = false;

  constructor(target: Target, slots: number) {
    this.#target = target;
    this.#slots = slots;
  }

  async observe(): Promise<Observed[]> {
    const turnMs = await this.#calibrate();
    const queued = Math.ceil((usualWaitSeconds * 1000 * this.#slots) / turnMs);
    const programs = Math.min(inTheAir.most, Math.max(inTheAir.least, queued));
    const people = Array.from({ length: 2 * this.#slots + 2 }, (_, index) =>
      this.#asker(`person ${index}`, turnMs),
    );
    const busy = Array.from({ length: programs }, (_, index) =>
      this.#asker(`program ${Math.floor(index / inTheAir.ofOne)}`, 0),
    );
    await Promise.all([...people, ...busy]);
    return this.#observed;
  }

  /** How long an answer may be, and how many milliseconds a turn then takes while all slots are busy. */
  async #calibrate(): Promise<number> {
    const { turns, wallMs } = await load(this.#target, this.#slots, 1, {
      promptCharacters: 60,
      newTokens: 24,
    });
    const tokensPerSecond = (sum(turns.map((turn) => turn.newTokens)) * 1000) / wallMs;
    const tokens = Math.round((tokensPerSecond / this.#slots) * usualSeconds);
    this.#usualTokens = Math.min(400, Math.max(16, tokens));
    const began = performance.now();
    const rounds = 2;
    const asked = Array.from({ length: this.#slots }, async (_, index) => {
      for (let round = 0; round < rounds; round++) await this.#ask(`person ${index}`).whole;
    });
    await Promise.all(asked);
    return (performance.now() - began) / rounds;
  }

  /** Asks again and again until enough turns have been seen. */
  async #asker(user: string, pauseMs: number): Promise<void> {
    while (this.#observed.length < wanted || this.#pending > 0) {
      await this.#turn(user);
      await new Promise((resolve) => setTimeout(resolve, 2 * this.#random() * pauseMs));
    }
    // All that count have started: nobody waits for the rest.
    this.#closed = true;
    for (const answer of this.#outstanding) answer.hangUp();
  }

  /** Turns asked before enough were seen count, however long they wait: only the quick ones would flatter. */
  async #turn(user: string): Promise<void> {
    const counts = this.#observed.length < wanted;
    if (counts) this.#pending++;
    const answer = this.#ask(user);
    this.#outstanding.add(answer);
    try {
      const startedMs = await answer.started;
      if (counts) this.#pending--;
      const { told, askedMs } = answer;
      if (counts && told.length > 0) this.#observed.push({ told, askedMs, startedMs });
      await answer.whole;
    } catch (error) {
      if (!this.#closed) throw error;
    } finally {
      this.#outstanding.delete(answer);
    }
  }

  #ask(user: string): Answer {
    const question = questions[Math.floor(this.#random() * questions.length)] ?? '';
    return ask(this.#target, {
      messages: [{ role: 'user', content: question }],
      // From a quarter of the usual length to twice of it, short ones more often.
      maxTokens: Math.max(4, Math.round(this.#usualTokens * 2 ** (3 * this.#random() - 2))),
      seed: Math.floor(this.#random() * 2 ** 31),
      user,
    });
  }
}
