/** Which processor this is, as far as a native build depends on it. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { z } from 'zod';

export const processorRecord = z.object({
  architecture: z.string(),
  model: z.string(),
  /** As the kernel lists them, sorted; empty where it lists none. */
  features: z.array(z.string()),
});
export type ProcessorRecord = z.infer<typeof processorRecord>;

/** Of all cores together: a board may have two kinds of them, and the compiler looked at one. */
export function thisProcessor(cpuinfo = readCpuinfo()): ProcessorRecord {
  const features = cpuinfo
    .matchAll(/^(?:flags|Features|CPU part)\s*:\s*(.*)$/gm)
    .flatMap(([, list = '']) => list.split(' '));
  return {
    architecture: process.arch,
    model: cpus()[0]?.model.trim() || process.arch,
    features: [...new Set(features)].filter((name) => name !== '').toSorted(),
  };
}

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/**
 * Why code compiled for `built` may end in an illegal instruction on `here`; null = it runs. More features than there were
 * are no problem.
 */
export function processorMismatch(built: ProcessorRecord, here: ProcessorRecord): string | null {
  if (built.architecture !== here.architecture || built.model !== here.model) {
    return `it was made for another processor (${built.model}, this one is ${here.model})`;
  }
  const present = new Set(here.features);
  const missing = built.features.filter((name) => !present.has(name));
  if (missing.length === 0) return null;
  const named = missing.slice(0, 4).join(', ');
  return `it was made for a processor that can more than this one (${named}${missing.length > 4 ? ', …' : ''})`;
}
