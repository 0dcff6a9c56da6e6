/** Compares the native build with the prebuilt: the verdict, without the measuring. */
import { z } from 'zod';
import { median } from './median.ts';

/** Tokens per second. */
const speed = z.object({ prefill: z.number().positive(), decode: z.number().positive() });
export type Speed = z.infer<typeof speed>;

export const trialResult = z.object({
  /** Name of the model file. */
  model: z.string(),
  threads: z.number().int().positive(),
  /** How often each was measured, in turns. */
  rounds: z.number().int().positive(),
  prebuilt: speed,
  native: speed,
  /** How many times as fast the native build writes a typical answer. */
  gain: z.number().positive(),
});
export type TrialResult = z.infer<typeof trialResult>;

/** A question and its answer with the thought, in tokens: what the two speeds are weighed by. */
export interface TypicalAnswer {
  readonly promptTokens: number;
  readonly answerTokens: number;
}

/** Below this the difference is within what repeating the comparison changes. */
const worthwhile = 1.03;

/** Medians of all rounds, weighed by what people wait for. */
export function compareBuilds(
  about: { readonly model: string; readonly threads: number },
  prebuilt: readonly Speed[],
  native: readonly Speed[],
  typical: TypicalAnswer,
): TrialResult {
  const speeds = { prebuilt: medians(prebuilt), native: medians(native) };
  const seconds = ({ prefill, decode }: Speed) =>
    typical.promptTokens / prefill + typical.answerTokens / decode;
  return {
    model: about.model,
    threads: about.threads,
    rounds: native.length,
    ...speeds,
    gain: seconds(speeds.prebuilt) / seconds(speeds.native),
  };
}

/** In doubt the prebuilt: it is the one that everybody runs. */
export function fasterBuild({ gain }: TrialResult): 'native' | 'prebuilt' {
  return gain >= worthwhile ? 'native' : 'prebuilt';
}

function medians(rounds: readonly Speed[]): Speed {
  return {
    prefill: median(rounds.map((round) => round.prefill)),
    decode: median(rounds.map((round) => round.decode)),
  };
}
