/** Real engine processes for tests: started on a scripted model, stopped when the test ends. */
import { onTestFinished } from 'vitest';
import type { EngineState, GenerateRequest } from '#server/engine/engine.ts';
import { createEngine, type EngineOptions, type LocalEngine } from '#server/engine/supervisor.ts';
import { Asked, request } from './engine-requests.ts';

export { request } from './engine-requests.ts';

export function testEngine(options: Partial<EngineOptions> & { modelPath: string }): LocalEngine {
  const engine = createEngine({ slots: 2, contextTokens: 2048, threads: 1, gpu: 'off', ...options });
  onTestFinished(() => engine.stop());
  return engine;
}

export function ask(engine: LocalEngine, text: string, changes: Partial<GenerateRequest> = {}): Asked {
  return new Asked(engine, request(text, changes));
}

/** Resolves when the engine enters this state. */
export function stateOf<Name extends EngineState['state']>(
  engine: LocalEngine,
  name: Name,
): Promise<Extract<EngineState, { state: Name }>> {
  type Wanted = Extract<EngineState, { state: Name }>;
  if (engine.state.state === name) return Promise.resolve(engine.state as Wanted);
  return new Promise((resolve) => {
    const stop = engine.onState((state) => {
      if (state.state !== name) return;
      stop();
      resolve(state as Wanted);
    });
  });
}
