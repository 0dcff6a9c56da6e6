/** Runs a model for a moment in the real engine, to hold the prediction against. */
import { systemFiles } from '#models/machine/files.ts';
import type { EngineEvent } from '#server/engine/engine.ts';
import { median } from '#server/engine/median.ts';
import type { EngineChoice } from '#server/engine/native-build-choice.ts';
import { createEngine } from '#server/engine/supervisor.ts';
import { StillroomError } from '#server/errors.ts';

export interface EngineMeasurement {
  /** Tokens per second. */
  readonly decode: number;
  /** The same from the first token to the last of all answers, interruptions by other programs included. */
  readonly decodeOverall: number;
  readonly prefill: number;
  /** Bytes the engine process holds in memory after the run. */
  readonly resident: number;
  readonly threads: number;
}

interface MeasureOptions {
  readonly path: string;
  readonly contextTokens: number;
  readonly threads: number | null;
  /** Which build of the engine; default: the one that would serve. */
  readonly engine?: EngineChoice;
  readonly signal: AbortSignal;
}

const answerTokens = 48;
/** A fast model sends its tokens in a few pieces: it answers again until there are enough times to take a median of. */
const enoughGaps = 40;
const mostRepetitions = 20;
/** Ordinary words: the speed does not depend on what they say. */
const question = 'Please explain in a few words how a small still room was used in an old house. '.repeat(8);

/** @throws StillroomError when the model can't be loaded */
export async function measureModel(options: MeasureOptions): Promise<EngineMeasurement> {
  const engine = createEngine({
    modelPath: options.path,
    slots: 1,
    contextTokens: options.contextTokens,
    threads: options.threads,
    gpu: 'off',
    engine: options.engine ?? 'auto',
  });
  const stop = () => void engine.stop();
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    const info = await engine.start();
    // Only the first answer reads its whole prompt.
    const first = await answer(engine);
    const answers = [first];
    const gaps = [...first.gaps];
    for (let repeated = 0; gaps.length < enoughGaps && repeated < mostRepetitions; repeated++) {
      const next = await answer(engine);
      answers.push(next);
      gaps.push(...next.gaps);
    }
    const { usage, timings } = first.done;
    return {
      // The median: other programs that take the processor for a moment don't count as the model's slowness.
      decode: 1 / median(gaps),
      decodeOverall: decodedPerSecond(answers),
      prefill: (usage.promptTokens - usage.cachedTokens) / (timings.prefillMs / 1000),
      resident: residentBytes(info.pid) ?? info.memory.rss,
      threads: info.threads,
    };
  } finally {
    options.signal.removeEventListener('abort', stop);
    await engine.stop();
  }
}

function residentBytes(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(systemFiles().read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

interface Answer {
  readonly done: Extract<EngineEvent, { type: 'done' }>;
  /** Seconds per token, piece by piece. */
  readonly gaps: number[];
}

function decodedPerSecond(answers: readonly Answer[]): number {
  const tokens = answers.reduce((sum, { done }) => sum + done.usage.completionTokens, 0);
  const milliseconds = answers.reduce((sum, { done }) => sum + done.timings.decodeMs, 0);
  return tokens / (milliseconds / 1000);
}

function answer(engine: ReturnType<typeof createEngine>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const gaps: number[] = [];
  let last: number | null = null;
  engine.generate(
    {
      id: 'doctor',
      owner: 'doctor',
      conversation: null,
      messages: [{ role: 'user', content: question }],
      sampling: {
        temperature: 0,
        topP: 1,
        topK: 1,
        minP: 0,
        seed: 1,
        frequencyPenalty: 0,
        presencePenalty: 0,
      },
      guess: false,
      thinking: { mode: 'enabled', budgetTokens: null },
      maxTokens: answerTokens,
      stop: [],
      paceTokensPerSecond: null,
    },
    (event) => {
      if (event.type === 'delta') {
        const now = performance.now();
        if (last !== null) gaps.push((now - last) / 1000 / event.tokens);
        last = now;
      }
      // The last piece is sent at the end, whenever that is: its time says nothing.
      if (event.type === 'done') resolve({ done: event, gaps: gaps.length > 1 ? gaps.slice(0, -1) : gaps });
      if (event.type === 'error') reject(new StillroomError('engine_unavailable', event.message));
    },
  );
  return promise;
}
