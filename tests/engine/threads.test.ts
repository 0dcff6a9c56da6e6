import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calibrationKey, rememberedThreads, rememberThreads } from '#server/engine/calibration.ts';
import { type Step, ThreadGovernor } from '#server/engine/governor.ts';
import { sweepThreads } from '#server/engine/sweep.ts';
import { controlThreads } from '#server/engine/thread-control.ts';
import { usableCores } from '#server/engine/threads.ts';
import { testEngine } from '../support/engine.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A machine on paper: how long a step takes with so many threads while others use so many cores. */
class Machine {
  foreign = 0;
  /** Whether the governor is told who uses the cores, or has to find out by the time that steps take. */
  meter = true;
  nowMs = 0;
  steps = 0;
  readonly #cores: number;
  readonly #governor: ThreadGovernor;

  constructor(cores: number, governor: ThreadGovernor) {
    this.#cores = cores;
    this.#governor = governor;
  }

  get threads(): number {
    return this.#governor.threads;
  }

  /** One decode step: spinning threads on shared cores make it 50 times as long. */
  step(changes: Partial<Step> = {}): void {
    const { threads } = this.#governor;
    const fair = 100 / threads;
    const elapsedMs = threads + this.foreign > this.#cores + 0.4 ? 50 * fair : fair;
    this.nowMs += elapsedMs;
    this.steps++;
    this.#governor.observe({ decoded: 1, prefilled: 0, elapsedMs, ...changes }, this.nowMs);
    if (this.meter) {
      const idleCores = Math.max(0, this.#cores - this.foreign - threads);
      const foreignCores = Math.min(this.foreign, this.#cores);
      this.#governor.share({ cores: this.#cores, idleCores, foreignCores }, this.nowMs);
    }
  }

  run(steps: number): void {
    for (let n = 0; n < steps; n++) this.step();
  }
}

describe('the thread governor', () => {
  it('keeps its threads on a quiet machine', () => {
    const machine = new Machine(4, new ThreadGovernor(4, 4));
    machine.run(1000);
    expect(machine.threads).toBe(4);
  });

  it('gives a thread up after one collapsed step and another only if that does not help', () => {
    const machine = new Machine(4, new ThreadGovernor(4, 4));
    machine.meter = false;
    machine.run(20);
    machine.foreign = 1;
    machine.run(1);
    expect(machine.threads).toBe(3);
    machine.run(200);
    expect(machine.threads).toBe(3);
    machine.foreign = 2;
    machine.run(10);
    expect(machine.threads).toBe(2);
  });

  it('gives a thread up for a neighbour that was there before the first step', () => {
    const machine = new Machine(2, new ThreadGovernor(2, 2));
    machine.foreign = 0.8;
    machine.run(1);
    expect(machine.threads).toBe(1);
    machine.run(100);
    expect(machine.threads).toBe(1);
  });

  it('shares a core with somebody who hardly uses it', () => {
    const machine = new Machine(4, new ThreadGovernor(3, 4));
    machine.foreign = 0.3;
    machine.run(100);
    expect(machine.threads).toBe(4);
  });

  it('takes it back when the neighbour has gone', () => {
    const machine = new Machine(2, new ThreadGovernor(2, 2));
    machine.run(20);
    machine.foreign = 1;
    machine.run(50);
    expect(machine.threads).toBe(1);
    machine.foreign = 0;
    machine.run(50);
    expect(machine.threads).toBe(2);
  });

  it('tries ever more rarely while the neighbour comes and goes', () => {
    const machine = new Machine(2, new ThreadGovernor(2, 2));
    machine.run(20);
    const tries: number[] = [];
    let before = machine.threads;
    while (machine.nowMs < 400_000) {
      // Idle whenever nobody looks, busy as soon as a thread is taken back.
      machine.foreign = machine.threads === 2 ? 1 : 0;
      machine.step();
      if (machine.threads > before) tries.push(machine.nowMs);
      before = machine.threads;
    }
    const gaps = tries.slice(1).map((time, index) => time - (tries[index] ?? 0));
    expect(gaps[0]).toBeLessThan(10_000);
    expect(gaps.at(-1)).toBeGreaterThan(60_000);
  });

  it.each([
    ['is left out where a small model’s steps are quicker without it', [3.4, 10], [2, 1, 1]],
    ['is tried without, and used where it brings something', [9, 5.5], [2, 1, 2]],
    ['is always used where steps are long', [90, 50], [2, 2, 2]],
  ])('the last thread %s', (_what, [alone = 0, both = 0], threads) => {
    const governor = new ThreadGovernor(2, 2);
    const decode = { decoded: 1, prefilled: 0 };
    const steps = (count: number) => {
      for (let n = 0; n < count; n++) {
        const elapsedMs = governor.threadsFor(decode) === 1 ? alone : both;
        governor.observe({ ...decode, elapsedMs }, 0);
      }
      return governor.threadsFor(decode);
    };
    expect([steps(30), steps(5), steps(40)]).toEqual(threads);
    // Of one kind of step nothing follows for another.
    expect(governor.threadsFor({ decoded: 4, prefilled: 0 })).toBe(2);
  });

  it('the last thread is not left out because the machine hiccups', () => {
    const governor = new ThreadGovernor(2, 2);
    const decode = { decoded: 1, prefilled: 0 };
    let without = 0;
    let nowMs = 0;
    for (let n = 0; n < 5000; n++) {
      const threads = governor.threadsFor(decode);
      if (threads === 1) without++;
      const elapsedMs = n % 20 === 0 ? 60 : threads === 1 ? 3.7 : 2.5;
      nowMs += elapsedMs;
      governor.observe({ ...decode, elapsedMs }, nowMs);
    }
    expect(without).toBeGreaterThan(0);
    expect(without).toBeLessThan(100);
  });

  it('the last thread comes back when a growing text makes steps longer without it than they were with it', () => {
    const governor = new ThreadGovernor(2, 2);
    const decode = { decoded: 1, prefilled: 0 };
    const threads = Array.from({ length: 1000 }, (_, n) => {
      const used = governor.threadsFor(decode);
      const elapsedMs = used === 1 ? 1.8 + n * 0.006 : 2.6 + n * 0.002;
      // All in one moment: no verdict runs out.
      governor.observe({ ...decode, elapsedMs }, 0);
      return used;
    });
    const back = threads.lastIndexOf(1) + 1;
    expect(threads[60]).toBe(1);
    // Without it a step takes 2.6 ms, what one with it took at first, from the 134th on.
    expect(back).toBeGreaterThan(134);
    expect(back).toBeLessThan(160);
  });

  it('keeps its threads when a small model’s step is held up for a moment, and gives one up when all are', () => {
    const governor = new ThreadGovernor(2, 2);
    const step = (elapsedMs: number) => governor.observe({ decoded: 4, prefilled: 0, elapsedMs }, 0);
    for (let n = 0; n < 20; n++) step(5);
    for (const elapsedMs of [37, 20, 5, 5, 50, 5]) step(elapsedMs);
    expect(governor.threads).toBe(2);
    for (let n = 0; n < 3; n++) step(100);
    expect(governor.threads).toBe(1);
  });

  it('does not mistake wider batches, guesses, chunks between tokens or growing contexts for a neighbour', () => {
    const governor = new ThreadGovernor(2, 2);
    for (let n = 0; n < 500; n++) {
      governor.observe({ decoded: 1, prefilled: 0, elapsedMs: 50 * (1 + n / 100) }, n);
      governor.observe({ decoded: 4, prefilled: 0, elapsedMs: 150 }, n);
      governor.observe({ decoded: 1, prefilled: 8, elapsedMs: 120 }, n);
      // Behind a long text a token of a prompt costs more than twice what it did at first.
      governor.observe({ decoded: 0, prefilled: 64, elapsedMs: 430 * (1 + (1.4 * n) / 500) }, n);
    }
    expect(governor.threads).toBe(2);
  });

  it('notices a neighbour during a long prompt too', () => {
    const governor = new ThreadGovernor(2, 2);
    for (let n = 0; n < 5; n++) governor.observe({ decoded: 0, prefilled: 64, elapsedMs: 1000 }, n);
    governor.observe({ decoded: 0, prefilled: 64, elapsedMs: 20_000 }, 6);
    expect(governor.threads).toBe(1);
  });

  it('never goes below one thread', () => {
    const governor = new ThreadGovernor(1, 2);
    for (let n = 0; n < 50; n++) governor.observe({ decoded: 1, prefilled: 0, elapsedMs: 10 ** (n % 5) }, n);
    expect(governor.threads).toBe(1);
  });
});

describe('thread control', () => {
  /** A machine whose cores others use whenever the engine has nothing to do. */
  function control() {
    let nowMs = 0;
    let sinceMs = 0;
    let foreignMs = 0;
    const set: number[] = [];
    const meter = {
      read: () => {
        if (nowMs - sinceMs < 1000) return null;
        const foreignCores = (2 * foreignMs) / (nowMs - sinceMs);
        meter.restart();
        return { cores: 2, idleCores: 2 - foreignCores, foreignCores };
      },
      restart: () => {
        sinceMs = nowMs;
        foreignMs = 0;
      },
    };
    const { before, after } = controlThreads(
      (threads) => set.push(threads),
      2,
      2,
      meter,
      () => nowMs,
    );
    return {
      set,
      work: (ms: number, foreign: boolean) => {
        for (const end = nowMs + ms; nowMs < end; ) {
          nowMs += 30;
          if (foreign) foreignMs += 30;
          before({ decoded: 1, prefilled: 0 });
          after({ decoded: 1, prefilled: 0, elapsedMs: 30 });
        }
      },
      pause: (ms: number) => {
        nowMs += ms;
        foreignMs += ms;
      },
    };
  }

  it('gives a thread up for others that work at the same time', () => {
    const { set, work } = control();
    work(3000, true);
    expect(set).toEqual([2, 1]);
  });

  it('does not mind what others do while it has nothing to do itself', () => {
    const { set, work, pause } = control();
    for (let i = 0; i < 5; i++) {
      work(1500, false);
      pause(20_000);
    }
    expect(set).toEqual([2]);
  });
});

describe('the thread sweep', () => {
  const sweep = async (stepMs: (threads: number) => number) => {
    let clock = 0;
    const step = async (threads: number) => {
      clock += stepMs(threads);
    };
    return sweepThreads([2, 1], step, () => clock);
  };

  it('finds the fastest number', async () => {
    expect(await sweep((threads) => 100 / threads)).toEqual({ threads: 2, stepMs: 50 });
    expect((await sweep((threads) => (threads === 2 ? 500 : 100))).threads).toBe(1);
  });

  it('wastes next to no time on a candidate that the machine is too busy for', async () => {
    let slowSteps = 0;
    const result = await sweep((threads) => {
      if (threads === 2) slowSteps++;
      return threads === 2 ? 3000 : 60;
    });
    expect(result).toEqual({ threads: 1, stepMs: 60 });
    expect(slowSteps).toBe(2);
  });

  it('prefers fewer threads when more bring next to nothing', async () => {
    expect((await sweep((threads) => (threads === 2 ? 98 : 100))).threads).toBe(1);
  });
});

describe('remembered thread counts', () => {
  const model = scriptedModel().path;

  it('come back for the same machine and model, and only for them', () => {
    const path = join(tempFolder(), 'cache', 'threads.json');
    rememberThreads(path, calibrationKey(model), { threads: 3, stepMs: 12 });
    rememberThreads(path, 'another', { threads: 7, stepMs: 1 });
    expect(rememberedThreads(path, calibrationKey(model))).toBe(3);
    expect(rememberedThreads(path, calibrationKey(scriptedModel({ answer: 3 }).path))).toBeNull();
  });

  it('are measured again when the file is missing or damaged', () => {
    const path = join(tempFolder(), 'threads.json');
    expect(rememberedThreads(path, 'key')).toBeNull();
    writeFileSync(path, '{"version":1,"entries":{"key":{"thre');
    expect(rememberedThreads(path, 'key')).toBeNull();
    rememberThreads(path, 'key', { threads: 2, stepMs: 1 });
    expect(rememberedThreads(path, 'key')).toBe(2);
  });

  it('are used by the engine, and a configured number wins', async () => {
    const calibrationFile = join(tempFolder(), 'threads.json');
    rememberThreads(calibrationFile, calibrationKey(model), { threads: 2, stepMs: 1 });
    const remembered = testEngine({ modelPath: model, threads: null, calibrationFile, engine: 'prebuilt' });
    expect((await remembered.start()).threads).toBe(2);
    const configured = testEngine({ modelPath: model, threads: 1, calibrationFile });
    expect((await configured.start()).threads).toBe(1);
    expect(JSON.parse(readFileSync(calibrationFile, 'utf8'))).toMatchObject({ version: 1 });
  });
});

describe('usable cores', () => {
  it('are at least one', () => {
    expect(usableCores()).toBeGreaterThanOrEqual(1);
  });
});
