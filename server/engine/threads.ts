/** How many threads the engine may use. The library's own default (at least 4) is 50 times slower on 2 cores: threads spin at barriers. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { systemFiles } from '#models/machine/files.ts';
import { quota } from '#models/machine/processor.ts';

/** Below this size one thread is fastest: barriers cost more than the second core brings (measured at 12 MB and 60 MB). */
const oneThreadBytes = 96 * 1024 * 1024;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** Physical cores, hyper-threads counted once; null where the kernel does not tell. */
function physicalCores(): number | null {
  const base = '/sys/devices/system/cpu';
  try {
    const siblings = readdirSync(base)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => read(`${base}/${name}/topology/thread_siblings_list`))
      .filter((list) => list !== null);
    return siblings.length > 0 ? new Set(siblings).size : null;
  } catch {
    return null;
  }
}

/** min(physical cores, CPU affinity, container quota), at least 1. */
export function usableCores(): number {
  const limits = [
    availableParallelism(),
    physicalCores() ?? cpus().length,
    Math.floor(quota(systemFiles()) ?? Infinity),
  ];
  return Math.max(1, Math.min(...limits));
}

/** Threads to start with for a model of this size, before anything was measured. */
export function defaultThreads(modelBytes: number): number {
  return modelBytes < oneThreadBytes ? 1 : usableCores();
}
