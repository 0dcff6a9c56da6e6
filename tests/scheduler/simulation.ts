/**
 * A machine with slots, people and programs, played in simulated time against the real queue. Seeded: the same seed
 * gives the same afternoon.
 */
import { costOf } from '#server/scheduler/ledger.ts';
import type { SchedulerLimits, TurnClass } from '#server/scheduler/limits.ts';
import { step } from '#server/scheduler/queue.ts';
import type { Eta, QueueEvent } from '#server/scheduler/queue-events.ts';
import { createQueue } from '#server/scheduler/queue-state.ts';
import { randomFrom } from '#server/scheduler/statistics.ts';

/** Tokens per second of all slots together when `running` of them are busy. */
export type Throughput = (running: number, nowMs: number) => number;

/** A 1.5B Q4_K_M distill on two CPU cores: 19.7 tokens/s alone, 1.8 times that with four streams. */
export const cpuThroughput: Throughput = (running) => 19.7 * (1 + 0.27 * (Math.min(running, 4) - 1));

interface Turn {
  promptTokens: number;
  generatedTokens: number;
}

export interface User {
  owner: string;
  class: TurnClass;
  /** How many turns are in the system at once: 1 = asks, waits, reads, asks again. */
  outstanding: number;
  /** Milliseconds between the end of a turn and the next one. */
  pause: (random: () => number) => number;
  turn: (random: () => number) => Turn;
  /** Share of turns that are cancelled while they wait. */
  impatience?: number;
}

export interface Shown {
  atMs: number;
  eta: Eta;
}

/** One turn as it went. */
export interface PlayedTurn {
  owner: string;
  class: TurnClass;
  submittedMs: number;
  startedMs: number;
  finishedMs: number;
  cost: number;
  shown: Shown[];
}

interface Options {
  slots: number;
  limits: SchedulerLimits;
  users: User[];
  hours: number;
  seed: number;
  throughput?: Throughput;
  /** False = nobody is told when they start: that is most of the work, and has no influence on who is served when. */
  forecasts?: boolean;
}

interface Job {
  record: PlayedTurn;
  turn: Turn;
  user: User;
  promptLeft: number;
  generated: number;
  givesUpMs: number | null;
}

const promptCost = costOf({ promptTokens: 1, generatedTokens: 0 });
const tickMs = 250;

/** Plays the given hours and returns the turns that finished. */
export function simulate({
  slots,
  limits,
  users,
  hours,
  seed,
  throughput = cpuThroughput,
  forecasts = true,
}: Options): PlayedTurn[] {
  const random = randomFrom(seed);
  const queue = createQueue(limits);
  const jobs = new Map<string, Job>();
  const running = new Set<string>();
  const arrivals: { atMs: number; user: User }[] = [];
  const finished: PlayedTurn[] = [];
  const endMs = hours * 3_600_000;
  let nowMs = 0;
  let nextId = 0;

  const apply = (event: QueueEvent): void => {
    for (const effect of step(queue, event, nowMs)) {
      const job = jobs.get(effect.id);
      if (job === undefined) throw new Error(`unknown turn ${effect.id}`);
      if (effect.type === 'start') {
        job.record.startedMs = nowMs;
        running.add(effect.id);
      } else if (effect.type === 'position') {
        if (effect.eta !== null) job.record.shown.push({ atMs: nowMs, eta: effect.eta });
      } else {
        jobs.delete(effect.id);
        arrivals.push({ atMs: nowMs + 1000 + job.user.pause(random), user: job.user });
      }
    }
  };

  const submit = (user: User): void => {
    const id = `t${nextId++}`;
    const turn = user.turn(random);
    const cost = turn.promptTokens * promptCost + turn.generatedTokens;
    const record = {
      owner: user.owner,
      class: user.class,
      submittedMs: nowMs,
      startedMs: 0,
      finishedMs: 0,
      cost,
      shown: [],
    };
    const givesUpMs = random() < (user.impatience ?? 0) ? nowMs + random() * 120_000 : null;
    jobs.set(id, { record, turn, user, promptLeft: turn.promptTokens, generated: 0, givesUpMs });
    const { owner } = user;
    apply({
      type: 'submit',
      id,
      owner,
      client: null,
      class: user.class,
      promptTokens: turn.promptTokens,
      maxTokens: null,
      deadlineAt: null,
    });
  };

  const work = (ms: number): void => {
    const rate = running.size === 0 ? 0 : throughput(running.size, nowMs) / running.size / 1000;
    for (const id of running) {
      const job = jobs.get(id);
      if (job === undefined) continue;
      let cost = rate * ms;
      const prefill = Math.min(job.promptLeft * promptCost, cost);
      job.promptLeft -= prefill / promptCost;
      cost -= prefill;
      job.generated = Math.min(job.turn.generatedTokens, job.generated + cost);
    }
    nowMs += ms;
  };

  const untilNextEnd = (): number => {
    const rate = throughput(running.size, nowMs) / running.size / 1000;
    let least = Number.POSITIVE_INFINITY;
    for (const id of running) {
      const job = jobs.get(id);
      if (job === undefined) continue;
      const left = job.promptLeft * promptCost + job.turn.generatedTokens - job.generated;
      least = Math.min(least, left / rate);
    }
    return least;
  };

  for (const user of users) {
    for (let n = 0; n < user.outstanding; n++) arrivals.push({ atMs: random() * 30_000, user });
  }
  apply({ type: 'ready', slots });
  while (nowMs < endMs) {
    const nextTick = (Math.floor(nowMs / tickMs) + 1) * tickMs;
    const nextArrival = arrivals.reduce((least, { atMs }) => Math.min(least, atMs), nextTick);
    work(Math.max(0, Math.min(nextTick, nextArrival, nowMs + untilNextEnd()) - nowMs) + 1e-6);
    for (const id of [...running]) {
      const job = jobs.get(id);
      if (job === undefined || job.turn.generatedTokens - job.generated > 1e-3 || job.promptLeft > 1e-3)
        continue;
      running.delete(id);
      jobs.delete(id);
      job.record.finishedMs = nowMs;
      finished.push(job.record);
      apply({
        type: 'finished',
        id,
        promptTokens: job.turn.promptTokens,
        generatedTokens: job.turn.generatedTokens,
        complete: true,
      });
      arrivals.push({ atMs: nowMs + job.user.pause(random), user: job.user });
    }
    for (const arrival of arrivals.filter(({ atMs }) => atMs <= nowMs)) {
      arrivals.splice(arrivals.indexOf(arrival), 1);
      submit(arrival.user);
    }
    if (nowMs < nextTick) continue;
    for (const id of running) {
      const job = jobs.get(id);
      if (job === undefined) continue;
      // The engine reports the whole prompt when it takes the turn.
      apply({
        type: 'progress',
        id,
        promptTokens: job.turn.promptTokens,
        generatedTokens: Math.floor(job.generated),
      });
    }
    for (const [id, job] of jobs) {
      if (job.givesUpMs !== null && job.givesUpMs <= nowMs && !running.has(id)) apply({ type: 'cancel', id });
    }
    if (!forecasts) {
      queue.dirty = false;
      queue.positionsMs = nowMs;
    }
    apply({ type: 'tick' });
  }
  return finished;
}

/** Lengths of answers: most are short, some think for very long. */
export function logNormal(median: number, sigma: number): (random: () => number) => number {
  return (random) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(1, Math.round(median * Math.exp(sigma * normal)));
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether a turn started inside an interval that it was shown. */
export function contains(record: PlayedTurn, { atMs, eta }: Shown): boolean {
  return record.startedMs >= atMs + eta.lowMs - 1 && record.startedMs <= atMs + eta.highMs + 1;
}

export function share(hits: boolean[]): number {
  return hits.filter(Boolean).length / hits.length;
}
