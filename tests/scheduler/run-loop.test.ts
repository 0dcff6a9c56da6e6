/** The run loop under random users, cancels, crashes and restarts: nobody is forgotten, nobody is told twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChatEvent, isFinal } from '#server/chat/events.ts';
import type { Logger } from '#server/logger.ts';
import { createScheduler, type Ticket } from '#server/scheduler/scheduler.ts';
import { FakeEngine } from './fake-engine.ts';
import { ManualClock } from './manual-clock.ts';
import { requestFrom } from './requests.ts';

const slots = 3;

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('submit' as const), owner: fc.nat({ max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'answerNow' as const), pick: fc.nat() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('accept' as const, 'say' as const, 'done' as const),
      pick: fc.nat(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'crashUnannounced' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat({ max: 5000 }) }) },
);

describe('the run loop', () => {
  it('gives every accepted turn exactly one last event, and the engine never more turns than it has slots', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150 }), (actions) => {
        const engine = new FakeEngine(slots);
        const clock = new ManualClock();
        const log = { error: (_: unknown, message: string) => expect.fail(message) } as unknown as Logger;
        const limits = { maxWaiting: 10, maxWaitingPerOwner: 4, keepSlotMs: 0 };
        const scheduler = createScheduler({ engine, model: 'demo', log, clock, limits });
        const events = new Map<string, ChatEvent[]>();
        const tickets: Ticket[] = [];
        const crash = (announced: boolean) => {
          const lost = [...engine.running];
          engine.state = { state: 'restarting', reason: 'test', attempt: 1 };
          if (announced) engine.become(engine.state);
          for (const generation of lost)
            generation.fail(generation.generated === 0 ? 'engine_unavailable' : 'engine_crashed', true);
          engine.become({ state: 'ready' });
        };
        const pickRunning = (pick: number) => [...engine.running][pick % Math.max(1, engine.running.size)];
        for (const each of actions) {
          switch (each.do) {
            case 'submit': {
              const id = `t${events.size}`;
              const told: ChatEvent[] = [];
              events.set(id, told);
              const owner = `owner${each.owner}`;
              try {
                tickets.push(
                  scheduler.submit(requestFrom(owner, id), { owner, class: 'interactive' }, (event) =>
                    told.push(event),
                  ),
                );
              } catch {
                expect(told, 'a refused turn hears nothing').toEqual([]);
                events.delete(id);
              }
              break;
            }
            case 'cancel':
              tickets[each.pick % Math.max(1, tickets.length)]?.cancel();
              break;
            case 'answerNow':
              tickets[each.pick % Math.max(1, tickets.length)]?.answerNow();
              break;
            case 'accept':
              pickRunning(each.pick)?.accept();
              break;
            case 'say':
              pickRunning(each.pick)?.say('x', 5);
              break;
            case 'done': {
              const generation = pickRunning(each.pick);
              generation?.done(generation.cancelled ? 'cancelled' : 'stop');
              break;
            }
            case 'fail':
              pickRunning(each.pick)?.fail('internal', false);
              break;
            case 'crash':
            case 'crashUnannounced':
              crash(each.do === 'crash');
              break;
            case 'pass':
              clock.pass(each.ms);
              break;
          }
          const { running, waiting } = scheduler.stats();
          expect(running).toBe(engine.running.size);
          expect(waiting > 0 && running < slots, 'a slot idles while somebody waits').toBe(false);
        }
        for (let round = 0; round < 200 && engine.running.size > 0; round++) {
          for (const generation of [...engine.running]) generation.done();
        }
        for (const [id, told] of events) {
          expect(told.filter(isFinal), `${id} ends once`).toHaveLength(1);
          expect(isFinal(told.at(-1) ?? { type: 'text', text: '' }), `${id} says nothing after its end`).toBe(
            true,
          );
        }
        expect(scheduler.stats()).toEqual({ slots, running: 0, waiting: 0, longestWaitMs: 0 });
        clock.pass(1000);
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 300, seed: 20261124 },
    );
  });
});
