/** A load generator for any OpenAI-compatible server: several users at once, each with a conversation of one or more turns. */
import { setTimeout } from 'node:timers/promises';
import { median } from '#server/engine/median.ts';
import { ask, type Message, type Server } from './client.ts';
import { quantile, sum } from './numbers.ts';

export interface LoadOptions extends Server {
  users: number;
  turns: number;
  /** Characters of each user's first message; with the synthetic vocabulary one token each. */
  promptCharacters: number;
  /** Characters of the later ones. Default: as many. */
  followUpCharacters?: number;
  /** How long a user reads an answer before the next message. Default: not at all. */
  readingMs?: number;
  /** Most new tokens per turn. */
  newTokens: number;
  /** Distinguishes the texts of this run from those of all others, so that nothing is cached from before. */
  salt: string;
}

export interface TurnResult {
  user: number;
  turn: number;
  promptTokens: number;
  cachedTokens: number;
  newTokens: number;
  startMs: number;
  firstMs: number;
  lastMs: number;
  /** Milliseconds between consecutive pieces of text. */
  gapsMs: number[];
}

export interface LoadResult {
  turns: TurnResult[];
  wallMs: number;
}

/** Runs all users at once and resolves when the last one has its last answer. Throws on the first error of the server. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { promptCharacters, followUpCharacters = promptCharacters, readingMs = 0 } = options;
  const began = performance.now();
  const turns: TurnResult[] = [];
  const chat = async (user: number) => {
    const messages: Message[] = [];
    for (let turn = 0; turn < options.turns; turn++) {
      if (turn > 0) await setTimeout(readingMs);
      const text = `${options.salt} user ${user} turn ${turn} asks: `;
      messages.push({
        role: 'user',
        content: filled(text, turn === 0 ? promptCharacters : followUpCharacters),
      });
      const { result, answer } = await askOne(options, messages, user, turn);
      turns.push(result);
      messages.push({ role: 'assistant', content: answer });
    }
  };
  await Promise.all(Array.from({ length: options.users }, (_, user) => chat(user)));
  return { turns, wallMs: performance.now() - began };
}

/** The text made so long with words that mean nothing. */
export function filled(text: string, characters: number): string {
  const missing = Math.max(0, characters - text.length);
  return text + 'how now brown cow '.repeat(missing).slice(0, missing);
}

async function askOne(
  options: LoadOptions,
  messages: Message[],
  user: number,
  turn: number,
): Promise<{ result: TurnResult; answer: string }> {
  const answer = ask(options, {
    messages,
    maxTokens: options.newTokens,
    seed: 1000 * turn + user,
    // People of their own for a server that is fair between people: one person does not get every slot.
    user: `user ${user}`,
  });
  const { text, promptTokens, cachedTokens, newTokens } = await answer.whole;
  const { arrivals } = answer;
  const firstMs = arrivals[0] ?? performance.now();
  const result: TurnResult = {
    user,
    turn,
    promptTokens,
    cachedTokens,
    newTokens,
    startMs: answer.askedMs,
    firstMs,
    lastMs: arrivals.at(-1) ?? firstMs,
    gapsMs: arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)),
  };
  return { result, answer: text };
}

export interface Summary {
  /** All new tokens over the whole time, prompts included. */
  tokensPerSecond: number;
  /** While answers were written: the users' own speeds, added up. */
  decodePerSecond: number;
  /** Of the one in the middle, and of who waited longest. */
  ttftMs: number;
  lastTtftMs: number;
  gapP50Ms: number;
  gapP95Ms: number;
  gapMaxMs: number;
}

export function summarize({ turns, wallMs }: LoadResult): Summary {
  const gaps = turns.flatMap((turn) => turn.gapsMs);
  const waits = turns.map((turn) => turn.firstMs - turn.startMs);
  const speeds = turns.map((turn) => ((turn.newTokens - 1) * 1000) / Math.max(1, turn.lastMs - turn.firstMs));
  const perRound = turns.length / new Set(turns.map((turn) => turn.turn)).size;
  return {
    tokensPerSecond: (sum(turns.map((turn) => turn.newTokens)) * 1000) / wallMs,
    decodePerSecond: (sum(speeds) / turns.length) * perRound,
    ttftMs: median(waits),
    lastTtftMs: Math.max(...waits),
    gapP50Ms: median(gaps),
    gapP95Ms: quantile(gaps, 0.95),
    gapMaxMs: Math.max(0, ...gaps),
  };
}

/**
 * How long a token of one of several answers takes while all of them are being written, from the first text of the last to come
 * until the end of the first to go; and for how long that was.
 */
export function whileAllWrite(turns: readonly TurnResult[]): { stepMs: number; overMs: number } {
  const fromMs = Math.max(...turns.map((turn) => turn.firstMs));
  const untilMs = Math.min(...turns.map((turn) => turn.lastMs));
  const overMs = untilMs - fromMs;
  const steps = turns.map(({ firstMs, gapsMs, newTokens }) => {
    let atMs = firstMs;
    const later = gapsMs.map((gap) => {
      atMs += gap;
      return atMs;
    });
    const during = later.filter((at) => at > fromMs && at <= untilMs).length;
    return overMs / ((newTokens * during) / (gapsMs.length + 1));
  });
  return { stepMs: median(steps), overMs };
}
