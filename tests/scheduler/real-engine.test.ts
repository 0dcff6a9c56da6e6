/** The queue in front of a real engine process, with a model whose answers are known. */
import { describe, expect, it } from 'vitest';
import { type ChatEvent, isFinal } from '#server/chat/events.ts';
import type { Logger } from '#server/logger.ts';
import { createScheduler, type Ticket } from '#server/scheduler/scheduler.ts';
import { request, testEngine } from '../support/engine.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const script = scriptedModel({ thought: 10, answer: 60 });

async function setUp(slots: number) {
  const engine = testEngine({ modelPath: script.path, slots });
  const { pid } = await engine.start();
  const log = { error: (_: unknown, message: string) => expect.fail(message) } as unknown as Logger;
  const scheduler = createScheduler({ engine, model: 'scripted', log, limits: { maxWaitingPerOwner: 20 } });
  /** Ids in the order in which they started. */
  const started: string[] = [];
  const waitingFor = new Set<() => void>();
  let count = 0;
  function ask(owner: string, pace: number | null = null) {
    const id = `${owner}${count++}`;
    const events: ChatEvent[] = [];
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const heard = (type: ChatEvent['type']) =>
      new Promise<void>((resolveHeard) => {
        const check = () => events.some((event) => event.type === type) && resolveHeard();
        waitingFor.add(check);
        check();
      });
    const ticket: Ticket = scheduler.submit(
      request('hello', { id, owner, paceTokensPerSecond: pace }),
      { owner, class: 'interactive' },
      (event) => {
        events.push(event);
        if (event.type === 'started') started.push(id);
        if (isFinal(event)) resolve();
        for (const check of waitingFor) check();
      },
    );
    const text = () => events.map((event) => (event.type === 'text' ? event.text : '')).join('');
    return { id, events, over, heard, ticket, text };
  }
  return { engine, pid, scheduler, started, ask };
}

describe('a light user beside 20 turns of a heavy one, on a real engine', () => {
  it('starts at once, every time: the last slot is kept for it', async () => {
    const { scheduler, ask } = await setUp(2);
    await ask('light').over;
    const heavy = Array.from({ length: 20 }, () => ask('heavy', 200));
    for (let round = 0; round < 4; round++) {
      const turn = ask('light');
      await turn.over;
      expect(turn.events[0]?.type).toBe('started');
      expect(turn.text()).toBe(script.answerText);
    }
    expect(scheduler.stats().waiting).toBeGreaterThan(10);
    for (const { ticket } of heavy) ticket.cancel();
    await Promise.all(heavy.map(({ over }) => over));
    for (const { events } of heavy) expect(events.filter(isFinal)).toHaveLength(1);
    expect(scheduler.stats()).toEqual({ slots: 2, running: 0, waiting: 0, longestWaitMs: 0 });
  });

  it('keeps its answer and its place when the heavy one cancels everything', async () => {
    const { ask } = await setUp(1);
    const heavy = Array.from({ length: 10 }, () => ask('heavy', 100));
    const turn = ask('light');
    for (const { ticket } of heavy) ticket.cancel();
    await turn.over;
    expect(turn.text()).toBe(script.answerText);
    expect(turn.events.at(-1)).toMatchObject({ type: 'done', finish: 'stop' });
  });
});

describe('when the engine process is killed', () => {
  it('the waiting keep their order and are answered by the next one', async () => {
    const { pid, started, ask } = await setUp(1);
    const first = ask('anna', 50);
    const waiting = [ask('ben'), ask('cleo'), ask('dora')];
    await first.heard('text');
    process.kill(pid, 'SIGKILL');
    await first.over;
    expect(first.events.at(-1)).toMatchObject({ type: 'error', code: 'engine_crashed', retryable: true });
    await Promise.all(waiting.map(({ over }) => over));
    expect(started).toEqual([first, ...waiting].map(({ id }) => id));
    for (const turn of waiting) expect(turn.text()).toBe(script.answerText);
  });
});
