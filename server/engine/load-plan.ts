/** Decides how the engine process loads its model on this machine. */
import type { KvType } from '#models/fit.ts';
import { usableMemory } from '#models/machine/memory.ts';
import { calibrationKey, candidateThreads, rememberedThreads, rememberThreads } from './calibration.ts';
import { resolveGpu } from './gpu.ts';
import { checkModelFile } from './model-file.ts';
import { planBuild } from './native-build.ts';
import type { EngineChoice } from './native-build-choice.ts';
import type { FlashAttention, GpuChoice, Loaded, LoadOptions } from './protocol.ts';
import { defaultThreads } from './threads.ts';

export interface LoadWishes {
  modelPath: string;
  slots: number;
  /** Per slot; cut to what the model was trained for. */
  contextTokens: number;
  /** Most threads; null = measured at the first start (see `calibrationFile`), else `defaultThreads`. */
  threads?: number | null;
  /** Where measured thread counts are remembered; null = nothing is measured. */
  calibrationFile?: string | null;
  gpu?: GpuChoice;
  /** Which build of the native engine; default auto. */
  engine?: EngineChoice;
  /** Layers that go to the accelerator; null = as many as fit. Loading fails when there are some and no accelerator. */
  gpuLayers?: number | null;
  /** What keys and values are kept in; default f16. Anything else needs flash attention. */
  kvType?: KvType;
  flashAttention?: FlashAttention;
  /** The operator's words that every conversation begins with. */
  systemPrompt?: string;
  /** Most tokens in one native step. */
  batchTokens?: number;
  /** Memory for conversations without a slot; default: a tenth of what is free, at most 2 GiB. 0 = none. */
  stateBytes?: number;
}

const mostStateBytes = 2 * 1024 ** 3;

/**
 * `mayMeasure` = threads may be measured before the first request; a restarted engine has people waiting.
 * @throws StillroomError model_unreadable, model_invalid, or config_invalid for an engine build that can't be used
 */
export function planLoad(wishes: LoadWishes, passage: string | null, mayMeasure: boolean): LoadOptions {
  const { modelPath, slots, contextTokens } = wishes;
  const bytes = checkModelFile(modelPath);
  const gpuLayers = wishes.gpuLayers ?? null;
  const gpu = resolveGpu(wishes.gpu ?? 'auto', bytes, gpuLayers);
  const build = planBuild(wishes.engine ?? 'auto', gpu);
  const kvType = wishes.kvType ?? 'f16';
  const flashAttention = wishes.flashAttention ?? 'auto';
  return {
    modelPath,
    slots,
    contextTokens,
    batchTokens: wishes.batchTokens ?? 512,
    // With an accelerator the number of threads hardly matters.
    ...threads(wishes, bytes, build.use === 'native', mayMeasure && gpu === 'off'),
    gpu,
    build,
    // Copied weights lie in large pages (see process.ts), and a file that is cut short meanwhile ends no process.
    mapped: gpu !== 'off' || bytes > usableMemory() / 2,
    gpuLayers,
    kvType,
    // Left to itself the library may decide against it, and quantised values can't be read without it.
    flashAttention: kvType !== 'f16' && flashAttention === 'auto' ? true : flashAttention,
    systemPrompt: wishes.systemPrompt ?? '',
    passage,
    stateBytes: wishes.stateBytes ?? Math.min(mostStateBytes, Math.floor(usableMemory() / 10)),
  };
}

function threads(wishes: LoadWishes, bytes: number, isNative: boolean, mayMeasure: boolean) {
  const { calibrationFile = null, modelPath } = wishes;
  if (wishes.threads != null) return { threads: wishes.threads, candidates: [] };
  if (calibrationFile === null) return { threads: defaultThreads(bytes), candidates: [] };
  const remembered = rememberedThreads(calibrationFile, calibrationKey(modelPath, isNative));
  if (remembered !== null) return { threads: remembered, candidates: [] };
  return { threads: defaultThreads(bytes), candidates: mayMeasure ? candidateThreads(bytes) : [] };
}

/** Keeps what was measured on a quiet machine. Throws what the disk says. */
export function keepCalibration(wishes: LoadWishes, { calibration, build }: Loaded): void {
  const { calibrationFile = null, modelPath } = wishes;
  if (calibrationFile === null || calibration === null || !calibration.quiet) return;
  const { threads, stepMs } = calibration;
  rememberThreads(calibrationFile, calibrationKey(modelPath, build.kind === 'native'), { threads, stepMs });
}
