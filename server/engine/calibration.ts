/** The fastest number of threads for this machine and model, measured at the first start and remembered in a file. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { defaultThreads, usableCores } from './threads.ts';

const file = z.object({
  version: z.literal(1),
  /** By machine and model. */
  entries: z.record(z.string(), z.object({ threads: z.number().int().positive(), stepMs: z.number() })),
});
type File = z.infer<typeof file>;

/** What the choice depends on: processor, cores that may be used, the model file (not its name), and the engine's build. */
export function calibrationKey(modelPath: string, isNative = false): string {
  const { size, mtimeMs } = statSync(modelPath);
  const machine = [cpus()[0]?.model ?? process.arch, usableCores(), size, Math.round(mtimeMs)];
  // Its threads wait for each other in another way.
  if (isNative) machine.push('native');
  return createHash('sha256').update(machine.join('|')).digest('hex').slice(0, 24);
}

function read(path: string): File {
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Missing, damaged or of another version: measuring again is all it takes.
    return { version: 1, entries: {} };
  }
}

export function rememberedThreads(path: string, key: string): number | null {
  return read(path).entries[key]?.threads ?? null;
}

/** Written beside the old file and moved over it, so that a crash leaves one or the other. Throws what the disk says. */
export function rememberThreads(
  path: string,
  key: string,
  measured: { threads: number; stepMs: number },
): void {
  const { entries } = read(path);
  mkdirSync(dirname(path), { recursive: true });
  const next: File = { version: 1, entries: { ...entries, [key]: measured } };
  const partial = `${path}.${process.pid}.part`;
  writeFileSync(partial, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
}

/** Numbers of threads worth measuring for a model of this size; one = nothing to choose. */
export function candidateThreads(modelBytes: number): number[] {
  const most = defaultThreads(modelBytes);
  const wanted = [most, most - 1, most >= 8 ? Math.round(most / 2) : most];
  return [...new Set(wanted)].filter((threads) => threads >= 1);
}
