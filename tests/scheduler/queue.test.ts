import { describe, expect, it } from 'vitest';
import type { SchedulerLimits } from '#server/scheduler/limits.ts';
import type { Eta } from '#server/scheduler/queue-events.ts';
import { type QueueScript, queueScript } from './script.ts';

describe('order', () => {
  it('starts turns at once while slots are free and tells nobody a position', () => {
    const script = queueScript(2);
    expect(script.submit('anna1')).toEqual(['start anna1']);
    expect(script.submit('ben1')).toEqual(['start ben1']);
    expect(script.pass(250)).toEqual([]);
  });

  it('serves one owner first come, first served', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('anna2');
    script.submit('anna3');
    expect(script.finish('anna1')).toEqual(['start anna2']);
    expect(script.finish('anna2')).toEqual(['start anna3']);
  });

  it('lets a newcomer go before the second turn of an owner who has just been served', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('anna2');
    script.submit('anna3');
    script.submit('ben1');
    expect(script.finish('anna1')).toEqual(['start ben1']);
    expect(script.finish('ben1')).toEqual(['start anna2']);
  });

  it('shares by tokens, not by turns: long answers get fewer turns', () => {
    const script = queueScript(1, { maxWaitingPerOwner: 100 });
    script.submit('long0');
    for (let n = 1; n <= 8; n++) script.submit(`long${n}`);
    for (let n = 1; n <= 8; n++) script.submit(`short${n}`);
    let started = script.finish('long0', 1000);
    const turns = { long: 0, short: 0 };
    for (let n = 0; n < 8; n++) {
      const id = started[0]?.replace('start ', '') ?? '';
      turns[id.startsWith('long') ? 'long' : 'short'] += 1;
      started = script.finish(id, id.startsWith('long') ? 1000 : 200);
    }
    expect(turns).toEqual({ long: 1, short: 7 });
  });

  it('counts thinking while it goes on, beyond what was expected', () => {
    const script = queueScript(2, { maxRunningPerOwner: { interactive: 1, api: 1, background: 1 } });
    script.submit('anna1');
    script.submit('ben1');
    script.submit('anna2');
    script.submit('ben2');
    script.at({ type: 'progress', id: 'anna1', promptTokens: 0, generatedTokens: 5000 });
    script.submit('cleo1');
    script.at({ type: 'finished', id: 'anna1', promptTokens: 0, generatedTokens: 5000, complete: true });
    // anna's slot went to cleo; the next one goes to ben, who has used less than anna.
    expect(script.finish('ben1', 600)).toEqual(['start ben2']);
  });

  it('gives no credit for idle time', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('ben1');
    // Anna works for an hour, one turn after the other, with ben's only turn in between.
    script.finish('anna1', 500);
    script.submit('anna2');
    script.finish('ben1', 500);
    for (let n = 3; n < 40; n++) {
      script.submit(`anna${n}`);
      script.finish(`anna${n - 1}`, 500);
    }
    script.submit('anna40');
    script.submit('anna41');
    script.submit('ben2');
    script.submit('ben3');
    script.submit('ben4');
    expect(script.finish('anna39', 500)).toEqual(['start ben2']);
    expect(script.finish('ben2', 500)).toEqual(['start anna40']);
    expect(script.finish('anna40', 500)).toEqual(['start ben3']);
  });

  it('forgives debts when nothing runs or waits', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.finish('anna1', 10_000);
    script.submit('ben1');
    script.submit('ben2');
    script.submit('anna2');
    expect(script.finish('ben1')).toEqual(['start anna2']);
  });

  it('forgets owners who are gone', () => {
    const script = queueScript(1, { keepSlotMs: 60_000 });
    for (let n = 0; n < 100; n++) {
      script.submit(`guest${'x'.repeat(n)}`);
      script.finish(`guest${'x'.repeat(n)}`);
    }
    expect(script.queue.ledger.accounts.size).toBe(100);
    script.pass(60_001);
    expect(script.queue.ledger.accounts.size).toBe(0);
  });

  it('forgets owners who are gone while the machine is never idle, those who left first before the others', () => {
    const script = queueScript(2, { keepSlotMs: 1000 });
    const id = (n: number) => `guest${n}x1`;
    script.submit(id(0));
    for (let n = 0; n < 300; n++) {
      script.submit(id(n + 1));
      script.nowMs += 100;
      script.finish(id(n));
    }
    const { accounts } = script.queue.ledger;
    expect(accounts.size).toBeLessThan(120);
    expect(accounts.has('guest100x')).toBe(false);
    expect(accounts.has('guest290x')).toBe(true);
  });

  it('serves people before programs before background work', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('batch1', { class: 'background' });
    script.submit('tool1', { class: 'api' });
    script.submit('ben1');
    expect(script.finish('anna1')).toEqual(['start ben1']);
    expect(script.finish('ben1')).toEqual(['start tool1']);
    expect(script.finish('tool1')).toEqual(['start batch1']);
  });

  it('raises an api turn to the level of people when it has waited for the aging time', () => {
    const script = queueScript(1, { agingMs: 60_000 });
    script.submit('anna1');
    script.submit('tool1', { class: 'api' });
    script.pass(30_000);
    script.submit('ben1');
    expect(script.finish('anna1')).toEqual(['start ben1']);
    script.submit('cleo1');
    script.pass(30_000);
    expect(script.finish('ben1')).toEqual(['start tool1']);
  });

  it('does not let a flood of api turns age as a whole', () => {
    const script = queueScript(1, { agingMs: 60_000 });
    script.submit('ben1');
    for (let n = 1; n <= 5; n++) script.submit(`tool${n}`, { class: 'api' });
    script.submit('ben2');
    script.pass(60_000);
    // Ben has had a lot, so one api turn goes before him when it has waited its time, and only one.
    expect(script.finish('ben1', 5000)).toEqual(['start tool1']);
    expect(script.finish('tool1', 10)).toEqual(['start ben2']);
  });

  it('gives an aged api turn no credit for what it did not get in its own class', () => {
    const script = queueScript(1, { agingMs: 60_000 });
    script.submit('anna1');
    script.submit('tool1', { class: 'api' });
    script.submit('anna2');
    script.finish('anna1', 10_000);
    script.pass(1);
    script.submit('dora1');
    script.pass(1);
    script.submit('tool2', { class: 'api' });
    script.at({ type: 'cancel', id: 'tool1' });
    script.pass(60_000);
    // Dora came back at the level of service and has waited longer than tool2, which counts from there as well.
    expect(script.finish('anna2')).toEqual(['start dora1']);
  });

  it('serves a lane that was passed over as often as the queue is long, whatever the levels say', () => {
    const script = queueScript(1, { maxWaiting: 5 });
    script.submit('heavy1');
    script.submit('heavy2');
    script.submit('guest1');
    let running = 'heavy1';
    const order: string[] = [];
    for (let n = 2; n < 12; n++) {
      script.submit(`${'x'.repeat(n)}1`);
      const [started] = script.finish(running, running.startsWith('heavy') ? 90_000 : 1);
      running = started?.replace('start ', '') ?? '';
      order.push(running);
    }
    expect(order.indexOf('heavy2')).toBe(5);
  });
});

describe('caps', () => {
  it('runs one background turn of an owner at a time even on an idle machine', () => {
    const script = queueScript(3);
    expect(script.submit('batch1', { class: 'background' })).toEqual(['start batch1']);
    expect(script.submit('batch2', { class: 'background' })).toEqual([]);
    expect(script.submit('other1', { class: 'background' })).toEqual(['start other1']);
    expect(script.finish('batch1')).toEqual(['start batch2']);
  });

  it('runs one background turn of a client at a time, whatever it calls its end users', () => {
    const script = queueScript(2);
    script.submit('light1');
    script.finish('light1');
    const batch = { class: 'background', client: 'service' } as const;
    expect(script.submit('a1', batch)).toEqual(['start a1']);
    expect(script.submit('b1', batch)).toEqual([]);
    expect(script.submit('light2', { class: 'background' })).toEqual(['start light2']);
    expect(script.finish('light2')).toEqual([]);
    expect(script.finish('a1')).toEqual(['start b1']);
  });

  it('keeps the last free slot for an owner who was here a moment ago', () => {
    const script = queueScript(2, { keepSlotMs: 60_000 });
    script.submit('light1');
    script.finish('light1');
    expect(script.submit('heavy1')).toEqual(['start heavy1']);
    expect(script.submit('heavy2')).toEqual([]);
    expect(script.submit('light2')).toEqual(['start light2']);
    expect(script.finish('heavy1')).toEqual(['start heavy2']);
  });

  it('keeps only one slot, and none for an owner who is being served', () => {
    const script = queueScript(3, { keepSlotMs: 60_000 });
    script.submit('light1');
    script.finish('light1');
    expect(script.submit('heavy1')).toEqual(['start heavy1']);
    expect(script.submit('heavy2')).toEqual(['start heavy2']);
    expect(script.submit('heavy3')).toEqual([]);
    script.at({ type: 'cancel', id: 'heavy3' });
    script.finish('heavy2');
    expect(script.submit('light2')).toEqual(['start light2']);
    expect(script.submit('heavy4')).toEqual(['start heavy4']);
  });

  it('keeps the last free slot from all end users of a client that is served', () => {
    const script = queueScript(2, { keepSlotMs: 60_000 });
    script.submit('light1');
    script.finish('light1');
    const tool = { class: 'api', client: 'service' } as const;
    expect(script.submit('a1', tool)).toEqual(['start a1']);
    expect(script.submit('b1', tool)).toEqual([]);
    expect(script.submit('light2')).toEqual(['start light2']);
    expect(script.finish('a1')).toEqual(['start b1']);
  });

  it('keeps no slot from the end users of a client for one of their own', () => {
    const script = queueScript(2, { keepSlotMs: 60_000 });
    const tool = { class: 'api', client: 'service' } as const;
    script.submit('a1', tool);
    script.finish('a1');
    expect(script.submit('b1', tool)).toEqual(['start b1']);
    expect(script.submit('c1', tool)).toEqual(['start c1']);
  });

  it('keeps no slot from two clients for each other while both are served', () => {
    const script = queueScript(3, { keepSlotMs: 60_000 });
    script.submit('a1', { class: 'api', client: 'service' });
    script.submit('b1', { class: 'api', client: 'shop' });
    script.submit('c1', { class: 'api', client: 'service' });
    script.submit('d1', { class: 'api', client: 'shop' });
    script.submit('e1', { class: 'api', client: 'service' });
    expect(script.finish('c1')).toEqual(['start d1']);
  });

  it('gives the kept slot away when nobody came back for it', () => {
    const script = queueScript(2, { keepSlotMs: 60_000 });
    script.submit('light1');
    script.finish('light1');
    script.submit('heavy1');
    script.submit('heavy2');
    expect(script.pass(59_999)).toEqual(['heavy2 is 1']);
    expect(script.pass(1)).toEqual(['start heavy2']);
  });

  it('refuses what exceeds the owner’s share of the queue while others may still queue', () => {
    const script = queueScript(1, { maxWaitingPerOwner: 2 });
    script.submit('anna1');
    script.submit('anna2');
    script.submit('anna3');
    expect(script.submit('anna4')).toEqual(['reject anna4: too_many_turns']);
    expect(script.submit('ben1')).toEqual([]);
  });

  it('refuses what exceeds the length of the queue', () => {
    const script = queueScript(1, { maxWaiting: 2 });
    script.submit('anna1');
    script.submit('ben1');
    script.submit('cleo1');
    expect(script.submit('dora1')).toEqual(['reject dora1: queue_full']);
    script.at({ type: 'cancel', id: 'cleo1' });
    expect(script.submit('dora1')).toEqual([]);
  });

  it('keeps the last quarter of the queue for people, whatever programs call themselves', () => {
    const script = queueScript(1, { maxWaiting: 4 });
    script.submit('tool1', { class: 'api' });
    for (const id of ['user1', 'guest1', 'clerk1']) expect(script.submit(id, { class: 'api' })).toEqual([]);
    expect(script.submit('robot1', { class: 'api' })).toEqual(['reject robot1: queue_full']);
    expect(script.submit('batch1', { class: 'background' })).toEqual(['reject batch1: queue_full']);
    expect(script.submit('anna1')).toEqual([]);
    expect(script.submit('ben1')).toEqual(['reject ben1: queue_full']);
  });

  it('derives Retry-After from how long turns take here', () => {
    const script = queueScript(2, { maxWaiting: 1 });
    script.submit('anna1');
    script.submit('ben1');
    script.submit('cleo1');
    const refused = { type: 'reject', id: 'dora1', code: 'queue_full' };
    script.submit('dora1');
    expect(script.effects).toEqual([{ ...refused, retryAfterSeconds: 5 }]);
    script.pass(90_000);
    script.finish('anna1');
    script.submit('anna2');
    script.submit('dora1');
    // Two places are free when two turns of 90 seconds have passed through two slots.
    expect(script.effects).toEqual([{ ...refused, retryAfterSeconds: 90 }]);
  });
});

describe('ends', () => {
  it('cancels a waiting turn at once', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('ben1');
    expect(script.at({ type: 'cancel', id: 'ben1' })).toEqual(['cancelled ben1']);
    expect(script.finish('anna1')).toEqual([]);
  });

  it('asks the engine to stop a running turn once, and fills the slot only when it is free', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('ben1');
    expect(script.at({ type: 'cancel', id: 'anna1' })).toEqual(['stop anna1: cancelled']);
    expect(script.at({ type: 'cancel', id: 'anna1' })).toEqual([]);
    expect(script.finish('anna1', 3)).toEqual(['start ben1']);
  });

  it('ignores events about turns it does not know', () => {
    const script = queueScript(1);
    expect(script.at({ type: 'cancel', id: 'nobody' })).toEqual([]);
    expect(script.finish('nobody')).toEqual([]);
    expect(script.at({ type: 'requeue', id: 'nobody' })).toEqual([]);
  });

  it('turns a waiting turn away at its deadline and stops a running one', () => {
    const script = queueScript(1);
    script.submit('anna1', { deadlineAt: script.nowMs + 1000 });
    script.submit('ben1', { deadlineAt: script.nowMs + 1000 });
    expect(script.pass(999)).toEqual(['ben1 is 1']);
    expect(script.pass(1)).toEqual(['stop anna1: deadline', 'reject ben1: deadline_exceeded']);
    expect(script.submit('cleo1', { deadlineAt: script.nowMs })).toEqual(['reject cleo1: deadline_exceeded']);
  });

  it('turns the waiting away when it drains and lets the running finish', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('ben1');
    expect(script.at({ type: 'drain' })).toEqual(['reject ben1: shutting_down']);
    expect(script.submit('cleo1')).toEqual(['reject cleo1: shutting_down']);
    expect(script.finish('anna1')).toEqual([]);
  });
});

describe('engine', () => {
  it('keeps everybody’s place while the engine is away', () => {
    const script = queueScript(0);
    script.submit('anna1');
    script.submit('ben1');
    expect(script.pass(250)).toEqual(['anna1 is 1', 'ben1 is 2']);
    expect(script.at({ type: 'ready', slots: 1 })).toEqual(['start anna1']);
    script.at({ type: 'down' });
    expect(script.finish('anna1')).toEqual([]);
    expect(script.at({ type: 'ready', slots: 1 })).toEqual(['start ben1']);
  });

  it('puts turns the engine lost at the head of the queue, without charging them', () => {
    const script = queueScript(2);
    script.submit('anna1');
    script.submit('ben1');
    script.submit('cleo1');
    script.at({ type: 'progress', id: 'ben1', promptTokens: 400, generatedTokens: 0 });
    script.at({ type: 'down' });
    script.at({ type: 'requeue', id: 'ben1' });
    script.at({ type: 'finished', id: 'anna1', promptTokens: 0, generatedTokens: 10, complete: false });
    expect(script.queue.ledger.accounts.get('ben')).toMatchObject({ served: 0, level: 0 });
    expect(script.at({ type: 'ready', slots: 1 })).toEqual(['start ben1']);
  });

  it('lets turns wait for an engine that failed and is tried again', () => {
    const script = queueScript(1);
    script.at({ type: 'failed' });
    expect(script.submit('anna1')).toEqual(['reject anna1: engine_unavailable']);
    script.at({ type: 'down' });
    expect(script.submit('anna2')).toEqual([]);
    expect(script.at({ type: 'ready', slots: 1 })).toEqual(['start anna2']);
  });

  it('does not take the time without an engine for work', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.nowMs += 1000;
    script.at({ type: 'progress', id: 'anna1', promptTokens: 0, generatedTokens: 20 });
    script.at({ type: 'down' });
    script.nowMs += 60_000;
    script.at({ type: 'ready', slots: 1 });
    script.at({ type: 'progress', id: 'anna1', promptTokens: 0, generatedTokens: 21 });
    expect(script.queue.eta.fullMs).toBe(1000);
  });

  it('forgets owners that are gone although nobody ever waits', () => {
    const script = queueScript(1, { keepSlotMs: 1000 });
    for (let n = 0; n < 100; n++) {
      script.submit(`${'x'.repeat(n + 1)}1`);
      script.nowMs += 100;
      script.finish(`${'x'.repeat(n + 1)}1`);
    }
    expect(script.queue.ledger.accounts.size).toBeLessThan(15);
  });

  it('ends a lost turn that was being stopped instead of queueing it again', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.at({ type: 'cancel', id: 'anna1' });
    script.at({ type: 'down' });
    expect(script.at({ type: 'requeue', id: 'anna1' })).toEqual(['cancelled anna1']);
  });

  it('turns the waiting away when the engine has failed for good, and serves again when it is back', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('ben1');
    expect(script.at({ type: 'failed' })).toEqual(['reject ben1: engine_unavailable']);
    expect(script.at({ type: 'requeue', id: 'anna1' })).toEqual(['reject anna1: engine_unavailable']);
    expect(script.submit('cleo1')).toEqual(['reject cleo1: engine_unavailable']);
    script.at({ type: 'ready', slots: 1 });
    expect(script.submit('cleo1')).toEqual(['start cleo1']);
  });
});

describe('lengths', () => {
  it('are not learned from answers that their own limit cut short', () => {
    const script = queueScript(1);
    for (let n = 1; n <= 10; n++) {
      script.submit(`anna${n}`);
      script.finish(`anna${n}`, 200);
    }
    const { lengths } = script.queue.eta;
    const before = structuredClone(lengths);
    for (let n = 1; n <= 10; n++) {
      script.submit(`tool${n}`, { class: 'api', maxTokens: 1 });
      script.finish(`tool${n}`, 1);
    }
    expect(lengths).toEqual(before);
  });
});

describe('intervals', () => {
  /** Answers of 100 tokens took 10 seconds. */
  const measured = (slots: number, limits: Partial<SchedulerLimits> = {}) => {
    const script = queueScript(slots, limits);
    for (let n = 1; n <= 20; n++) {
      script.submit(`light${n}`);
      script.nowMs += 10_000;
      script.finish(`light${n}`);
    }
    return script;
  };
  const told = ({ effects }: QueueScript, id: string): Eta => {
    const effect = effects.find((each) => each.type === 'position' && each.id === id);
    if (effect?.type !== 'position' || effect.eta === null) throw new Error(`${id} was told no interval`);
    return effect.eta;
  };

  it('know that an owner who is served does not get the slot that is kept', () => {
    const script = measured(2, { keepSlotMs: 120_000 });
    script.submit('heavy1');
    script.submit('heavy2');
    script.pass(250);
    expect(told(script, 'heavy2').highMs).toBeGreaterThan(10_000);
  });

  it('know that background turns of one owner run one after the other', () => {
    const script = measured(4);
    for (const id of ['batch1', 'batch2', 'batch3']) script.submit(id, { class: 'background' });
    script.pass(250);
    expect(told(script, 'batch2').highMs).toBeGreaterThan(20_000);
    expect(told(script, 'batch3').highMs).toBeGreaterThan(40_000);
  });

  it('know that end users of one client share a cap and leave the kept slot to people', () => {
    const script = measured(2, { keepSlotMs: 120_000 });
    script.submit('a1', { class: 'api', client: 'service' });
    script.submit('b1', { class: 'api', client: 'service' });
    script.pass(250);
    expect(told(script, 'b1').highMs).toBeGreaterThan(10_000);
    const batches = measured(4);
    for (const id of ['c1', 'd1']) batches.submit(id, { class: 'background', client: 'service' });
    batches.pass(250);
    expect(told(batches, 'd1').highMs).toBeGreaterThan(20_000);
  });
});

describe('positions', () => {
  it('tells the waiting their place in the foreseen order, once', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('anna2');
    script.submit('anna3');
    script.submit('ben1');
    expect(script.pass(250)).toEqual(['ben1 is 1', 'anna2 is 2', 'anna3 is 3']);
    expect(script.pass(250)).toEqual([]);
    expect(script.finish('anna1')).toEqual(['start ben1']);
    expect(script.pass(250)).toEqual(['anna2 is 1', 'anna3 is 2']);
  });

  it('moves a turn back by one at most when somebody who is owed more joins', () => {
    const script = queueScript(1);
    script.submit('anna1');
    script.submit('anna2');
    script.submit('anna3');
    expect(script.pass(250)).toEqual(['anna2 is 1', 'anna3 is 2']);
    script.submit('ben1');
    expect(script.pass(250)).toEqual(['ben1 is 1', 'anna2 is 2', 'anna3 is 3']);
  });

  it('does not move a turn back when its owner uses more than expected', () => {
    const script = queueScript(2);
    script.submit('anna1', { maxTokens: 500 });
    script.submit('ben1', { maxTokens: 100 });
    script.submit('anna2');
    script.submit('ben2');
    script.submit('cleo1');
    expect(script.pass(250)).toEqual(['cleo1 is 1', 'ben2 is 2', 'anna2 is 3']);
    script.submit('ben3');
    script.at({ type: 'progress', id: 'ben1', promptTokens: 0, generatedTokens: 550 });
    // anna2 goes before ben2 now; both are told 2, until one of them starts. Ben's own ben3 is no excuse.
    expect(script.pass(1000)).toEqual(['anna2 is 2', 'ben3 is 4']);
  });
});
