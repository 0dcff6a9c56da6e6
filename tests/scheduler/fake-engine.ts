/** An engine in memory whose answers the test writes token by token. It counts how many turns run at once. */
import type {
  Engine,
  EngineEvent,
  EngineInfo,
  EngineState,
  GenerateRequest,
  Generation,
} from '#server/engine/engine.ts';

export class FakeGeneration implements Generation {
  readonly request: GenerateRequest;
  cancelled = false;
  answeringNow = 0;
  generated = 0;
  #emit: (event: EngineEvent) => void;

  constructor(request: GenerateRequest, emit: (event: EngineEvent) => void) {
    this.request = request;
    this.#emit = emit;
  }

  cancel(): void {
    this.cancelled = true;
  }

  answerNow(): void {
    this.answeringNow += 1;
  }

  accept(promptTokens = 10, cachedTokens = 0): void {
    this.#emit({ type: 'accepted', promptTokens, cachedTokens, slot: 0 });
  }

  think(text: string, tokens = 1): void {
    this.generated += tokens;
    this.#emit({ type: 'delta', kind: 'reasoning', text, tokens });
  }

  say(text: string, tokens = 1): void {
    this.generated += tokens;
    this.#emit({ type: 'delta', kind: 'text', text, tokens });
  }

  closeThought(): void {
    this.#emit({ type: 'reasoningEnd', durationMs: 5, forced: null });
  }

  done(finish: Extract<EngineEvent, { type: 'done' }>['finish'] = 'stop', evaluatedTokens = 10): void {
    const usage = { promptTokens: 10, cachedTokens: 0, reasoningTokens: 0, completionTokens: this.generated };
    this.#emit({
      type: 'done',
      finish,
      usage,
      evaluatedTokens,
      timings: { prefillMs: 20, ttftMs: 30, decodeMs: 40 },
    });
  }

  fail(code: string, retryable: boolean): void {
    this.#emit({ type: 'error', code, message: `It broke: ${code}.`, retryable });
  }
}

export class FakeEngine implements Engine {
  state: EngineState = { state: 'ready' };
  info: EngineInfo | null;
  /** Every start so far. */
  readonly started: FakeGeneration[] = [];
  readonly running = new Set<FakeGeneration>();
  #listeners = new Set<(state: EngineState) => void>();
  #slots: number;

  constructor(slots: number) {
    this.#slots = slots;
    this.info = {
      slots,
      contextTokens: 4096,
      threads: 2,
      gpu: null,
      build: { kind: 'prebuilt', why: 'a test', degraded: false },
      pid: 1,
      memory: { weights: 0, context: 0, rss: 0 },
    };
  }

  generate(request: GenerateRequest, onEvent: (event: EngineEvent) => void): Generation {
    if (this.running.size >= this.#slots) throw new Error('more turns than slots');
    const generation = new FakeGeneration(request, (event) => {
      if (event.type === 'done' || event.type === 'error') this.running.delete(generation);
      onEvent(event);
    });
    this.running.add(generation);
    this.started.push(generation);
    return generation;
  }

  /** The latest start of this turn. */
  run(id: string): FakeGeneration {
    const generation = this.started.findLast(({ request }) => request.id === id);
    if (generation === undefined) throw new Error(`${id} was not started`);
    return generation;
  }

  become(state: EngineState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): Promise<EngineInfo> {
    return this.info === null ? Promise.reject(new Error('not ready')) : Promise.resolve(this.info);
  }

  countTokens(): Promise<number> {
    return Promise.resolve(10);
  }

  forget(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
