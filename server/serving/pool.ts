/**
 * The models in memory. A request takes a lease on its model: while it holds one, the model stays. A model that is not loaded
 * is loaded on demand once its memory is reserved; others leave for it when they are idle. Loading is decided here and by
 * nothing that a request says except the name of a model that an administrator has put on the shelf.
 */
import { join } from 'node:path';
import type { Config } from '#server/config.ts';
import type { Engine, EngineInfo, ModelState } from '#server/engine/engine.ts';
import { createEngine } from '#server/engine/supervisor.ts';
import { StillroomError } from '#server/errors.ts';
import type { Logger } from '#server/logger.ts';
import { defaultLimits, mostWaiting, type TurnClass } from '#server/scheduler/limits.ts';
import { createScheduler, type Scheduler, type SchedulerStats } from '#server/scheduler/scheduler.ts';
import { Line } from '#server/serving/line.ts';
import { planMemory } from '#server/serving/memory-plan.ts';
import { listServable, type ResolvedModel } from '#server/serving/resolve.ts';

export interface Lease {
  model: ResolvedModel;
  engine: Engine;
  scheduler: Scheduler;
  /** Lets go; the model may leave when nobody holds it. Twice does nothing. */
  release(): void;
}

interface AcquireOptions {
  /** Who asks, and what for: owners take turns in the line for memory, and programs leave a quarter of it to people. */
  owner?: string;
  turnClass?: TurnClass;
  /** Called with the place in the line for memory, again whenever it changes. */
  onWaiting?: (position: number) => void;
  /** Gives up the place in the line; `acquire` rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface ModelPool {
  readonly defaultModel: ResolvedModel;
  /** Loads the default model. Rejects with a StillroomError when it can't be loaded. */
  start(): Promise<void>;
  /** Every model that may be asked for, the default first. Reads the shelf, so a model pulled meanwhile is on it. */
  list(): Promise<ResolvedModel[]>;
  state(id: string): ModelState;
  /** The engine of a loaded model; for what is shown about it. */
  info(id: string): EngineInfo | null;
  /** Queue numbers of all loaded models together. */
  stats(): SchedulerStats;
  /**
   * A lease on a model, null = the default; resolves when its memory is reserved. Its engine may still be loading.
   * @throws StillroomError model_not_found, insufficient_memory (with the arithmetic), queue_full, too_many_turns, shutting_down
   */
  acquire(id: string | null, options?: AcquireOptions): Promise<Lease>;
  onState(listener: (modelId: string, state: ModelState) => void): () => void;
  /** Forgets cached state of a deleted conversation in every model. */
  forget(conversation: string): void;
  drain(graceMs: number): Promise<void>;
  stop(): Promise<void>;
}

interface Loaded {
  model: ResolvedModel;
  engine: Engine;
  scheduler: Scheduler;
  users: number;
  lastUsedMs: number;
  /** Somebody waits for its memory: it takes no new requests. */
  leaving: boolean;
  /** Set once its engine is being stopped. */
  unloading: Promise<void> | null;
}

interface Waiting {
  model: ResolvedModel;
  owner: string;
  turnClass: TurnClass;
  sinceMs: number;
  position: number;
  options: AcquireOptions;
  resolve(lease: Lease): void;
  reject(error: unknown): void;
}

interface PoolOptions {
  config: Config;
  defaultModel: ResolvedModel;
  log: Logger;
  /** Bytes that models may take besides those already loaded. */
  freeBytes: (loadedBytes: number) => number;
  /** A model other than the default leaves after so long without use, in milliseconds. */
  idleMs: number;
  /** The machine is about to run out: models that nobody uses leave at once, except those that are meant to stay. */
  memoryIsTight: () => boolean;
  /** How often idleness and memory are looked at, in milliseconds; default 30 s. */
  checkEveryMs?: number;
}

/** Why a model can't be loaded, with the arithmetic. */
export function tooBig(model: ResolvedModel, availableBytes: number): StillroomError {
  return new StillroomError(
    'insufficient_memory',
    `${model.card.name} can't be loaded. ${model.fitSentence(availableBytes)}`,
  );
}

export function createPool(options: PoolOptions): ModelPool {
  const { config, defaultModel, log } = options;
  const loaded = new Map<string, Loaded>();
  const line = new Line<Waiting>();
  const stateListeners = new Set<(modelId: string, state: ModelState) => void>();
  let stopping = false;

  /** Creates engine and queue of a model whose memory is reserved; the caller starts the engine. */
  function load(model: ResolvedModel): Loaded {
    const engine = createEngine({
      modelPath: model.path,
      ...model.settings,
      engine: config.engine,
      calibrationFile: join(config.data, 'threads.json'),
      log,
    });
    engine.onState((state) => tellState(model.card.id, state));
    const scheduler = createScheduler({
      engine,
      model: model.card.id,
      log,
      limits: { maxWaiting: config.queue },
    });
    const entry: Loaded = {
      model,
      engine,
      scheduler,
      users: 0,
      lastUsedMs: Date.now(),
      leaving: false,
      unloading: null,
    };
    loaded.set(model.card.id, entry);
    return entry;
  }

  function tellState(modelId: string, state: ModelState): void {
    for (const listener of stateListeners) listener(modelId, state);
  }

  function lease(entry: Loaded): Lease {
    let held = true;
    entry.users += 1;
    return {
      model: entry.model,
      engine: entry.engine,
      scheduler: entry.scheduler,
      release() {
        if (!held) return;
        held = false;
        entry.users -= 1;
        entry.lastUsedMs = Date.now();
        if (entry.leaving && entry.users === 0) void unload(entry);
      },
    };
  }

  function unload(entry: Loaded): Promise<void> {
    entry.leaving = true;
    entry.unloading ??= (async () => {
      log.info({ model: entry.model.card.id }, 'unloading a model');
      await entry.engine.stop();
      loaded.delete(entry.model.card.id);
      tellState(entry.model.card.id, { state: 'unloaded' });
      pump();
    })();
    return entry.unloading;
  }

  /** Serves the line for memory. */
  function pump(): void {
    // Whoever a model was leaving for may have gone; the plan below says anew who must leave.
    for (const entry of loaded.values()) entry.leaving = entry.unloading !== null;
    for (;;) {
      const head = line.next(Date.now());
      if (head === undefined) return;
      const present = loaded.get(head.model.card.id);
      if (present !== undefined && !present.leaving) {
        serve(head, present);
        continue;
      }
      const plan = planMemory(head.model.needBytes, options.freeBytes(loadedBytes()), sizes());
      if (present === undefined && plan.action === 'load') {
        const entry = load(head.model);
        startOnDemand(entry);
        serve(head, entry);
        continue;
      }
      if (plan.action === 'refuse') {
        const smaller = head.model.smallerFor(reachableBytes());
        // The same again would not end: what is left now is the last word.
        if (smaller !== null && smaller.model.needBytes < head.model.needBytes) {
          log.warn({ model: head.model.card.id }, smaller.sentence);
          head.model = smaller.model;
          continue;
        }
        line.remove(head);
        head.reject(tooBig(head.model, reachableBytes()));
        continue;
      }
      if (plan.action === 'evict') {
        for (const id of plan.ids) makeLeave(loaded.get(id));
      }
      tellPositions();
      return;
    }
  }

  /**
   * Others who wait for the same model come along, as many as it can answer at once: each change of models costs everybody in
   * the line its loading.
   */
  function serve(head: Waiting, entry: Loaded): void {
    const { card, settings } = entry.model;
    const along = line.order(Date.now()).filter((other) => other !== head && other.model.card.id === card.id);
    for (const one of [head, ...along.slice(0, settings.slots - 1)]) {
      line.take(one);
      one.resolve(lease(entry));
    }
  }

  function startOnDemand(entry: Loaded): void {
    log.info({ model: entry.model.card.id }, 'loading a model on demand');
    entry.engine.start().catch((error: unknown) => {
      log.error({ model: entry.model.card.id, err: error }, 'a model could not be loaded');
      void unload(entry);
    });
  }

  /** The same limits as in the queue of one model. */
  function checkLine(owner: string, turnClass: TurnClass): void {
    const mine = line.count((entry) => entry.owner === owner && entry.turnClass === turnClass);
    if (mine >= defaultLimits.maxWaitingPerOwner) {
      throw new StillroomError(
        'too_many_turns',
        `${mine} of your requests wait for a model to be loaded already. Send the next one when one of them has begun.`,
        { retryAfter: 30 },
      );
    }
    if (line.length >= mostWaiting(config.queue, turnClass)) {
      throw new StillroomError(
        'queue_full',
        'Too many requests wait for a model to be loaded. Try again later.',
        { retryAfter: 30 },
      );
    }
  }

  function makeLeave(entry: Loaded | undefined): void {
    if (entry === undefined || entry.leaving) return;
    entry.leaving = true;
    if (entry.users === 0) void unload(entry);
  }

  function tellPositions(): void {
    for (const [index, entry] of line.order(Date.now()).entries()) {
      if (entry.position === index + 1) continue;
      entry.position = index + 1;
      entry.options.onWaiting?.(entry.position);
    }
  }

  function loadedBytes(): number {
    return [...loaded.values()].reduce((sum, entry) => sum + entry.model.needBytes, 0);
  }

  function sizes() {
    return [...loaded.values()].map((entry) => ({
      id: entry.model.card.id,
      bytes: entry.model.needBytes,
      users: entry.users,
      lastUsedMs: entry.lastUsedMs,
      pinned: stays(entry),
      leaving: entry.leaving,
    }));
  }

  /** Meant to stay: not unloaded without need, and the last to go. */
  function stays({ model }: Loaded): boolean {
    return model.pinned || model.card.id === defaultModel.card.id;
  }

  /** What a model could have if all others left. */
  function reachableBytes(): number {
    return options.freeBytes(loadedBytes()) + loadedBytes();
  }

  const idleCheck = setInterval(() => {
    const tight = options.memoryIsTight();
    for (const entry of loaded.values()) {
      if (entry.users > 0 || stays(entry)) continue;
      if (tight || Date.now() - entry.lastUsedMs > options.idleMs) makeLeave(entry);
    }
  }, options.checkEveryMs ?? Math.min(options.idleMs, 30_000)).unref();

  return {
    defaultModel,

    async start() {
      // Somebody may have come through the door before this: it is loading for them already.
      const entry = loaded.get(defaultModel.card.id) ?? load(defaultModel);
      // Another model that is asked for meanwhile must not take its place: that would end the start.
      const held = lease(entry);
      try {
        await entry.engine.start();
      } finally {
        held.release();
      }
    },

    list: () => listServable(config, defaultModel),
    state: (id) => loaded.get(id)?.engine.state ?? { state: 'unloaded' },
    info: (id) => loaded.get(id)?.engine.info ?? null,

    stats() {
      const all = [...loaded.values()].map((entry) => entry.scheduler.stats());
      return {
        slots: all.reduce((sum, one) => sum + one.slots, 0),
        running: all.reduce((sum, one) => sum + one.running, 0),
        waiting: all.reduce((sum, one) => sum + one.waiting, line.length),
        longestWaitMs: Math.max(0, ...all.map((one) => one.longestWaitMs)),
      };
    },

    async acquire(id, acquireOptions = {}) {
      const present = loaded.get(id ?? defaultModel.card.id);
      // Whoever comes after somebody who waits for memory waits too, unless the model is here to stay.
      if (present !== undefined && !present.leaving) return lease(present);
      const model =
        id === null || id === defaultModel.card.id
          ? defaultModel
          : (await listServable(config, defaultModel)).find((candidate) => candidate.card.id === id);
      if (model === undefined) throw notServed(id ?? '');
      acquireOptions.signal?.throwIfAborted();
      if (stopping)
        throw new StillroomError('shutting_down', 'Stillroom is shutting down. Try again in a moment.');
      const { owner = '', turnClass = 'interactive' } = acquireOptions;
      checkLine(owner, turnClass);
      return new Promise<Lease>((resolve, reject) => {
        const entry: Waiting = {
          model,
          owner,
          turnClass,
          sinceMs: Date.now(),
          position: 0,
          options: acquireOptions,
          resolve,
          reject,
        };
        line.add(entry);
        acquireOptions.signal?.addEventListener('abort', () => {
          if (!line.remove(entry)) return;
          reject(acquireOptions.signal?.reason);
          pump();
          tellPositions();
        });
        pump();
      });
    },

    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },

    forget(conversation) {
      for (const entry of loaded.values()) entry.engine.forget(conversation);
    },

    async drain(graceMs) {
      stopping = true;
      for (const entry of line.clear()) {
        entry.reject(
          new StillroomError('shutting_down', 'Stillroom is shutting down. Try again in a moment.'),
        );
      }
      await Promise.all([...loaded.values()].map((entry) => entry.scheduler.drain(graceMs)));
    },

    async stop() {
      clearInterval(idleCheck);
      await Promise.all([...loaded.values()].map((entry) => entry.engine.stop()));
    },
  };
}

export function notServed(id: string): StillroomError {
  return new StillroomError(
    'model_not_found',
    `The model "${id.slice(0, 100)}" is not served here. GET /v1/models lists what is available.`,
    {
      param: 'model',
    },
  );
}
