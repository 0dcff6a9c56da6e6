/** Processor facts that decide speed. */
import os from 'node:os';
import { cgroupFolders } from './cgroup.ts';
import type { SystemFiles } from './files.ts';

export interface Processor {
  readonly model: string;
  readonly architecture: string;
  /** Instruction sets that the engine's kernels use, as Linux names them. */
  readonly features: readonly string[];
  readonly logicalCores: number;
  /** Hyper-threads of a core counted once. */
  readonly physicalCores: number;
  /** Cores this process may run on. */
  readonly allowedCores: number;
  /** Cores' worth of time that a container limit grants; null without a limit. */
  readonly quotaCores: number | null;
  /** What the engine should use at most. */
  readonly usableCores: number;
}

const interesting = [
  ...[
    'sse4_2',
    'avx',
    'avx2',
    'fma',
    'f16c',
    'avx_vnni',
    'avx512f',
    'avx512vl',
    'avx512_vnni',
    'avx512_bf16',
    'amx_int8',
  ],
  ...['asimd', 'asimddp', 'i8mm', 'sve', 'bf16'],
];

export function readProcessor(files: SystemFiles, architecture: string = os.arch()): Processor {
  const info = files.read('/proc/cpuinfo') ?? '';
  const field = (name: string) => new RegExp(`^${name}\\s*:\\s*(.+)$`, 'mu').exec(info)?.[1]?.trim() ?? null;
  const flags = new Set((field('flags') ?? field('Features') ?? '').split(' '));
  const logicalCores = info.match(/^processor\s*:/gmu)?.length ?? os.cpus().length;
  const physicalCores = countPhysical(files) ?? logicalCores;
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/mu.exec(files.read('/proc/self/status') ?? '')?.[1];
  const allowedCores = allowed === undefined ? logicalCores : listLength(allowed);
  const quotaCores = quota(files);
  return {
    model:
      field('model name') ??
      files.read('/proc/device-tree/model')?.replaceAll('\0', '') ??
      field('Model') ??
      os.cpus()[0]?.model ??
      'unknown',
    architecture,
    features: interesting.filter((name) => flags.has(name)),
    logicalCores,
    physicalCores,
    allowedCores,
    quotaCores,
    usableCores: Math.max(
      1,
      Math.min(physicalCores, allowedCores, Math.floor(quotaCores ?? Number.POSITIVE_INFINITY)),
    ),
  };
}

function countPhysical(files: SystemFiles): number | null {
  const cpus = files.list('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/u.test(name));
  const siblings = cpus.map((name) =>
    files.read(`/sys/devices/system/cpu/${name}/topology/thread_siblings_list`),
  );
  const known = siblings.filter((list) => list !== null);
  return known.length === 0 ? null : new Set(known).size;
}

/** "0-3,8" → 5. */
function listLength(list: string): number {
  return list.split(',').reduce((sum, part) => {
    const [first = '0', last = first] = part.split('-');
    return sum + Number(last) - Number(first) + 1;
  }, 0);
}

/** Cores that control groups grant: v2 "cpu.max" or v1 quota and period, the tightest of all around; null = no limit. */
function quota(files: SystemFiles): number | null {
  let tightest: number | null = null;
  for (const folder of cgroupFolders(files, 'cpu')) {
    const v2 = files.read(`${folder}/cpu.max`)?.split(' ');
    const v1 = [files.read(`${folder}/cpu.cfs_quota_us`), files.read(`${folder}/cpu.cfs_period_us`)];
    const [limit, period] = v2 ?? v1;
    const cores = Number(limit) / Number(period);
    if (limit !== null && Number.isFinite(cores) && cores > 0) tightest = Math.min(tightest ?? cores, cores);
  }
  return tightest;
}
