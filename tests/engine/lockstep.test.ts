import { describe, expect, it } from 'vitest';
import type { EngineEvent, GenerateRequest } from '#server/engine/engine.ts';
import type { Lane } from '#server/engine/lanes.ts';
import { commonPrefix } from '#server/engine/lanes.ts';
import { Lockstep } from '#server/engine/lockstep.ts';
import { StateStore } from '#server/engine/states.ts';
import { request } from '../support/engine.ts';

/** The native side reduced to what the loop can see of it: each call waits until the test lets the step end. */
class Bench {
  readonly events: { id: string; event: EngineEvent }[] = [];
  /** What the step in progress evaluates, one line per lane. */
  step: string[] = [];
  readonly loop: Lockstep;
  #release: (() => void)[] = [];
  #began: (() => void) | null = null;

  readonly states = new StateStore(1_000_000);
  /** While it is set, saving waits for it. */
  saving: Promise<void> | null = null;
  onSave: (() => void) | null = null;
  onDone: (() => void) | null = null;
  clock = () => performance.now();

  constructor(slots: number, batchTokens = 512, contextTokens = 4096) {
    this.loop = new Lockstep({
      lanes: Array.from({ length: slots }, (_, index) => this.#lane(index)),
      format: {
        encode: (text) => [...text].map((character) => character.charCodeAt(0)),
        tags: [],
        bos: 1,
        eos: 2,
        user: 3,
        assistant: 4,
        thinkOpen: 5,
        thinkClose: 6,
        newline: [10],
        blankLine: [10, 10],
        instructions: [],
      },
      decode: (tokens) => String.fromCharCode(...tokens),
      contextTokens,
      batchTokens,
      states: this.states,
      shared: null,
      emit: (id, events) => {
        this.events.push(...events.map((event) => ({ id, event })));
        if (events.some((event) => event.type === 'done')) this.onDone?.();
      },
      now: () => this.clock(),
      onFatal: (reason) => {
        throw reason;
      },
    });
  }

  #lane(index: number): Lane {
    let held: number[] = [];
    const work = async (what: string) => {
      this.step.push(`${index}:${what}`);
      this.#began?.();
      await new Promise<void>((resolve) => this.#release.push(resolve));
    };
    return {
      held: () => held,
      keepPrefix: async (tokens) => {
        held = held.slice(0, commonPrefix(held, tokens));
        return held.length;
      },
      clear: async () => {
        held = [];
      },
      evaluate: async (tokens) => {
        await work(`prefill ${tokens.length}`);
        held.push(...tokens);
      },
      fill: () => work('fill'),
      generate: (tokens) => {
        let next = tokens;
        let said = 64;
        return {
          next: async (feed) => {
            next = feed ?? next;
            await work(next.length > 1 ? `prefill ${next.length}` : 'decode');
            held.push(...next);
            said = said === 90 ? 65 : said + 1;
            next = [said];
            return said;
          },
          guessed: () => 0,
          end: async () => undefined,
        };
      },
      save: async () => {
        if (this.saving === null) return null;
        this.onSave?.();
        const tokens = [...held];
        await this.saving;
        return { tokens, data: new Uint8Array(tokens.length) };
      },
      load: async () => undefined,
    };
  }

  submit(changes: Partial<GenerateRequest> & { id: string }, text = 'hello'): void {
    this.loop.submit(request(text, { thinking: { mode: 'disabled', budgetTokens: null }, ...changes }));
  }

  /** Resolves when the native side is at work in a step. */
  async stepBegins(): Promise<string[]> {
    if (this.step.length === 0) await new Promise<void>((resolve) => (this.#began = resolve));
    // Everything that belongs to the step is started in the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    return this.step;
  }

  stepEnds(): void {
    this.step = [];
    for (const release of this.#release.splice(0)) release();
  }

  async run(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) {
      await this.stepBegins();
      this.stepEnds();
      // What the step brought is dealt with in this turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  of(id: string): string[] {
    return this.events.filter((entry) => entry.id === id).map(({ event }) => event.type);
  }
}

describe('the lock-step loop', () => {
  it('decodes all active requests in the same batch', async () => {
    const bench = new Bench(4);
    for (const id of ['a', 'b', 'c', 'd']) bench.submit({ id });
    await bench.run(1);
    expect(await bench.stepBegins()).toEqual(['0:decode', '1:decode', '2:decode', '3:decode']);
  });

  it('lets a request join and another leave between steps without disturbing the third', async () => {
    const bench = new Bench(2);
    bench.submit({ id: 'a' });
    bench.submit({ id: 'b', maxTokens: 2 });
    bench.submit({ id: 'c', owner: 'carol' });
    await bench.run(2);
    expect(bench.of('b').at(-1)).toBe('done');
    expect((await bench.stepBegins()).map((line) => line.split(' ')[0])).toEqual(['1:prefill']);
    bench.stepEnds();
    expect(await bench.stepBegins()).toEqual(['0:decode', '1:decode']);
  });

  it('lets the one who comes next join in the step after a slot was given back', async () => {
    const bench = new Bench(2);
    let ms = 0;
    bench.clock = () => (ms += 100);
    bench.submit({ id: 'a' });
    bench.submit({ id: 'b', maxTokens: 1 });
    // The queue hears of the end by message, and its answer is one as well.
    bench.onDone = () => setImmediate(() => bench.submit({ id: 'c', owner: 'carol' }));
    await bench.run(1);
    const step = await bench.stepBegins();
    expect(step.map((line) => line.split(' ')[0])).toEqual(['1:prefill']);
  });

  it('forgets a conversation that is deleted while its state is being copied', async () => {
    const bench = new Bench(1);
    bench.submit({ id: 'a', owner: 'anna', conversation: 'A', maxTokens: 1 }, 'x'.repeat(40));
    await bench.run(1);
    expect(bench.of('a').at(-1)).toBe('done');
    const saved = Promise.withResolvers<void>();
    const saving = new Promise<void>((resolve) => (bench.onSave = resolve));
    bench.saving = saved.promise;
    bench.submit({ id: 'b', owner: 'ben', conversation: 'B' });
    bench.stepEnds();
    await saving;
    bench.loop.forget('A');
    saved.resolve();
    expect((await bench.stepBegins()).map((line) => line.split(' ')[0])).toEqual(['0:prefill']);
    expect(bench.states.size).toBe(0);
  });

  it('takes turns: a chunk of a long prompt, a token for everybody else', async () => {
    const bench = new Bench(2, 512);
    bench.submit({ id: 'short' });
    await bench.run(1);
    bench.submit({ id: 'long' }, 'x'.repeat(300));
    await bench.run(1);
    const steps: string[][] = [];
    while (!bench.of('long').includes('delta')) {
      steps.push(await bench.stepBegins());
      await bench.run(1);
    }
    expect(steps.map((step) => step.map((line) => line.split(' ')[0]))).toEqual(
      steps.map((_, index) => [index % 2 === 0 ? '1:prefill' : '0:decode']),
    );
    const chunks = steps.flat().filter((line) => line.startsWith('1:'));
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(Number(chunk.split(' ')[1])).toBeLessThanOrEqual(128);
    // Its first token came with the end of its prompt, so both are written together from here on.
    expect((await bench.stepBegins()).toSorted()).toEqual(['0:decode', '1:decode']);
  });

  it('writes the token that became due while a prompt was read before it reads on', async () => {
    const bench = new Bench(2);
    let ms = 0;
    bench.clock = () => ms;
    bench.submit({ id: 'paced', paceTokensPerSecond: 1 });
    await bench.run(1);
    bench.submit({ id: 'long', owner: 'other' }, 'x'.repeat(300));
    expect((await bench.stepBegins())[0]).toMatch('1:prefill');
    ms += 2000;
    await bench.run(1);
    expect(await bench.stepBegins()).toEqual(['0:decode']);
    for (const id of ['paced', 'long']) bench.loop.cancel(id);
    await bench.run(1);
  });

  it('reads on when nobody is left who waits', async () => {
    const bench = new Bench(2);
    bench.submit({ id: 'a', owner: 'a' });
    await bench.run(1);
    bench.submit({ id: 'long', owner: 'b' }, 'x'.repeat(300));
    await bench.run(1);
    expect((await bench.stepBegins())[0]).toMatch('1:prefill');
    bench.loop.cancel('a');
    await bench.run(1);
    expect((await bench.stepBegins())[0]).toMatch('1:prefill');
  });

  it('fills slots between and beside those that are answered, so that they share a pass', async () => {
    const bench = new Bench(4);
    for (const id of ['a', 'b', 'c', 'd']) bench.submit({ id, owner: id });
    await bench.run(1);
    for (const id of ['b', 'd']) bench.loop.cancel(id);
    await bench.run(1);
    expect((await bench.stepBegins()).toSorted()).toEqual(['0:decode', '1:fill', '2:decode', '3:fill']);
    bench.submit({ id: 'e', owner: 'e' }, 'x'.repeat(300));
    await bench.run(1);
    expect((await bench.stepBegins())[0]).toMatch('1:prefill');
    // To compare, the gap stays open in the next step and is filled again in the one after.
    await bench.run(1);
    expect((await bench.stepBegins()).toSorted()).toEqual(['0:decode', '2:decode']);
    await bench.run(2);
    expect((await bench.stepBegins()).toSorted()).toEqual(['0:decode', '1:fill', '2:decode', '3:fill']);
  });

  it('cancels in prefill after the chunk in progress and gives the slot to the next in line', async () => {
    const bench = new Bench(1, 64);
    bench.submit({ id: 'long' }, 'x'.repeat(1000));
    bench.submit({ id: 'next' });
    await bench.run(2);
    expect(await bench.stepBegins()).toEqual(['0:prefill 64']);
    bench.loop.cancel('long');
    bench.stepEnds();
    await bench.stepBegins();
    expect(bench.of('long')).toEqual(['accepted', 'done']);
    expect(bench.of('next')).toEqual(['accepted']);
    expect(bench.loop.stats().prefillChunks).toBe(3);
  });

  it('cancels in decoding after the step in progress', async () => {
    const bench = new Bench(1);
    bench.submit({ id: 'a' });
    bench.submit({ id: 'next' });
    await bench.run(5);
    await bench.stepBegins();
    const before = bench.loop.stats().steps;
    bench.loop.cancel('a');
    bench.stepEnds();
    await bench.stepBegins();
    expect(bench.loop.stats().steps).toBe(before + 1);
    expect(bench.of('a').at(-1)).toBe('done');
    expect(bench.of('next')).toEqual(['accepted']);
  });

  it('cancels a waiting request without a slot', async () => {
    const bench = new Bench(1);
    bench.submit({ id: 'a' });
    bench.submit({ id: 'waiting' });
    await bench.stepBegins();
    bench.loop.cancel('waiting');
    bench.stepEnds();
    await bench.stepBegins();
    expect(bench.of('waiting')).toEqual(['done']);
  });

  it('lets a short prompt ride along with a long one', async () => {
    const bench = new Bench(2, 512);
    bench.submit({ id: 'long' }, 'x'.repeat(2000));
    bench.submit({ id: 'short' });
    const step = await bench.stepBegins();
    expect(step.map((line) => line.slice(0, 9))).toEqual(['0:prefill', '1:prefill']);
    bench.stepEnds();
    await bench.stepBegins();
    expect(bench.of('short')).toContain('delta');
  });

  it('paces one request without slowing the other', async () => {
    const bench = new Bench(2);
    bench.submit({ id: 'paced', paceTokensPerSecond: 0.01 });
    bench.submit({ id: 'free', maxTokens: 20 });
    await bench.run(20);
    expect(bench.of('free').at(-1)).toBe('done');
    expect(bench.loop.stats().widths.slice(0, 2)).toEqual([1, 19]);
    bench.loop.cancel('paced');
  });

  it('never lets one owner reuse or compare with another owner’s tokens', async () => {
    const bench = new Bench(1);
    bench.submit({ id: 'a', owner: 'alice', maxTokens: 1 }, 'the same secret question');
    await bench.run(1);
    bench.submit({ id: 'b', owner: 'bob', maxTokens: 1 }, 'the same secret question');
    await bench.run(1);
    bench.submit({ id: 'c', owner: 'bob', maxTokens: 1 }, 'the same secret question');
    await bench.run(1);
    await new Promise((resolve) => setImmediate(resolve));
    const cached = bench.events.flatMap(({ event }) =>
      event.type === 'accepted' ? [event.cachedTokens > 0] : [],
    );
    expect(cached).toEqual([false, false, true]);
  });
});
