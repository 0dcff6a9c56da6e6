/** Runs prebuilt and native engine in turns on one model, each in a process of its own, as the gateway would run it. */
import { basename } from 'node:path';
import { typicalAnswer } from '#models/predict.ts';
import { measureModel } from '#server/cli/doctor/measure.ts';
import { compareBuilds, type Speed, type TrialResult } from '#server/engine/native-build-trial.ts';
import { defaultThreads } from '#server/engine/threads.ts';
import { StillroomError } from '#server/errors.ts';

interface TrialOptions {
  readonly modelPath: string;
  readonly modelBytes: number;
  readonly contextTokens: number;
  readonly signal: AbortSignal;
  onRound(round: number, build: 'prebuilt' | 'native', speed: Speed): void;
}

const rounds = 4;

/**
 * Each round runs both, first one and then the other in turns, so that what changes on the machine meanwhile hits both.
 * @throws StillroomError when one of them can't load the model
 */
export async function tryBuilds(options: TrialOptions): Promise<TrialResult> {
  const { modelPath, contextTokens, signal } = options;
  const threads = defaultThreads(options.modelBytes);
  const speeds = { prebuilt: [] as Speed[], native: [] as Speed[] };
  for (let round = 1; round <= rounds; round++) {
    const order = round % 2 === 1 ? (['prebuilt', 'native'] as const) : (['native', 'prebuilt'] as const);
    for (const build of order) {
      const run = await measure({ path: modelPath, contextTokens, threads, engine: build, signal });
      signal.throwIfAborted();
      const speed = { prefill: run.prefill, decode: run.decodeOverall };
      speeds[build].push(speed);
      options.onRound(round, build, speed);
    }
  }
  return compareBuilds(
    { model: basename(modelPath), threads },
    speeds.prebuilt,
    speeds.native,
    typicalAnswer,
  );
}

/** The prebuilt runs first: what fails with the native build alone is not the model's fault. */
async function measure(options: Parameters<typeof measureModel>[0]) {
  try {
    return await measureModel(options);
  } catch (error) {
    if (options.engine !== 'native' || options.signal.aborted || !(error instanceof StillroomError))
      throw error;
    throw new StillroomError(
      'engine_unavailable',
      `The native build does not run on this machine, and the prebuilt does, which stays in use. "stillroom engine clean" removes the build. (${error.message})`,
    );
  }
}
