import { readdirSync } from 'node:fs';
import type { GpuChoice } from './protocol.ts';

/** On a model this small, copying to and from an accelerator costs more than it saves. */
const cpuOnlyBytes = 96 * 1024 * 1024;

function hasDevice(folder: string, pattern: RegExp): boolean {
  try {
    return readdirSync(folder).some((name) => pattern.test(name));
  } catch {
    return false;
  }
}

/**
 * Turns `auto` into `off` where it can only end on the CPU: the CPU path is set up differently from the start.
 * `gpuLayers` = how many layers an administrator wants on the accelerator, null = no wish.
 */
export function resolveGpu(
  choice: GpuChoice,
  modelBytes: number,
  gpuLayers: number | null = null,
): GpuChoice {
  if (choice !== 'auto') return choice;
  if (gpuLayers === 0 || (modelBytes < cpuOnlyBytes && gpuLayers === null)) return 'off';
  if (process.platform !== 'linux') return 'auto';
  return hasDevice('/dev', /^nvidia\d+$/) || hasDevice('/dev/dri', /^renderD\d+$/) ? 'auto' : 'off';
}
