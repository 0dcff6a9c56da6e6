/** Somebody joins with a long prompt: what a running answer feels of it, and how long the newcomer waits. */
import { type Answer, ask } from '../client.ts';
import type { Target } from '../targets.ts';
import { charactersFor, freshPrompt, type Scenario } from './scenario.ts';

const longPromptTokens = 2000;
/** Model answers may end by chance before the long prompt is read; then it is measured again. */
const attempts = 4;

export const newcomer: Scenario = async (target, { contextTokens }, report) => {
  const tokens = Math.min(longPromptTokens, contextTokens - 64);
  const characters = await charactersFor(target, tokens);
  const prompt = `${tokens.toLocaleString('en')}-token prompt`;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const seen = await once(target, characters, contextTokens);
    if (seen === null) continue;
    report(`longest gap while a ${prompt} is read`, 'ms', seen.worstGapMs);
    report(`first token of the ${prompt}`, 'ms', seen.firstTokenMs);
    report('tokens of that prompt, as the server counts them', 'tokens', seen.promptTokens);
    return;
  }
  throw new Error(
    `${target.name}: the running answer ended before the long prompt was read, ${attempts} times. This model answers too briefly for "newcomer".`,
  );
};

/** Null when the running answer did not outlast the reading of the prompt. */
async function once(target: Target, characters: number, contextTokens: number) {
  // Another one every time, so that the rounds don't all measure the same text.
  const seed = Math.floor(Math.random() * 2 ** 31);
  // As long as the context allows: it has to go on until it is stopped.
  const running = ask(target, {
    messages: freshPrompt(60),
    maxTokens: contextTokens - 128,
    seed,
    user: 'running',
  });
  try {
    await running.pieces(4);
    const late = ask(target, { messages: freshPrompt(characters), maxTokens: 8, seed, user: 'newcomer' });
    const firstMs = await late.first;
    // The gap in which the newcomer's first token falls ends with the next piece.
    await running.pieces(running.arrivals.length + 1);
    if (running.isOver) {
      late.hangUp();
      return null;
    }
    const { promptTokens } = await late.whole;
    return {
      worstGapMs: worstGap(running, late.askedMs, firstMs),
      firstTokenMs: firstMs - late.askedMs,
      promptTokens,
    };
  } finally {
    running.hangUp();
  }
}

function worstGap({ arrivals }: Answer, fromMs: number, untilMs: number): number {
  let worst = 0;
  for (const [index, at] of arrivals.entries()) {
    const before = arrivals[index - 1];
    if (before !== undefined && at >= fromMs && before <= untilMs) worst = Math.max(worst, at - before);
  }
  return worst;
}
