/** Requests to an engine with everything spelled out, and waiting for their events. */
import type { EngineEvent, GenerateRequest, Generation } from '#server/engine/engine.ts';
import type { LocalEngine } from '#server/engine/supervisor.ts';

let requests = 0;

/** A greedy request with everything spelled out; `changes` replaces parts of it. */
export function request(text: string, changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    id: `r${++requests}`,
    owner: 'alice',
    conversation: null,
    messages: [{ role: 'user', content: text }],
    sampling: {
      temperature: 0,
      topP: 1,
      topK: 0,
      minP: 0,
      seed: 1,
      frequencyPenalty: 0,
      presencePenalty: 0,
    },
    guess: false,
    thinking: { mode: 'enabled', budgetTokens: null },
    maxTokens: null,
    stop: [],
    paceTokensPerSecond: null,
    ...changes,
  };
}

type Final = Extract<EngineEvent, { type: 'done' | 'error' }>;
type EventOf<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

/** A running request that can be waited for event by event. */
export class Asked {
  readonly events: EngineEvent[] = [];
  readonly #waiters: { matches: (event: EngineEvent) => boolean; resolve: (event: EngineEvent) => void }[] =
    [];
  readonly generation: Generation;

  constructor(engine: LocalEngine, asked: GenerateRequest) {
    this.generation = engine.generate(asked, (event) => {
      this.events.push(event);
      for (const waiter of this.#waiters.splice(0)) {
        if (waiter.matches(event)) waiter.resolve(event);
        else this.#waiters.push(waiter);
      }
    });
  }

  /** The first event of this type, also when it has already come. */
  event<Type extends EngineEvent['type']>(type: Type): Promise<EventOf<Type>> {
    return this.#first((event) => event.type === type) as Promise<EventOf<Type>>;
  }

  end(): Promise<Final> {
    return this.#first((event) => event.type === 'done' || event.type === 'error') as Promise<Final>;
  }

  /** The `done` event; an error instead fails the test with its message. */
  async done(): Promise<EventOf<'done'>> {
    const final = await this.end();
    if (final.type === 'error') throw new Error(`${final.code}: ${final.message}`);
    return final;
  }

  async error(): Promise<EventOf<'error'>> {
    const final = await this.end();
    if (final.type === 'done') throw new Error(`ended well (${final.finish}) where an error was expected`);
    return final;
  }

  text(kind: 'reasoning' | 'text'): string {
    return this.events
      .map((event) => (event.type === 'delta' && event.kind === kind ? event.text : ''))
      .join('');
  }

  #first(matches: (event: EngineEvent) => boolean): Promise<EngineEvent> {
    const seen = this.events.find(matches);
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }
}
