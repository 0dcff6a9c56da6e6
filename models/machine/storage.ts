import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SystemFiles } from './files.ts';

export interface Storage {
  readonly path: string;
  /** Bytes. */
  readonly free: number;
  readonly total: number;
  /** Block device or file system, like "/dev/mmcblk0p2". */
  readonly device: string | null;
  /** A memory card: slow to load from, and worn out by writing. */
  readonly isCard: boolean;
}

/** The disk under a folder; the folder itself need not exist yet. */
export function readStorage(files: SystemFiles, path: string): Storage {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const disk = statfsSync(folder);
      const device = deviceOf(files, folder);
      return {
        path,
        free: disk.bavail * disk.bsize,
        total: disk.blocks * disk.bsize,
        device,
        isCard: device?.includes('/mmcblk') ?? false,
      };
    } catch (error) {
      if (dirname(folder) === folder) throw error;
    }
  }
}

/** The longest mount point above the folder wins. Fields 5 and after the dash: mount point, type, source. */
function deviceOf(files: SystemFiles, folder: string): string | null {
  let best = { length: 0, source: null as string | null };
  for (const line of (files.read('/proc/self/mountinfo') ?? '').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = before.split(' ')[4] ?? '';
    const inside = point === '/' || folder === point || folder.startsWith(`${point}/`);
    if (inside && point.length > best.length)
      best = { length: point.length, source: after.split(' ')[1] ?? null };
  }
  return best.source;
}
