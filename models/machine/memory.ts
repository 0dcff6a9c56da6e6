/** How much memory a model may take. Bytes everywhere. */
import os from 'node:os';
import { cgroupFolders } from './cgroup.ts';
import { type SystemFiles, systemFiles } from './files.ts';

export interface Memory {
  readonly total: number;
  /** What could be taken now without swapping, seen by the kernel. */
  readonly available: number;
  readonly swapTotal: number;
  readonly swapUsed: number;
  /** The smallest limit of the control groups around this process, null when there is none. */
  readonly limit: number | null;
  /** What a model may take: the smaller of `available` and what the limit leaves. */
  readonly usable: number;
}

export function readMemory(files: SystemFiles): Memory {
  const info = parseMeminfo(files.read('/proc/meminfo') ?? '');
  const total = info.get('MemTotal') ?? os.totalmem();
  const available = info.get('MemAvailable') ?? os.freemem();
  const swapTotal = info.get('SwapTotal') ?? 0;
  let limit: number | null = null;
  let usable = available;
  for (const folder of cgroupFolders(files)) {
    const max = limitOf(files, folder);
    if (max === null || max >= total) continue;
    limit = Math.min(limit ?? max, max);
    usable = Math.min(usable, max - usedBy(files, folder));
  }
  return {
    total,
    available,
    swapTotal,
    swapUsed: swapTotal - (info.get('SwapFree') ?? swapTotal),
    limit,
    usable: Math.max(usable, 0),
  };
}

/**
 * What could be taken now. Node's own number counts the page cache of a control group as used, which the kernel gives back
 * when it is needed.
 */
export function usableMemory(): number {
  return process.platform === 'linux' ? readMemory(systemFiles()).usable : process.availableMemory();
}

function parseMeminfo(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^(\w+):\s+(\d+) kB$/u.exec(line);
    if (match !== null) found.set(match[1] ?? '', Number(match[2]) * 1024);
  }
  return found;
}

/** cgroup v2 "memory.max", v1 "memory.limit_in_bytes"; "max" means none. */
function limitOf(files: SystemFiles, folder: string): number | null {
  const text = files.read(`${folder}/memory.max`) ?? files.read(`${folder}/memory.limit_in_bytes`);
  const value = Number(text);
  return text !== null && Number.isFinite(value) ? value : null;
}

/** Cached file pages are given back under pressure, so they don't count. cgroup v1 has a second number with groups below. */
function usedBy(files: SystemFiles, folder: string): number {
  const used = Number(
    files.read(`${folder}/memory.current`) ?? files.read(`${folder}/memory.usage_in_bytes`) ?? 0,
  );
  const stat = new Map(
    (files.read(`${folder}/memory.stat`) ?? '')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const pages = (name: string) => Number(stat.get(`total_${name}`) ?? stat.get(name) ?? 0);
  return Math.max(used - pages('inactive_file') - pages('active_file'), 0);
}
