/** Whatever happens in whatever order, these hold. Sequences are random and shrink to the shortest that breaks a rule. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, runningOf, waitingOf } from '#server/scheduler/ledger.ts';
import {
  defaultLimits,
  type SchedulerLimits,
  type TurnClass,
  turnClasses,
} from '#server/scheduler/limits.ts';
import { step, waitingCount } from '#server/scheduler/queue.ts';
import type { QueueEffect, QueueEvent, Work } from '#server/scheduler/queue-events.ts';
import { createQueue } from '#server/scheduler/queue-state.ts';

const owners = ['anna', 'ben', 'cleo', 'dora'];

/** Two of them ask through the same program. */
function clientOf(owner: string): string | null {
  return owner === 'cleo' || owner === 'dora' ? 'service' : null;
}

/** Something that may happen; `pick` chooses one of the turns it can happen to. */
type Happening =
  | {
      what: 'submit';
      owner: number;
      class: TurnClass;
      promptTokens: number;
      maxTokens: number | null;
      deadlineIn: number | null;
    }
  | { what: 'cancel' | 'requeue'; pick: number }
  | { what: 'progress' | 'finished'; pick: number; tokens: number }
  | { what: 'ready'; slots: number }
  | { what: 'down' | 'failed' }
  | { what: 'pass'; ms: number };

const pick = fc.nat({ max: 1000 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('submit' as const),
      owner: fc.nat({ max: owners.length - 1 }),
      class: fc.constantFrom(...turnClasses),
      promptTokens: fc.nat({ max: 2000 }),
      maxTokens: fc.option(fc.integer({ min: 1, max: 3000 })),
      deadlineIn: fc.option(fc.integer({ min: 1, max: 300_000 }), { freq: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('cancel' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('requeue' as const), pick }) },
  {
    weight: 10,
    arbitrary: fc.record({
      what: fc.constantFrom('progress' as const, 'finished' as const),
      pick,
      tokens: fc.nat({ max: 800 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('ready' as const), slots: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('down' as const, 'failed' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  },
);

interface Fate {
  seq: number;
  owner: string;
  class: TurnClass;
  phase: 'waiting' | 'running' | 'ended';
  requeued: boolean;
  work: Work;
  position: number | null;
  /** Turns that may rightly push its position back since it was told one. */
  allowance: number;
}

/** Plays happenings against the queue and checks every rule after each of them. */
class Witness {
  readonly queue: ReturnType<typeof createQueue>;
  readonly limits: SchedulerLimits;
  readonly fates = new Map<string, Fate>();
  readonly done = new Map<string, number>();
  nowMs = 0;
  #slots = 0;
  #nextId = 0;

  constructor(limits: Partial<SchedulerLimits>) {
    this.limits = { ...defaultLimits, ...limits };
    this.queue = createQueue(this.limits);
    this.apply({ type: 'ready', slots: 2 });
  }

  play(happening: Happening): void {
    switch (happening.what) {
      case 'submit': {
        const deadlineAt = happening.deadlineIn === null ? null : this.nowMs + happening.deadlineIn;
        const { class: turnClass, promptTokens, maxTokens } = happening;
        this.submit(owners[happening.owner] ?? '', { class: turnClass, promptTokens, maxTokens, deadlineAt });
        break;
      }
      case 'cancel': {
        const id = this.#pick(happening.pick, ({ phase }) => phase !== 'ended');
        if (id !== null) this.apply({ type: 'cancel', id });
        break;
      }
      case 'requeue': {
        const id = this.#pick(happening.pick, ({ phase }) => phase === 'running');
        if (id !== null) this.apply({ type: 'requeue', id });
        break;
      }
      case 'progress':
      case 'finished': {
        const id = this.#pick(happening.pick, ({ phase }) => phase === 'running');
        if (id !== null) this.work(id, happening.tokens, happening.what);
        break;
      }
      case 'ready':
        this.apply({ type: 'ready', slots: happening.slots });
        break;
      case 'pass':
        this.nowMs += happening.ms;
        this.apply({ type: 'tick' });
        break;
      default:
        this.apply({ type: happening.what });
    }
  }

  submit(
    owner: string,
    more: Pick<
      Extract<QueueEvent, { type: 'submit' }>,
      'class' | 'promptTokens' | 'maxTokens' | 'deadlineAt'
    >,
  ): string {
    const id = `${owner}-${this.#nextId++}`;
    for (const fate of this.fates.values()) {
      if (fate.owner !== owner || fate.class !== more.class) fate.allowance += 1;
    }
    this.fates.set(id, {
      seq: this.#nextId,
      owner,
      class: more.class,
      phase: 'waiting',
      requeued: false,
      work: { promptTokens: 0, generatedTokens: 0 },
      position: null,
      allowance: 0,
    });
    this.apply({ type: 'submit', id, owner, client: clientOf(owner), ...more });
    return id;
  }

  work(id: string, tokens: number, type: 'progress' | 'finished'): void {
    const fate = this.fate(id);
    fate.work = { promptTokens: 7, generatedTokens: fate.work.generatedTokens + tokens };
    if (type === 'progress') {
      this.apply({ type, id, ...fate.work });
      return;
    }
    this.#settle(fate);
    this.apply({ type, id, ...fate.work, complete: true });
  }

  apply(event: QueueEvent): QueueEffect[] {
    if (event.type === 'ready') this.#slots = event.slots;
    if (event.type === 'down' || event.type === 'failed') this.#slots = 0;
    if (event.type === 'requeue') {
      const fate = this.fate(event.id);
      fate.phase = 'waiting';
      fate.requeued = true;
      fate.work = { promptTokens: 0, generatedTokens: 0 };
      for (const other of this.fates.values()) other.allowance += 1;
    }
    const effects = step(this.queue, event, this.nowMs);
    for (const effect of effects) this.#hear(effect);
    // Accounts of owners who are gone for good are forgotten.
    for (const owner of this.done.keys()) if (!this.queue.ledger.accounts.has(owner)) this.done.delete(owner);
    this.#checkSlots();
    this.#checkAccounts();
    this.#checkNobodyWaitsInVain();
    return effects;
  }

  running(): string[] {
    return [...this.fates].filter(([, { phase }]) => phase === 'running').map(([id]) => id);
  }

  fate(id: string): Fate {
    const fate = this.fates.get(id);
    if (fate === undefined) throw new Error(`the queue speaks of ${id}, which nobody submitted`);
    return fate;
  }

  #settle(fate: Fate): void {
    fate.phase = 'ended';
    this.done.set(fate.owner, (this.done.get(fate.owner) ?? 0) + costOf(fate.work));
  }

  #hear(effect: QueueEffect): void {
    const fate = this.fate(effect.id);
    switch (effect.type) {
      case 'start':
        expect(fate.phase, `${effect.id} starts only when it waits`).toBe('waiting');
        expect(this.running().length, 'no slot is given twice').toBeLessThan(this.#slots);
        this.#checkFirstComeFirstServed(fate);
        this.#checkCap(fate);
        fate.phase = 'running';
        fate.position = null;
        break;
      case 'reject':
      case 'cancelled':
        expect(fate.phase, `${effect.id} is turned away only while it waits`).toBe('waiting');
        fate.phase = 'ended';
        break;
      case 'stop':
        expect(fate.phase).toBe('running');
        break;
      case 'position':
        expect(fate.phase).toBe('waiting');
        expect(effect.position).toBeGreaterThanOrEqual(1);
        expect(effect.position).toBeLessThanOrEqual(waitingCount(this.queue));
        if (fate.position !== null) {
          expect(effect.position, 'a place is never lost to work, ends or refunds').toBeLessThanOrEqual(
            fate.position + fate.allowance,
          );
          fate.allowance -= Math.max(0, effect.position - fate.position);
        }
        if (fate.position === null) fate.allowance = 0;
        fate.position = effect.position;
        break;
    }
  }

  #checkFirstComeFirstServed(starting: Fate): void {
    if (starting.requeued) return;
    for (const other of this.fates.values()) {
      if (other.owner !== starting.owner || other.class !== starting.class || other.phase !== 'waiting')
        continue;
      if (!other.requeued)
        expect(other.seq, 'first come, first served within an owner and class').toBeGreaterThanOrEqual(
          starting.seq,
        );
    }
  }

  #checkCap(starting: Fate): void {
    // What the engine lost goes before everything else.
    if (starting.requeued) return;
    const cap = this.limits.maxRunningPerOwner[starting.class] ?? this.#slots;
    expect(this.#runningBeside(starting.owner, starting.class), 'no cap is exceeded').toBeLessThan(cap);
  }

  #checkSlots(): void {
    expect(this.queue.running.size).toBe(this.running().length);
    const waiting = [...this.fates.values()].filter(({ phase }) => phase === 'waiting').length;
    expect(waitingCount(this.queue)).toBe(waiting);
  }

  #checkAccounts(): void {
    for (const account of this.queue.ledger.accounts.values()) {
      const fates = [...this.fates.values()].filter(({ owner }) => owner === account.owner);
      expect(runningOf(account)).toBe(fates.filter(({ phase }) => phase === 'running').length);
      expect(waitingOf(account)).toBe(fates.filter(({ phase }) => phase === 'waiting').length);
      expect(waitingOf(account) - fates.filter(({ requeued }) => requeued).length).toBeLessThanOrEqual(
        this.limits.maxWaitingPerOwner,
      );
      const inProgress = fates
        .filter(({ phase }) => phase === 'running')
        .reduce((sum, { work }) => sum + costOf(work), 0);
      expect(account.served, 'every token is charged to its owner, once').toBeCloseTo(
        (this.done.get(account.owner) ?? 0) + inProgress,
        6,
      );
    }
  }

  /** With a free slot, whoever waits is held back by a cap of their own or of their client. */
  #checkNobodyWaitsInVain(): void {
    if (this.limits.keepSlotMs > 0 || this.running().length >= this.#slots || this.queue.lost.length > 0)
      return;
    for (const { account, class: turnClass } of this.queue.lanes.values()) {
      const cap = this.limits.maxRunningPerOwner[turnClass] ?? this.#slots;
      expect(this.#runningBeside(account.owner, turnClass)).toBeGreaterThanOrEqual(cap);
    }
  }

  /** Running turns of this class that count towards the same cap. */
  #runningBeside(owner: string, turnClass: TurnClass): number {
    const client = clientOf(owner);
    return [...this.fates.values()].filter(
      (fate) =>
        fate.phase === 'running' &&
        fate.class === turnClass &&
        (fate.owner === owner || (client !== null && clientOf(fate.owner) === client)),
    ).length;
  }

  #pick(pick: number, wanted: (fate: Fate) => boolean): string | null {
    const ids = [...this.fates].filter(([, fate]) => wanted(fate)).map(([id]) => id);
    return ids[pick % ids.length] ?? null;
  }
}

const small = { maxWaiting: 12, maxWaitingPerOwner: 5, agingMs: 60_000 };

describe('for every sequence of events', () => {
  it.each([
    ['without a kept slot', 0],
    ['with a kept slot', 60_000],
  ])('slots, order, places, caps and accounts stay right %s', (_name, keepSlotMs) => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), (happenings) => {
        const witness = new Witness({ ...small, keepSlotMs });
        for (const each of happenings) witness.play(each);
      }),
      { numRuns: 300, seed: 20261124 },
    );
  });

  it('every turn ends exactly once', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), (happenings) => {
        const witness = new Witness(small);
        for (const each of happenings) witness.play(each);
        witness.apply({ type: 'ready', slots: 2 });
        for (let round = 0; round < 500 && witness.running().length > 0; round++) {
          for (const id of witness.running()) witness.work(id, 10, 'finished');
          witness.play({ what: 'pass', ms: small.agingMs });
        }
        expect([...witness.fates.values()].filter(({ phase }) => phase !== 'ended')).toEqual([]);
        expect(witness.queue.turns.size).toBe(0);
        expect(witness.queue.lanes.size).toBe(0);
      }),
      { numRuns: 200, seed: 20261124 },
    );
  });

  it('the same events give the same effects', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
        const record = () => {
          const witness = new Witness(small);
          for (const each of happenings) witness.play(each);
          return JSON.stringify([...witness.fates]);
        };
        expect(record()).toBe(record());
      }),
      { numRuns: 50, seed: 20261124 },
    );
  });
});

describe('once everybody has been told a place', () => {
  it('no place gets worse while nobody joins, whatever is used, refunded, cancelled or finished', () => {
    const later = fc.oneof(
      fc.record({
        what: fc.constantFrom('progress' as const, 'finished' as const),
        pick,
        tokens: fc.nat({ max: 3000 }),
      }),
      fc.record({ what: fc.constant('cancel' as const), pick }),
      fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1000, max: 30_000 }) }),
    );
    const joins = fc.record({ owner: fc.nat({ max: 3 }), class: fc.constantFrom(...turnClasses) });
    fc.assert(
      fc.property(
        fc.array(joins, { minLength: 4, maxLength: 16 }),
        fc.array(later, { maxLength: 60 }),
        (turns, events) => {
          const witness = new Witness({ maxWaiting: 16, maxWaitingPerOwner: 16, keepSlotMs: 0 });
          for (const { owner, class: turnClass } of turns) {
            witness.submit(owners[owner] ?? '', {
              class: turnClass,
              promptTokens: 0,
              maxTokens: null,
              deadlineAt: null,
            });
          }
          witness.play({ what: 'pass', ms: 250 });
          for (const fate of witness.fates.values()) fate.allowance = 0;
          for (const event of events) witness.play(event);
        },
      ),
      { numRuns: 300, seed: 20261124 },
    );
  });
});

describe('against every competitor', () => {
  it('a turn of any class starts before twice as many others as the queue is long', () => {
    const competitor = fc.record({
      owner: fc.nat({ max: 30 }),
      class: fc.constantFrom(...turnClasses),
      tokens: fc.integer({ min: 1, max: 4000 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...turnClasses),
        fc.integer({ min: 1, max: 3 }),
        fc.array(competitor, { minLength: 30, maxLength: 60 }),
        (turnClass, slots, competitors) => {
          const witness = new Witness({ ...small, keepSlotMs: 0, agingMs: 1e12 });
          witness.apply({ type: 'ready', slots });
          const turn = { promptTokens: 0, maxTokens: null, deadlineAt: null };
          // Before it waits, the victim has used far more than anybody else ever will.
          const first = witness.submit('victim', { class: 'interactive', ...turn });
          for (let n = 0; n < 6; n++) witness.submit(`early${n}`, { class: 'interactive', ...turn });
          witness.work(first, 1_000_000, 'finished');
          const victim = witness.submit('victim', { class: turnClass, ...turn });
          let starts = 0;
          for (const { owner, class: otherClass, tokens } of competitors) {
            if (witness.fate(victim).phase !== 'waiting' || starts === 2 * small.maxWaiting) break;
            const [ending] = witness.running();
            witness.submit(`other${owner}`, { class: otherClass, ...turn });
            witness.submit(`fresh${starts}`, { class: 'interactive', ...turn });
            if (ending === undefined) continue;
            witness.work(ending, tokens, 'finished');
            starts += 1;
          }
          if (starts === 2 * small.maxWaiting) expect(witness.fate(victim).phase).not.toBe('waiting');
        },
      ),
      { numRuns: 100, seed: 20261124 },
    );
  });

  it('two owners who always have something waiting get the same number of tokens, up to what fits the slots', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(pick, fc.integer({ min: 1, max: 1000 })), { minLength: 50, maxLength: 150 }),
        (slots, ends) => {
          const witness = new Witness({ ...small, keepSlotMs: 0 });
          witness.apply({ type: 'ready', slots });
          const turn = { class: 'interactive' as const, promptTokens: 0, maxTokens: null, deadlineAt: null };
          const refill = () => {
            for (const owner of ['anna', 'ben']) {
              const waiting = () =>
                [...witness.fates.values()].filter((fate) => fate.owner === owner && fate.phase === 'waiting')
                  .length;
              while (waiting() < 4) witness.submit(owner, turn);
            }
          };
          refill();
          // Anna's answers are as long as they come, ben's are a fifth of it.
          for (const [which, tokens] of ends) {
            const running = witness.running();
            const id = running[which % running.length] ?? '';
            witness.work(id, witness.fate(id).owner === 'anna' ? tokens : Math.ceil(tokens / 5), 'finished');
            refill();
          }
          const anna = witness.queue.ledger.accounts.get('anna')?.served ?? 0;
          const ben = witness.queue.ledger.accounts.get('ben')?.served ?? 0;
          expect(Math.abs(anna - ben)).toBeLessThanOrEqual(2 * slots * 1007);
        },
      ),
      { numRuns: 100, seed: 20261124 },
    );
  });
});
