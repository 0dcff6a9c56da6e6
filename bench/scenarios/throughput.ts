/** How many tokens per second, how soon the first one, and what a busy neighbour, somebody who leaves or more chats than slots do to that. */
import { type ChildProcess, spawn } from 'node:child_process';
import { median } from '#server/engine/median.ts';
import { ask } from '../client.ts';
import { summarize } from '../load.ts';
import { sum } from '../numbers.ts';
import { freshPrompt, load, type Scenario } from './scenario.ts';

/** Total speed with so many users asking at the same moment. */
export function throughput(users: number): Scenario {
  return async (target, { promptCharacters, newTokens }, report) => {
    const result = summarize(await load(target, users, 1, { promptCharacters, newTokens }));
    report(`all tokens, ${users} users`, 'tokens/s', result.tokensPerSecond);
    report(`decoding, ${users} users`, 'tokens/s', result.decodePerSecond);
    report(`first token, ${users} users`, 'ms', result.ttftMs);
    if (users > 1) report(`first token of the last of ${users} users`, 'ms', result.lastTtftMs);
  };
}

/** One user while another program keeps one core busy. */
export const neighbour: Scenario = async (target, { promptCharacters }, report) => {
  const busy: ChildProcess = spawn(process.execPath, ['-e', 'for (;;);'], {
    stdio: 'ignore',
    detached: true,
  });
  try {
    const result = summarize(await load(target, 1, 1, { promptCharacters, newTokens: 24 }));
    report('all tokens, 1 user, a busy neighbour', 'tokens/s', result.tokensPerSecond);
  } finally {
    busy.kill('SIGKILL');
  }
};

/** One of those who are being answered is through early: how fast the others go on, whose slots are no neighbours any more. */
export const leaving: Scenario = async (target, { slots, promptCharacters, newTokens }, report) => {
  if (slots < 3) throw new Error('The scenario "leaving" needs at least 3 slots.');
  const answers = Array.from({ length: slots }, (_, user) =>
    ask(target, {
      messages: freshPrompt(promptCharacters),
      maxTokens: user === 1 ? 8 : newTokens,
      seed: user,
      user: `user ${user}`,
    }),
  );
  await Promise.all([answers[1]?.whole, ...answers.map((answer) => answer.first)]);
  const fromMs = performance.now();
  const others = answers.filter((_, user) => user !== 1);
  const wholes = await Promise.all(others.map((answer) => answer.whole));
  const untilMs = Math.min(...others.map(({ arrivals }) => arrivals.at(-1) ?? fromMs));
  if (untilMs <= fromMs) throw new Error('The scenario "leaving" needs longer answers, see --tokens.');
  // Several tokens may come in one piece.
  const tokens = others.map(({ arrivals }, index) => {
    const during = arrivals.filter((at) => at > fromMs && at <= untilMs).length;
    return ((wholes[index]?.newTokens ?? 0) * during) / arrivals.length;
  });
  report(
    `decoding, ${slots - 1} users in ${slots} slots, the second left`,
    'tokens/s',
    (sum(tokens) * 1000) / (untilMs - fromMs),
  );
};

/** A question, two short ones about the answer, and the time that a person needs to read. */
const chat = { promptCharacters: 200, followUpCharacters: 30, newTokens: 64, readingMs: 6000 };

/** Waiting time for the first token in later turns, with more conversations than slots. */
export const laterTurns: Scenario = async (target, { slots }, report) => {
  const chats = 2 * slots;
  const { turns } = await load(target, chats, 3, chat);
  const later = turns.filter((turn) => turn.turn > 0);
  const waits = later.map((turn) => turn.firstMs - turn.startMs);
  const share = sum(later.map((turn) => turn.cachedTokens)) / sum(later.map((turn) => turn.promptTokens));
  report(`first token of turns 2 and 3, ${chats} chats on ${slots} slots`, 'ms', median(waits));
  report('prompt tokens from the cache in turns 2 and 3', '%', 100 * share);
};
