/**
 * A light user, who asks one question after the other, beside a heavy one with 20 questions in the air: how long for the
 * first token, compared with the same light user beside somebody who keeps to their half of the slots. A server without
 * users (llama-server) gets the same load and serves it first come, first served.
 */
import { type Answer, ask, Refused } from '../client.ts';
import { mean } from '../numbers.ts';
import type { Target } from '../targets.ts';
import { freshPrompt, isStillroom, type Scenario, type Sizes } from './scenario.ts';

const floodTurns = 20;
const lightTurns = 8;
/** A server that lets the light user wait for the whole flood gets no further question after this time. */
const patienceMs = 60_000;

interface Waits {
  /** Mean milliseconds from question to first token, and to the whole answer. */
  firstMs: number;
  wholeMs: number;
}

export const fair: Scenario = async (target, { slots, promptCharacters, newTokens }, report) => {
  const sizes = { promptCharacters, newTokens };
  const half = Math.max(1, Math.floor(slots / 2));
  const equal = await beside(target, half, sizes);
  const flooded = await beside(target, floodTurns, sizes);
  report(`light user beside ${half} turns at a time: first token`, 'ms', equal.firstMs);
  report(`light user beside a flood of ${floodTurns}: first token`, 'ms', flooded.firstMs);
  report('light user: first token, flood ÷ equal share (bar 1.2)', '×', flooded.firstMs / equal.firstMs);
  report('light user: whole answer, flood ÷ equal share', '×', flooded.wholeMs / equal.wholeMs);
};

/** The light user's waits while somebody else has so many questions in the air. */
async function beside(target: Target, turnsInTheAir: number, sizes: Sizes): Promise<Waits> {
  const other = new Asker(target, 'heavy', turnsInTheAir, sizes);
  await other.isUnderWay;
  try {
    return await lightUser(target, sizes);
  } finally {
    await other.stop();
  }
}

async function lightUser(target: Target, { promptCharacters, newTokens }: Sizes): Promise<Waits> {
  const firstMs: number[] = [];
  const wholeMs: number[] = [];
  const began = performance.now();
  for (let turn = 0; turn < lightTurns; turn++) {
    if (!isStillroom(target) && turn > 0 && performance.now() - began > patienceMs) break;
    const messages = freshPrompt(promptCharacters);
    const answer = ask(target, { messages, maxTokens: newTokens, seed: turn, user: 'light' });
    firstMs.push((await answer.first) - answer.askedMs);
    await answer.whole;
    wholeMs.push(performance.now() - answer.askedMs);
  }
  return { firstMs: mean(firstMs), wholeMs: mean(wholeMs) };
}

/** Somebody who always has a number of questions in the air, or as many as the server lets in. */
class Asker {
  readonly #target: Target;
  readonly #user: string;
  readonly #sizes: Sizes;
  readonly #answers = new Set<Answer>();
  readonly #loops: Promise<void>[];
  readonly #begun = Promise.withResolvers<void>();
  #ended = Promise.withResolvers<void>();
  #stopped = false;
  #seed = 1000;

  constructor(target: Target, user: string, inTheAir: number, sizes: Sizes) {
    this.#target = target;
    this.#user = user;
    this.#sizes = sizes;
    this.#loops = Array.from({ length: inTheAir }, () => this.#loop());
    for (const loop of this.#loops) loop.catch((error: unknown) => this.#begun.reject(error));
  }

  /** Resolves when the first answer has begun; by then all questions are on their way. */
  get isUnderWay(): Promise<void> {
    return this.#begun.promise;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const answer of this.#answers) answer.hangUp();
    this.#ended.resolve();
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      const messages = freshPrompt(this.#sizes.promptCharacters);
      const question = { messages, maxTokens: this.#sizes.newTokens, seed: this.#seed++, user: this.#user };
      const answer = ask(this.#target, question);
      this.#answers.add(answer);
      answer.first.then(
        () => this.#begun.resolve(),
        () => undefined,
      );
      try {
        await answer.whole;
        this.#oneEnded();
      } catch (error) {
        if (!(error instanceof Refused && error.status === 429)) throw error;
        // Too many of this user wait already: the next try is due when one of them has ended.
        if (!this.#stopped) await this.#ended.promise;
      } finally {
        this.#answers.delete(answer);
      }
    }
  }

  #oneEnded(): void {
    this.#ended.resolve();
    if (!this.#stopped) this.#ended = Promise.withResolvers();
  }
}
