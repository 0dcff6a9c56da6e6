import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '#server/chat/events.ts';
import type { StillroomError } from '#server/errors.ts';
import type { Logger } from '#server/logger.ts';
import type { SchedulerLimits } from '#server/scheduler/limits.ts';
import { createScheduler, type Ticket, type TurnMeta } from '#server/scheduler/scheduler.ts';
import { FakeEngine } from './fake-engine.ts';
import { ManualClock } from './manual-clock.ts';
import { requestFrom } from './requests.ts';

function setUp(slots = 1, limits: Partial<SchedulerLimits> = {}) {
  const engine = new FakeEngine(slots);
  const clock = new ManualClock();
  const faults: string[] = [];
  const log = { error: (_fields: unknown, message: string) => faults.push(message) } as unknown as Logger;
  const scheduler = createScheduler({
    engine,
    model: 'demo',
    log,
    clock,
    limits: { keepSlotMs: 0, ...limits },
  });
  const events: Record<string, ChatEvent[]> = {};
  const submit = (id: string, meta: Partial<TurnMeta> = {}, onEvent?: (event: ChatEvent) => void): Ticket =>
    scheduler.submit(
      requestFrom(id.replace(/\d+$/, ''), id),
      { owner: id.replace(/\d+$/, ''), class: 'interactive', ...meta },
      (event) => {
        events[id] ??= [];
        events[id].push(event);
        onEvent?.(event);
      },
    );
  const kinds = (id: string) => (events[id] ?? []).map((event) => event.type);
  const last = (id: string) => events[id]?.at(-1);
  return { engine, clock, scheduler, events, submit, kinds, last, faults };
}

function refusalOf(attempt: () => unknown): Pick<StillroomError, 'code' | 'retryAfter' | 'message'> {
  try {
    attempt();
  } catch (error) {
    const { code, retryAfter, message } = error as StillroomError;
    return { code, retryAfter, message };
  }
  throw new Error('the turn was accepted');
}

describe('what a turn costs', () => {
  it('is what was evaluated of the prompt when it is cancelled in the middle of it', () => {
    const { engine, submit } = setUp();
    const cancelled = submit('anna1');
    for (const id of ['ben1', 'anna2', 'ben2']) submit(id);
    engine.run('anna1').accept(6000);
    cancelled.cancel();
    engine.run('anna1').done('cancelled', 64);
    engine.run('ben1').accept();
    engine.run('ben1').say('x', 300);
    engine.run('ben1').done();
    // Ben has had 304 by now and Anna 24; the whole prompt would have cost her 2,220.
    expect(engine.started.map(({ request }) => request.id)).toEqual(['anna1', 'ben1', 'anna2']);
  });
});

describe('a turn', () => {
  it('tells its whole story in order, with the time in the queue in its timings', () => {
    const { engine, clock, submit, events } = setUp();
    submit('anna1');
    submit('ben1');
    clock.pass(1500);
    engine.run('anna1').done();
    const run = engine.run('ben1');
    run.accept(12, 4);
    run.think('Hm.');
    run.closeThought();
    run.say('Seven.', 2);
    run.done();
    expect(events.ben1).toEqual([
      { type: 'queued', position: 1, eta: null },
      { type: 'started', model: 'demo', promptTokens: 12, cachedTokens: 4, droppedTurns: 0 },
      { type: 'reasoning', text: 'Hm.' },
      { type: 'reasoningEnd', durationMs: 5, forced: null },
      { type: 'text', text: 'Seven.' },
      {
        type: 'usage',
        usage: { promptTokens: 10, cachedTokens: 0, reasoningTokens: 0, completionTokens: 3 },
      },
      { type: 'done', finish: 'stop', timings: { queueMs: 1500, prefillMs: 20, ttftMs: 1530, decodeMs: 40 } },
    ]);
  });

  it('says nothing more after its last event', () => {
    const { engine, submit, kinds } = setUp();
    submit('anna1');
    engine.run('anna1').done();
    engine.run('anna1').say('late');
    engine.run('anna1').done();
    expect(kinds('anna1')).toEqual(['usage', 'done']);
  });

  it('leaves its slot to the next one before its own listener is told', () => {
    const { engine, submit } = setUp();
    let runningAtDone = '';
    submit('anna1', {}, (event) => {
      if (event.type === 'done') runningAtDone = [...engine.running].map(({ request }) => request.id).join();
    });
    submit('ben1');
    engine.run('anna1').done();
    expect(runningAtDone).toBe('ben1');
  });

  it('may submit the next turn from its own last event', () => {
    const { engine, submit, kinds } = setUp();
    submit('anna1', {}, (event) => {
      if (event.type === 'done') submit('anna2');
    });
    engine.run('anna1').done();
    engine.run('anna2').done();
    expect(kinds('anna2')).toEqual(['usage', 'done']);
  });

  it('is stopped when its listener fails, and nobody else notices', () => {
    const { engine, submit, kinds, faults } = setUp(2);
    submit('anna1', {}, () => {
      throw new Error('disk on fire');
    });
    submit('ben1');
    engine.run('anna1').accept();
    expect(engine.run('anna1').cancelled).toBe(true);
    expect(faults).toEqual(['the listener of a turn failed; the turn was stopped']);
    engine.run('ben1').say('fine');
    engine.run('ben1').done();
    expect(kinds('ben1')).toEqual(['text', 'usage', 'done']);
  });

  it('is still told its end, once, after its listener has failed', () => {
    const { engine, submit, kinds } = setUp();
    const fail = (event: ChatEvent) => {
      if (event.type === 'started' || event.type === 'queued') throw new Error('disk on fire');
    };
    submit('anna1', {}, fail);
    submit('ben1', {}, fail);
    expect(kinds('ben1')).toEqual(['queued', 'done']);
    engine.run('anna1').accept();
    engine.run('anna1').say('late');
    engine.run('anna1').done('cancelled');
    expect(kinds('anna1')).toEqual(['started', 'done']);
  });

  it('counts its times from the arrival of the request, which may be long before it was queued', () => {
    const { engine, clock, submit, last } = setUp();
    submit('anna1', { arrivedAt: clock.now() - 90_000 });
    const waiting = submit('ben1', { arrivedAt: clock.now() - 60_000 });
    clock.pass(500);
    waiting.cancel();
    expect(last('ben1')).toMatchObject({ type: 'done', timings: { queueMs: 60_500 } });
    engine.run('anna1').done();
    expect(last('anna1')).toMatchObject({ type: 'done', timings: { queueMs: 90_000, ttftMs: 90_030 } });
  });

  it('fails alone when the engine refuses to take it', () => {
    const { engine, submit, last } = setUp(1);
    const generate = engine.generate.bind(engine);
    engine.generate = () => {
      throw new Error('no');
    };
    submit('anna1');
    engine.generate = generate;
    expect(last('anna1')).toMatchObject({ type: 'error', code: 'internal', retryable: false });
    submit('ben1');
    expect(engine.running.size).toBe(1);
  });
});

describe('stopping', () => {
  it('ends a waiting turn at once', () => {
    const { engine, clock, submit, last } = setUp();
    submit('anna1');
    const ticket = submit('ben1');
    clock.pass(700);
    ticket.cancel();
    ticket.cancel();
    expect(last('ben1')).toEqual({
      type: 'done',
      finish: 'cancelled',
      timings: { queueMs: 700, prefillMs: 0, ttftMs: 0, decodeMs: 0 },
    });
    engine.run('anna1').done();
    expect(engine.started).toHaveLength(1);
  });

  it('asks the engine to stop a running turn and ends it with what the engine reports', () => {
    const { engine, submit, last, kinds } = setUp();
    const ticket = submit('anna1');
    ticket.cancel();
    expect(engine.run('anna1').cancelled).toBe(true);
    expect(kinds('anna1')).toEqual([]);
    engine.run('anna1').done('cancelled');
    expect(last('anna1')).toMatchObject({ type: 'done', finish: 'cancelled' });
  });

  it('stops a turn that is cancelled from inside the news of its own place', () => {
    const { engine, submit, last } = setUp();
    submit('anna1');
    let ticket: Ticket | null = null;
    submit('ben1', {}, (event) => {
      if (event.type === 'queued') queueMicrotask(() => ticket?.cancel());
    });
    ticket = submit('cleo1', {}, (event) => {
      if (event.type === 'queued') ticket?.cancel();
    });
    ticket.cancel();
    expect(last('cleo1')).toMatchObject({ type: 'done', finish: 'cancelled' });
    engine.run('anna1').done();
    expect(engine.started.map(({ request }) => request.id)).toEqual(['anna1', 'ben1']);
  });

  it('closes the thought of a running turn, and of a waiting one as soon as it starts', () => {
    const { engine, submit } = setUp();
    const running = submit('anna1');
    const waiting = submit('ben1');
    running.answerNow();
    waiting.answerNow();
    expect(engine.run('anna1').answeringNow).toBe(1);
    engine.run('anna1').done();
    expect(engine.run('ben1').answeringNow).toBe(1);
  });

  it('finishes a running turn with `deadline` when its time is up, and refuses a waiting one', () => {
    const { engine, clock, submit, last } = setUp();
    submit('anna1', { deadlineAt: clock.now() + 60_000 });
    submit('ben1', { deadlineAt: clock.now() + 30_000 });
    clock.pass(30_000);
    expect(last('ben1')).toMatchObject({ type: 'error', code: 'deadline_exceeded', retryable: true });
    clock.pass(29_000);
    expect(engine.run('anna1').cancelled).toBe(false);
    clock.pass(1_250);
    expect(engine.run('anna1').cancelled).toBe(true);
    engine.run('anna1').done('cancelled');
    expect(last('anna1')).toMatchObject({ type: 'done', finish: 'deadline' });
  });
});

describe('refusals', () => {
  it('names cause, remedy and time to wait when the queue is full', () => {
    const { engine, clock, submit } = setUp(1, { maxWaiting: 1 });
    submit('anna1');
    submit('ben1');
    expect(refusalOf(() => submit('cleo1'))).toEqual({
      code: 'queue_full',
      retryAfter: 5,
      message: 'The queue is full. Send it again in about 5 seconds.',
    });
    clock.pass(40_000);
    engine.run('anna1').say('done', 50);
    engine.run('anna1').done();
    submit('cleo1');
    expect(refusalOf(() => submit('dora1'))).toMatchObject({ code: 'queue_full', retryAfter: 80 });
  });

  it('stops one owner’s flood without touching the others', () => {
    const { engine, submit } = setUp(1, { maxWaitingPerOwner: 3 });
    for (let n = 1; n <= 4; n++) submit(`flood${n}`);
    expect(refusalOf(() => submit('flood5'))).toMatchObject({ code: 'too_many_turns' });
    submit('ben1');
    engine.run('flood1').say('x', 50);
    engine.run('flood1').done();
    expect([...engine.running].map(({ request }) => request.id)).toEqual(['ben1']);
  });
});

describe('positions', () => {
  it('tells a place at once, then at most four times a second, and only what changed', () => {
    const { engine, clock, submit, events } = setUp(1, { maxWaitingPerOwner: 100 });
    submit('anna1');
    for (let n = 2; n <= 9; n++) submit(`anna${n}`);
    expect(events.anna2).toEqual([{ type: 'queued', position: 1, eta: null }]);
    expect(events.anna9).toBeUndefined();
    clock.pass(250);
    expect(events.anna9).toEqual([{ type: 'queued', position: 8, eta: null }]);
    clock.pass(60_000);
    expect(events.anna9).toHaveLength(1);
    for (let n = 1; n <= 4; n++) engine.run(`anna${n}`).done('cancelled');
    clock.pass(250);
    expect(events.anna9?.at(-1)).toEqual({ type: 'queued', position: 4, eta: null });
    expect(events.anna9?.length).toBeLessThanOrEqual(3);
  });

  it('tells an interval once answers have been measured, the narrower the more there were', () => {
    const { engine, clock, submit, events } = setUp();
    let asked = 0;
    const answered = (count: number) => {
      for (let n = 0; n < count; n++) {
        const id = `ben${++asked}`;
        submit(id);
        clock.pass(10_000);
        engine.run(id).say('x', 100);
        engine.run(id).done();
      }
    };
    /** What the next in line is told about a start that is 10 seconds away. */
    const told = (running: string, waiting: string) => {
      submit(running);
      submit(waiting);
      clock.pass(250);
      const last = events[waiting]?.at(-1);
      if (last?.type !== 'queued' || last.eta === null) throw new Error('no interval was told');
      for (const id of [running, waiting]) engine.run(id).done('cancelled');
      expect(last.eta.lowMs).toBeLessThanOrEqual(10_000);
      expect(last.eta.highMs).toBeGreaterThanOrEqual(10_000);
      return last.eta.highMs - last.eta.lowMs;
    };
    answered(1);
    const early = told('anna1', 'cleo1');
    answered(49);
    const late = told('anna2', 'cleo2');
    expect(late).toBeLessThan(20_000);
    expect(early).toBeGreaterThan(2 * late);
  });

  it('needs no timer when nobody waits', () => {
    const { engine, clock, submit } = setUp();
    submit('anna1');
    expect(clock.pendingTimers).toBe(0);
    submit('ben1');
    expect(clock.pendingTimers).toBe(1);
    engine.run('anna1').done();
    clock.pass(250);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('when the engine', () => {
  it('is still loading, turns wait with a place and no interval', () => {
    const { engine, scheduler, events, submit } = setUp(2);
    engine.become({ state: 'restarting', reason: 'test', attempt: 1 });
    submit('anna1');
    expect(events.anna1).toEqual([{ type: 'queued', position: 1, eta: null }]);
    expect(scheduler.stats()).toEqual({ slots: 0, running: 0, waiting: 1, longestWaitMs: 0 });
    engine.become({ state: 'ready' });
    expect(engine.running.size).toBe(1);
  });

  it('crashes, only the turn that it reports as lost ends; the running go on and the waiting keep their place', () => {
    const { engine, clock, submit, last, events } = setUp(2);
    submit('anna1');
    submit('ben1');
    submit('cleo1');
    engine.run('anna1').say('half an ans');
    clock.pass(250);
    engine.become({ state: 'restarting', reason: 'test', attempt: 1 });
    engine.run('anna1').fail('engine_crashed', true);
    expect(last('anna1')).toMatchObject({ type: 'error', code: 'engine_crashed', retryable: true });
    // Its slot is free, but there is nobody to work in it.
    expect(engine.started).toHaveLength(2);
    engine.become({ state: 'ready' });
    expect(engine.running.size).toBe(2);
    for (const id of ['ben1', 'cleo1']) {
      engine.run(id).say('whole answer');
      engine.run(id).done();
      expect(events[id]?.at(-1)).toMatchObject({ type: 'done', finish: 'stop' });
    }
  });

  it('did not take a turn on because it went away just then, the turn goes back to the head of the queue', () => {
    const { engine, clock, submit, kinds } = setUp();
    submit('anna1');
    submit('ben1');
    // The state is set, the listeners have not heard of it yet.
    engine.state = { state: 'restarting', reason: 'test', attempt: 1 };
    const refused = engine.run('anna1');
    refused.fail('engine_unavailable', true);
    expect(engine.started).toHaveLength(1);
    clock.pass(250);
    engine.become({ state: 'ready' });
    expect(engine.run('anna1')).not.toBe(refused);
    refused.say('ghost');
    engine.run('anna1').done();
    expect(kinds('anna1')).toEqual(['queued', 'usage', 'done']);
  });

  it('does not take a turn on twice, the turn ends', () => {
    const { engine, submit, last } = setUp();
    submit('anna1');
    engine.run('anna1').fail('engine_unavailable', true);
    engine.run('anna1').fail('engine_unavailable', true);
    expect(engine.started).toHaveLength(2);
    expect(last('anna1')).toMatchObject({ type: 'error', code: 'engine_unavailable', retryable: true });
  });

  it('reports an error that is not its own end, only that turn ends', () => {
    const { engine, submit, last } = setUp(2);
    submit('anna1');
    submit('ben1');
    engine.run('anna1').fail('context_length_exceeded', false);
    expect(last('anna1')).toMatchObject({ type: 'error', code: 'context_length_exceeded' });
    engine.run('ben1').done();
    expect(last('ben1')).toMatchObject({ type: 'done', finish: 'stop' });
  });

  it('has failed for good, the waiting hear the reason and new turns are refused with it', () => {
    const { engine, submit, last } = setUp(1);
    submit('anna1');
    submit('ben1');
    engine.become({
      state: 'failed',
      code: 'engine_crashed',
      reason: 'It crashed 5 times. Choose another model.',
    });
    const expected = { code: 'engine_unavailable', message: 'It crashed 5 times. Choose another model.' };
    expect(last('ben1')).toMatchObject({ type: 'error', ...expected });
    expect(refusalOf(() => submit('cleo1'))).toMatchObject(expected);
    engine.run('anna1').fail('engine_unavailable', true);
    expect(last('anna1')).toMatchObject({ type: 'error', ...expected });
  });

  it('comes back with fewer slots, no more than that many turns run', () => {
    const { engine, submit } = setUp(3);
    for (let n = 1; n <= 6; n++) submit(`${'abcdef'[n - 1]}1`);
    engine.become({ state: 'restarting', reason: 'test', attempt: 1 });
    for (const generation of [...engine.running]) generation.fail('engine_stuck', false);
    if (engine.info !== null) engine.info = { ...engine.info, slots: 1 };
    engine.become({ state: 'ready' });
    expect(engine.running.size).toBe(1);
  });
});

describe('draining', () => {
  it('ends the waiting, lets the running finish and resolves then', async () => {
    const { engine, scheduler, submit, last } = setUp();
    submit('anna1');
    submit('ben1');
    const drained = scheduler.drain(10_000);
    expect(last('ben1')).toMatchObject({ type: 'error', code: 'shutting_down' });
    expect(refusalOf(() => submit('cleo1'))).toMatchObject({ code: 'shutting_down' });
    engine.run('anna1').done();
    await drained;
    expect(last('anna1')).toMatchObject({ type: 'done', finish: 'stop' });
  });

  it('cuts the running off when the grace is over', async () => {
    const { engine, scheduler, clock, submit, last, kinds } = setUp();
    submit('anna1');
    const drained = scheduler.drain(10_000);
    clock.pass(10_000);
    await drained;
    expect(engine.run('anna1').cancelled).toBe(true);
    expect(last('anna1')).toMatchObject({ type: 'error', code: 'shutting_down', retryable: true });
    engine.run('anna1').done('cancelled');
    expect(kinds('anna1')).toEqual(['error']);
  });

  it('resolves at once when nothing runs', async () => {
    const { scheduler, clock } = setUp();
    await scheduler.drain(10_000);
    expect(clock.pendingTimers).toBe(0);
  });
});
