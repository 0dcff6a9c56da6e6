/** What is measured of a server, one function per question. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type LoadResult, runLoad, type Summary, summarize } from './load.ts';
import { quantile } from './numbers.ts';
import type { Target } from './targets.ts';

let runs = 0;
/** Unique, and different at its very beginning, so that no server finds a run's prompts in its cache. */
const salt = () => `${(++runs * 7919).toString(36)}${process.pid.toString(36)}`;

export interface Sizes {
  promptCharacters: number;
  newTokens: number;
}

/** Total speed with so many users asking at the same moment. */
export async function throughput(target: Target, users: number, sizes: Sizes): Promise<Summary> {
  return summarize(await load(target, users, 1, sizes));
}

/** Waiting time for the first token in later turns, with more conversations than slots. */
export async function laterTurns(
  target: Target,
  users: number,
  slots: number,
  sizes: Sizes,
): Promise<{ ttftMs: number; cachedShare: number }> {
  const { turns } = await load(target, users, 3, sizes, slots);
  const later = turns.filter((turn) => turn.turn > 0);
  const prompt = later.reduce((sum, turn) => sum + turn.promptTokens, 0);
  return {
    ttftMs: quantile(
      later.map((turn) => turn.firstMs - turn.startMs),
      0.5,
    ),
    cachedShare: later.reduce((sum, turn) => sum + turn.cachedTokens, 0) / prompt,
  };
}

/** The longest gap in a running answer while somebody else's long prompt is read, and how long that one waits. */
export async function newcomer(
  target: Target,
  promptCharacters: number,
): Promise<{ worstGapMs: number; ttftMs: number }> {
  const running = load(target, 1, 1, { promptCharacters: 60, newTokens: 400 });
  // The running answer must have begun: one whole short answer of somebody else is certainly long enough.
  await load(target, 1, 1, { promptCharacters: 60, newTokens: 4 });
  const late = await load(target, 1, 1, { promptCharacters, newTokens: 8 });
  const ran = await running;
  const turn = late.turns[0];
  if (turn === undefined) throw new Error('no answer');
  return { worstGapMs: worstGap(ran, turn.startMs, turn.firstMs), ttftMs: turn.firstMs - turn.startMs };
}

function worstGap({ turns }: LoadResult, fromMs: number, untilMs: number): number {
  let worst = 0;
  for (const turn of turns) {
    let at = turn.firstMs;
    for (const gap of turn.gapsMs) {
      at += gap;
      if (at >= fromMs && at - gap <= untilMs) worst = Math.max(worst, gap);
    }
  }
  return worst;
}

/** Runs something while another program keeps one core busy. */
export async function besideBusyProcess<Result>(run: () => Promise<Result>): Promise<Result> {
  const busy: ChildProcess = spawn(process.execPath, ['-e', 'for (;;);'], {
    stdio: 'ignore',
    detached: true,
  });
  try {
    return await run();
  } finally {
    busy.kill('SIGKILL');
  }
}

function load(
  target: Target,
  users: number,
  turns: number,
  sizes: Sizes,
  parallel = users,
): Promise<LoadResult> {
  const { baseUrl, model } = target;
  return runLoad({ baseUrl, model, users, turns, ...sizes, salt: salt(), parallel });
}
