import { readdirSync } from 'node:fs';
import { enginePackages } from '#models/machine/engine-packages.ts';
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
 * Turns `auto` into `off` where it can only end on the CPU: the CPU path is set up differently from the start. On Linux
 * nearly every computer has a graphics device; without a binary for it (they are left out by default) it means nothing.
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
  if (!enginePackages.some((name) => /cuda|vulkan/.test(name))) return 'off';
  return hasDevice('/dev', /^nvidia\d+$/) || hasDevice('/dev/dri', /^renderD\d+$/) ? 'auto' : 'off';
}
