/** How many threads the engine may use. The library's own default (at least 4) is 50 times slower on 2 cores: threads spin at barriers. */
import { systemFiles } from '#models/machine/files.ts';
import { readProcessor } from '#models/machine/processor.ts';

/** Below this size one thread is fastest: barriers cost more than the second core brings (measured at 12 MB and 60 MB). */
const oneThreadBytes = 96 * 1024 * 1024;

/** min(physical cores, CPU affinity, container quota), at least 1. */
export function usableCores(): number {
  return readProcessor(systemFiles()).usableCores;
}

/** Threads to start with for a model of this size, before anything was measured. */
export function defaultThreads(modelBytes: number): number {
  return modelBytes < oneThreadBytes ? 1 : usableCores();
}
