/** What people read about the two builds of the engine. */
import { buildProblem, type EngineFolders, planBuild, readBuildRecord } from '#server/engine/native-build.ts';
import type { EngineChoice } from '#server/engine/native-build-choice.ts';
import type { Speed, TrialResult } from '#server/engine/native-build-trial.ts';
import type { GpuChoice } from '#server/engine/protocol.ts';
import { StillroomError } from '#server/errors.ts';

export function speeds({ prefill, decode }: Speed): string {
  return `reads ${rate(prefill)}, writes ${rate(decode)} tokens/s`;
}

function rate(tokensPerSecond: number): string {
  return tokensPerSecond.toFixed(tokensPerSecond < 100 ? 1 : 0);
}

/** "1.8× as fast as the prebuilt on stillroom-demo.gguf". */
export function gainText({ gain, model }: TrialResult): string {
  return `${gain.toFixed(2)}× as fast as the prebuilt on ${model}`;
}

/** Which engine the gateway would run and why, or the sentence with which it would refuse to start. */
export function engineInUse(choice: EngineChoice, gpu: GpuChoice, folders: EngineFolders): string {
  try {
    const { use, why } = planBuild(choice, gpu, folders);
    return `${use === 'native' ? 'native build' : 'prebuilt'}: ${why}`;
  } catch (error) {
    if (!(error instanceof StillroomError)) throw error;
    return error.message;
  }
}

/** docs/engine.md says on which machine and how it was measured. */
const elsewhere =
  'where it was measured: as fast on a 1.5B model, 0.9 to 1.9 times as fast on very small ones';

/** One line for the doctor, of a machine whose engine runs on the processor. */
export function engineSentence(choice: EngineChoice, folders: EngineFolders): string {
  const used = engineInUse(choice, 'off', folders);
  const record = readBuildRecord(folders);
  if (record === null || buildProblem(folders, record) !== null) {
    return `${used}. "stillroom engine build" makes one for this processor (${elsewhere})`;
  }
  if (record.trial === null) return `${used}. "stillroom engine compare" does that`;
  return `${used} (native: ${gainText(record.trial)})`;
}
