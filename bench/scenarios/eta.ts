/**
 * How often a waiting turn starts inside the interval it was shown. An office of people who ask, wait, read and ask again,
 * one of whom keeps several questions in the air; questions and lengths of answers differ. What counts is what a client
 * sees: the whole seconds in the stream's comments, against the arrival of the first frame.
 */
import { randomFrom } from '#server/scheduler/statistics.ts';
import { type Answer, ask, type Told } from '../client.ts';
import { median } from '../numbers.ts';
import type { Target } from '../targets.ts';
import { isStillroom, load, type Scenario } from './scenario.ts';

/** Turns that were shown an interval and started, per round. */
const wanted = 60;
/** An answer of usual length should take about so long, or whole seconds would say nothing. */
const usualSeconds = 3;
const inTheAirOfOne = 5;

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
  const usualTokens = await tokensFor(target, slots, usualSeconds);
  const observed = await office(target, slots, usualTokens);
  const share = shareInside(observed);
  const waits = observed.map(({ askedMs, startedMs }) => startedMs - askedMs);
  const widths = observed.map(({ told }) => (told[0]?.untilMs ?? 0) - (told[0]?.fromMs ?? 0));
  report('starts inside the first interval shown (bar 80)', '%', 100 * share.first);
  report('starts inside every interval shown', '%', 100 * share.all);
  report('waiting turns that were shown an interval', 'turns', observed.length);
  report('their waits, median', 's', median(waits) / 1000);
  report('width of the first interval, median', 's', median(widths) / 1000);
};

/** Of the first intervals, and of all of them. */
export function shareInside(observed: readonly Observed[]): { first: number; all: number } {
  const inside = ({ fromMs, untilMs }: Told, startedMs: number) =>
    startedMs >= fromMs && startedMs <= untilMs;
  const first = observed.filter(({ told, startedMs }) => told[0] !== undefined && inside(told[0], startedMs));
  const all = observed.flatMap(({ told, startedMs }) => told.map((interval) => inside(interval, startedMs)));
  return { first: first.length / observed.length, all: all.filter(Boolean).length / all.length };
}

/** Tokens that an answer gets written in so many seconds while all slots are busy. */
async function tokensFor(target: Target, slots: number, seconds: number): Promise<number> {
  const { turns, wallMs } = await load(target, slots, 1, { promptCharacters: 60, newTokens: 24 });
  const tokensPerSecond = (turns.reduce((sum, turn) => sum + turn.newTokens, 0) / wallMs) * 1000;
  return Math.min(400, Math.max(16, Math.round((tokensPerSecond / slots) * seconds)));
}

async function office(target: Target, slots: number, usualTokens: number): Promise<Observed[]> {
  const random = randomFrom(0x0ff1ce);
  const observed: Observed[] = [];
  const outstanding = new Set<Answer>();
  let shown = 0;
  /** Turns that count and have not started yet. */
  let pending = 0;
  let closed = false;

  /** Resolves when it is answered. Turns asked before closing time count, however long they wait. */
  async function turn(user: string): Promise<void> {
    const counts = shown < wanted;
    if (counts) pending++;
    const question = questions[Math.floor(random() * questions.length)] ?? '';
    const answer = ask(target, {
      messages: [{ role: 'user', content: question }],
      // From a quarter of the usual length to twice of it, short ones more often.
      maxTokens: Math.max(4, Math.round(usualTokens * 2 ** (3 * random() - 2))),
      seed: Math.floor(random() * 2 ** 31),
      user,
    });
    outstanding.add(answer);
    try {
      const startedMs = await answer.started;
      if (counts && answer.told.length > 0) {
        shown++;
        observed.push({ told: answer.told, askedMs: answer.askedMs, startedMs });
      }
      if (counts) pending--;
      await answer.whole;
    } catch (error) {
      if (!closed) throw error;
    } finally {
      outstanding.delete(answer);
    }
  }

  async function asker(user: string, pauseMs: number): Promise<void> {
    while (shown < wanted || pending > 0) {
      await turn(user);
      await new Promise((resolve) => setTimeout(resolve, 2 * random() * pauseMs));
    }
    // All that count have started: nobody waits for the rest.
    closed = true;
    for (const answer of outstanding) answer.hangUp();
  }

  const people = Array.from({ length: 2 * slots + 2 }, (_, index) =>
    asker(`person ${index}`, 1000 * usualSeconds),
  );
  const busy = Array.from({ length: inTheAirOfOne }, () => asker('program', 0));
  await Promise.all([...people, ...busy]);
  return observed;
}
