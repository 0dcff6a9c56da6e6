/** Measures how fast this machine reads memory and multiplies, with one core and with all that the engine would use. */
import { once } from 'node:events';
import os from 'node:os';
import { Worker } from 'node:worker_threads';

interface Speed {
  /** Bytes per second, all cores together. */
  readonly read: number;
  /** 8-bit products per second out of the cache, all cores together. */
  readonly products: number;
}

export interface SpeedMeasurement {
  readonly cores: number;
  readonly one: Speed;
  readonly all: Speed;
  /** Share of the processor that other programs used meanwhile, 0 to 1. */
  readonly foreignLoad: number;
}

/** Larger than any cache that one core could have to itself. */
const mostBytesPerCore = 96 * 1024 * 1024;
/** Larger than the caches of the boards that have so little memory. */
const leastBytesPerCore = 8 * 1024 * 1024;

/** Takes about four times `phaseMs`, by default 4 seconds, and a quarter of `usableBytes` of memory at most. */
export async function measureSpeed(
  cores: number,
  usableBytes: number,
  phaseMs = 1000,
): Promise<SpeedMeasurement> {
  const share = Math.floor(usableBytes / 4 / cores / 65_536) * 65_536;
  const bytes = Math.min(Math.max(share, leastBytesPerCore), mostBytesPerCore);
  const workers = Array.from(
    { length: cores },
    () => new Worker(new URL('./bandwidth-worker.ts', import.meta.url), { workerData: { bytes } }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const phase = async (count: number, kind: 'read' | 'dot') => {
      const until = Date.now() + phaseMs;
      const used = workers.slice(0, count);
      for (const worker of used) worker.postMessage({ until, kind });
      return Promise.all(used.map(async (worker) => ((await once(worker, 'message')) as [number[]])[0]));
    };
    const load = watchForeignLoad();
    const readOne = await phase(1, 'read');
    const readAll = await phase(cores, 'read');
    const dotOne = await phase(1, 'dot');
    const dotAll = await phase(cores, 'dot');
    return {
      cores,
      one: { read: quiet(readOne), products: quiet(dotOne) },
      all: { read: quiet(readAll), products: quiet(dotAll) },
      foreignLoad: load(),
    };
  } finally {
    for (const worker of workers) await worker.terminate();
  }
}

/**
 * Sum over the cores of each core's ninth decile: close to the best burst, which is what the machine can do when nothing
 * else runs, without trusting a single lucky one.
 */
function quiet(bursts: readonly (readonly number[])[]): number {
  return bursts.reduce((sum, each) => sum + quantile(each, 0.9), 0);
}

/** @returns a function that tells the share of all cores that others used since now */
function watchForeignLoad(): () => number {
  const busy = () =>
    os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const started = performance.now();
  const busyBefore = busy();
  const ownBefore = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(ownBefore);
    const foreign = busy() - busyBefore - (user + system) / 1000;
    return Math.min(Math.max(foreign / ((performance.now() - started) * os.cpus().length), 0), 1);
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0;
}
