/** What a forecast knows of the queue; whether it is honest is in eta-offices.test.ts and eta-fresh-start.test.ts. */
import { describe, expect, it } from 'vitest';
import {
  createEtaModel,
  expectedGenerated,
  type ForecastTurn,
  forecastStarts,
  observeTurn,
  observeWork,
  retryAfterSeconds,
} from '#server/scheduler/eta.ts';
import type { Claim, Present } from '#server/scheduler/future.ts';

describe('the forecast', () => {
  const turn = (more: Partial<ForecastTurn> = {}): ForecastTurn => ({
    class: 'interactive',
    promptCost: 0,
    promptTokens: 0,
    generatedTokens: 0,
    maxTokens: null,
    ...more,
  });
  const measured = () => {
    const model = createEtaModel();
    // 100 tokens in 10 seconds, every time.
    for (let n = 0; n < 20; n++) observeTurn(model, turn({ generatedTokens: 100 }), 100, 10_000);
    return model;
  };
  /** A turn of the owner with this number. */
  const claimed = (owner: number, each: ForecastTurn, more: Partial<Claim> = {}) => ({
    turn: each,
    claim: { owner, client: owner, class: each.class, cap: Number.POSITIVE_INFINITY, ...more },
    situation: 'x',
  });
  const startsIn = (
    present: Present,
    running: ReturnType<typeof claimed>[],
    waiting: ReturnType<typeof claimed>[],
    model = measured(),
  ) => {
    const forecasts = forecastStarts(model, present, running, waiting);
    return forecasts.map((forecast) => forecast && Math.round(forecast.midMs));
  };
  /** Every turn has its own owner. */
  const starts = (
    model = measured(),
    slots = 1,
    running: ForecastTurn[] = [turn()],
    waiting = [turn(), turn()],
  ) => {
    const owners = [...running, ...waiting].map((_, client) => ({ client, activeMs: 0 }));
    return startsIn(
      { slots, keepSlotMs: 0, owners },
      running.map((each, index) => claimed(index, each)),
      waiting.map((each, index) => claimed(running.length + index, each)),
      model,
    );
  };

  it('is silent until a turn has been measured, and while no slot exists', () => {
    expect(starts(createEtaModel())).toEqual([null, null]);
    expect(starts(measured(), 0)).toEqual([null, null]);
  });

  it('waits for what is left of the running turns and for the turns before', () => {
    expect(starts()).toEqual([10_000, 20_000]);
    expect(starts(measured(), 1, [turn({ generatedTokens: 60 })])).toEqual([4_000, 14_000]);
    expect(starts(measured(), 2, [turn(), turn({ generatedTokens: 50 })])).toEqual([5_000, 10_000]);
  });

  it('knows that a turn can’t be longer than its limit and that a prompt takes time', () => {
    expect(starts(measured(), 1, [turn()], [turn({ maxTokens: 10 }), turn()])).toEqual([10_000, 11_000]);
    expect(starts(measured(), 1, [turn()], [turn({ promptCost: 50 }), turn()])).toEqual([10_000, 25_000]);
  });

  it('knows that the last free slot is kept from an owner who is served', () => {
    const startsWhenOtherWasActive = (activeMs: number) => {
      const owners = [
        { client: 0, activeMs: 0 },
        { client: 1, activeMs },
      ];
      const waiting = [claimed(0, turn()), claimed(0, turn())];
      return startsIn({ slots: 2, keepSlotMs: 60_000, owners }, [claimed(0, turn())], waiting);
    };
    expect(startsWhenOtherWasActive(-10_000)).toEqual([10_000, 20_000]);
    expect(startsWhenOtherWasActive(-56_000)).toEqual([4_000, 10_000]);
    expect(startsWhenOtherWasActive(-60_000)).toEqual([0, 10_000]);
  });

  it('knows that the slot of somebody whose turn ends is kept for them, and that others may have it', () => {
    const owners = [0, 1, 2].map((client) => ({ client, activeMs: 0 }));
    const running = [claimed(0, turn()), claimed(1, turn({ generatedTokens: 80 }))];
    const waiting = [claimed(0, turn()), claimed(2, turn())];
    expect(startsIn({ slots: 2, keepSlotMs: 60_000, owners }, running, waiting)).toEqual([10_000, 2_000]);
  });

  it('knows that the last free slot is kept from every end user of a client that is served', () => {
    const owners = [0, 0, 1].map((client) => ({ client, activeMs: 0 }));
    const running = [claimed(0, turn())];
    const waiting = [claimed(1, turn(), { client: 0 })];
    expect(startsIn({ slots: 2, keepSlotMs: 60_000, owners }, running, waiting)).toEqual([10_000]);
    const amongItself = owners.slice(0, 2);
    expect(startsIn({ slots: 2, keepSlotMs: 60_000, owners: amongItself }, running, waiting)).toEqual([0]);
  });

  it('knows that turns under a cap run one after the other, whatever is free', () => {
    const owners = [0, 1].map((client) => ({ client, activeMs: 0 }));
    const capped = (owner: number) => claimed(owner, turn({ class: 'background' }), { cap: 1 });
    const waiting = [capped(0), capped(0), capped(1)];
    expect(startsIn({ slots: 4, keepSlotMs: 0, owners }, [capped(0)], waiting)).toEqual([10_000, 20_000, 0]);
  });

  it('prefers the speed measured while all slots were busy to that of single turns', () => {
    const model = measured();
    observeWork(model, 0, 0, 2, 2);
    // Two busy slots: 20 tokens a second together, 10 each, where single turns also made 10. Then it halves.
    observeWork(model, 100, 10_000, 2, 2);
    expect(starts(model, 2, [turn(), turn()])).toEqual([20_000, 20_000]);
  });

  it('takes lengths from all classes until a class has enough of its own', () => {
    const model = measured();
    expect(expectedGenerated(model, 'api', null)).toBe(100);
    for (let n = 0; n < 8; n++) observeTurn(model, turn({ class: 'api', generatedTokens: 20 }), 20, 2_000);
    expect(expectedGenerated(model, 'api', null)).toBe(20);
    expect(expectedGenerated(model, 'interactive', 30)).toBe(30);
  });

  it('takes an answer that its limit cut for its length only where it is longer than usual', () => {
    const model = measured();
    observeTurn(model, turn({ generatedTokens: 50, maxTokens: 50 }), 50, 5_000);
    expect(model.lengths.interactive).toHaveLength(20);
    observeTurn(model, turn({ generatedTokens: 400, maxTokens: 400 }), 400, 40_000);
    expect(model.lengths.interactive.at(-1)).toBe(400);
  });

  it('learns from its errors also where limits end all answers', () => {
    const model = createEtaModel();
    for (let n = 0; n < 40; n++) observeTurn(model, turn({ generatedTokens: 9, maxTokens: 9 }), 9, 900);
    expect(expectedGenerated(model, 'interactive', null)).toBe(600);
    const limited = claimed(0, turn({ maxTokens: 9 }));
    const present = { slots: 1, keepSlotMs: 0, owners: [{ client: 0, activeMs: 0 }] };
    const [forecast] = forecastStarts(model, present, [limited], [limited]);
    expect(forecast?.measured).toBe(true);
    expect(Math.round(forecast?.midMs ?? 0)).toBe(900);
  });

  it('derives Retry-After from measured durations', () => {
    expect(retryAfterSeconds(createEtaModel(), 2)).toBe(5);
    expect(retryAfterSeconds(measured(), 2)).toBe(10);
    expect(retryAfterSeconds(measured(), 40)).toBe(1);
  });
});
