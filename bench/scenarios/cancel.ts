/**
 * Somebody hangs up while all slots are taken: how long until the next one in the queue has the slot. In steps of the
 * engine, because a step that has begun is not interrupted: one decode step in the middle of an answer, one chunk of the
 * prompt before it.
 */

import { median } from '#server/engine/median.ts';
import { type Answer, ask } from '../client.ts';
import { whileAllWrite } from '../load.ts';
import type { Target } from '../targets.ts';
import { charactersFor, freshPrompt, isStillroom, load, type Report, type Scenario } from './scenario.ts';

const repetitions = 5;
const longPromptTokens = 1000;
const shortPrompt = 40;
/** Text comes at most 20 times a second: whoever looks from outside can't tell how long something shorter takes. */
const shortestSeenMs = 50;

interface Freed {
  hungUpMs: number;
  /** From closing the connection to the start of the one that waited. */
  startMs: number;
  /** The waiting one's time from then to its first text. */
  firstMs: number;
}

interface Seen {
  freed: Freed;
  /** The first token of the same question when a slot is free. */
  usualMs: number;
}

export const cancel: Scenario = async (target, conditions, report) => {
  const { slots, contextTokens } = conditions;
  if (slots < 2) throw new Error('The scenario "cancel" needs at least 2 slots.');
  const characters = await charactersFor(target, Math.min(longPromptTokens, contextTokens - 256));
  const office = new Office(target, contextTokens);
  try {
    const stepMs = await decodeStep(target, slots, contextTokens);
    const decode = await repeated(() => inDecode(office, slots));
    tell(report, target, 'an answer', decode.freed, decode.usualMs, { name: 'decode step', ms: stepMs });
    const chunks: number[] = [];
    await office.write(slots - 1);
    const long = { characters, readMs: await office.readingTime(characters) };
    const prefill = await repeated(() => inPrefill(office, slots, long, chunks));
    const seenMs = median(chunks);
    const chunk = seenMs < 2 * shortestSeenMs ? null : { name: 'chunk', ms: seenMs - stepMs };
    tell(report, target, 'a prompt being read', prefill.freed, prefill.usualMs, chunk);
  } finally {
    office.close();
  }
};

function tell(
  report: Report,
  target: Target,
  what: string,
  freed: Freed[],
  usualMs: number,
  step: { name: string; ms: number } | null,
): void {
  const later = median(freed.map(({ firstMs }) => firstMs)) - usualMs;
  report(`cancelling ${what}: first token of the next one, beyond its usual time`, 'ms', later);
  // Elsewhere the first frame comes with the first text and says nothing about the slot.
  if (!isStillroom(target)) return;
  const startMs = median(freed.map((one) => one.startMs));
  report(`cancelling ${what}: until the next one has the slot`, 'ms', startMs);
  if (step === null) return;
  report(`one ${step.name} meanwhile`, 'ms', step.ms);
  report(`cancelling ${what}: in units of one ${step.name} (bar 1)`, '×', startMs / step.ms);
}

async function repeated(once: () => Promise<Seen>) {
  const seen: Seen[] = [];
  for (let spoilt = 0; seen.length < repetitions; ) {
    try {
      seen.push(await once());
    } catch (error) {
      if (!(error instanceof Spoilt) || ++spoilt > repetitions) throw error;
    }
  }
  return { freed: seen.map(({ freed }) => freed), usualMs: median(seen.map(({ usualMs }) => usualMs)) };
}

/** Models end an answer when they like: a repetition in which that happened says nothing and is done again. */
class Spoilt extends Error {
  override readonly name = 'Spoilt';
}

/** Milliseconds of one step while all slots write; quick models send several tokens at once, so they write for longer. */
async function decodeStep(target: Target, slots: number, contextTokens: number): Promise<number> {
  for (const newTokens of [64, Math.min(1000, contextTokens - 128)]) {
    const { stepMs, overMs } = whileAllWrite(
      (await load(target, slots, 1, { promptCharacters: shortPrompt, newTokens })).turns,
    );
    if (overMs > 1000) return stepMs;
  }
  throw new Error('The answers are too short to tell how long a step takes.');
}

async function inDecode(office: Office, slots: number): Promise<Seen> {
  const [victim, watched] = (await office.write(slots)) as [Answer, Answer];
  const freed = await office.replace(victim, () => watched.pieces(watched.arrivals.length + 2));
  return { freed, usualMs: await office.usual() };
}

async function inPrefill(
  office: Office,
  slots: number,
  long: { characters: number; readMs: number },
  chunks: number[],
): Promise<Seen> {
  const [watched] = (await office.write(slots - 1)) as [Answer];
  const victim = office.ask(long.characters);
  const from = watched.arrivals.length;
  // First a quarter of the reading, so that the victim certainly came first, then another one while the next one waits.
  const quarter = () => new Promise<void>((resolve) => setTimeout(resolve, long.readMs / 4));
  await quarter();
  const freed = await office.replace(victim, quarter);
  if (victim.arrivals.length > 0) {
    // Reading it for the first time met a hiccup of the machine, and took longer than it usually does.
    long.readMs /= 2;
    throw new Spoilt('The prompt was read before it could be cancelled.');
  }
  // What one who writes sees of a chunk: the gap that it makes with the decode step behind it. The first may have begun before.
  const during = watched.arrivals.slice(from).filter((at) => at <= freed.hungUpMs);
  chunks.push(...during.slice(1).map((at, index) => at - (during[index] ?? at)));
  return { freed, usualMs: await office.usual() };
}

/** People who come and go on one server. */
class Office {
  readonly #target: Target;
  readonly #contextTokens: number;
  readonly #present = new Set<Answer>();
  #seed = 0;

  constructor(target: Target, contextTokens: number) {
    this.#target = target;
    this.#contextTokens = contextTokens;
  }

  ask(promptCharacters: number, maxTokens = this.#contextTokens - 256): Answer {
    const seed = ++this.#seed;
    const messages = freshPrompt(promptCharacters);
    const answer = ask(this.#target, { messages, maxTokens, seed, user: `user ${seed}` });
    this.#present.add(answer);
    const gone = () => void this.#present.delete(answer);
    answer.whole.then(gone, gone);
    return answer;
  }

  /** So many answers under way, each well past its beginning. */
  async write(count: number): Promise<Answer[]> {
    this.close();
    const answers = Array.from({ length: count }, () => this.ask(shortPrompt));
    await Promise.all(answers.map((answer) => answer.pieces(4)));
    if (answers.some(({ isOver }) => isOver)) throw new Spoilt('An answer ended too early for "cancel".');
    return answers;
  }

  /** One more comes and waits; in the given moment the victim is hung up on, and the one who waits takes its place. */
  async replace(victim: Answer, moment: () => Promise<void>): Promise<Freed> {
    const next = this.ask(shortPrompt, 4);
    await moment();
    const hungUpMs = victim.hangUp();
    const startMs = (await next.started) - hungUpMs;
    if (startMs < 0) throw new Spoilt('Nobody had to wait: a slot was free before one was given up.');
    const firstMs = (await next.first) - hungUpMs;
    await next.whole;
    return { hungUpMs, startMs, firstMs };
  }

  /** Milliseconds until the first token after a prompt of this length. */
  async readingTime(promptCharacters: number): Promise<number> {
    const answer = this.ask(promptCharacters, 4);
    const firstMs = (await answer.first) - answer.askedMs;
    await answer.whole;
    return firstMs;
  }

  /** The first token of the same question when a slot is free. */
  usual(): Promise<number> {
    return this.readingTime(shortPrompt);
  }

  close(): void {
    for (const answer of this.#present) answer.hangUp();
  }
}
