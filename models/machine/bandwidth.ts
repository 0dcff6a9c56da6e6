/** Measures how fast this machine reads memory and multiplies, with one core and with all that the engine would use. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Speed {
  /** Bytes per second, all cores together. */
  readonly read: number;
  /** 8-bit products per second out of the cache, all cores together. */
  readonly products: number;
}

export interface SpeedMeasurement {
  readonly cores: number;
  readonly one: Speed;
  readonly all: Speed;
  /** 0 to 1: how far typical bursts fell behind the best ones; other programs were at work when it is high. */
  readonly disturbance: number;
}

/** Larger than any cache that one core could have to itself. */
const bytesPerCore = 96 * 1024 * 1024;

/** Takes about four times `phaseMs`. The default measures for 4 seconds. */
export async function measureSpeed(cores: number, phaseMs = 1000): Promise<SpeedMeasurement> {
  const workers = Array.from(
    { length: cores },
    () => new Worker(new URL('./bandwidth-worker.ts', import.meta.url), { workerData: { bytes: bytesPerCore } }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const phase = async (count: number, kind: 'read' | 'dot') => {
      const until = Date.now() + phaseMs;
      const used = workers.slice(0, count);
      for (const worker of used) worker.postMessage({ until, kind });
      return Promise.all(used.map(async (worker) => ((await once(worker, 'message')) as [number[]])[0]));
    };
    const readOne = await phase(1, 'read');
    const readAll = await phase(cores, 'read');
    const dotOne = await phase(1, 'dot');
    const dotAll = await phase(cores, 'dot');
    return {
      cores,
      one: { read: quiet(readOne), products: quiet(dotOne) },
      all: { read: quiet(readAll), products: quiet(dotAll) },
      disturbance: disturbance([...dotAll, ...dotOne]),
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

function disturbance(bursts: readonly (readonly number[])[]): number {
  const shares = bursts.map((each) => 1 - quantile(each, 0.3) / quantile(each, 0.9));
  return Math.max(...shares, 0);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0;
}
