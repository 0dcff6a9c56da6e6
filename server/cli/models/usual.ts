/** What "fits" means where no other setting is asked for. */
import { type Fit, type FitInput, fitModel } from '#models/fit.ts';
import { systemFiles } from '#models/machine/files.ts';
import { readMemory } from '#models/machine/memory.ts';
import { readProcessor } from '#models/machine/processor.ts';

/** What a chat with a reasoning model wants, for two people. */
export const usualSetting = { contextTokens: 8192, slots: 2 };

/** The part of this machine that decides whether a model fits. */
export interface Room {
  /** Bytes a model may take. */
  readonly usable: number;
  readonly features: readonly string[];
}

export function roomHere(): Room {
  const files = systemFiles();
  return { usable: readMemory(files).usable, features: readProcessor(files).features };
}

export function fitsHere(input: FitInput, { usable }: Room): Fit {
  return fitModel(input, usualSetting, usable);
}
