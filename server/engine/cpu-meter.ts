/** How busy the machine's cores are, by this process and by others. */
import { cpus } from 'node:os';

export interface CpuShare {
  cores: number;
  /** Cores without work, on average since the last reading. */
  idleCores: number;
  /** Cores that other processes used. */
  foreignCores: number;
}

export class CpuMeter {
  #last = reading();

  /** Since the previous call. Null when that was less than `leastMs` ago. */
  read(leastMs = 1000): CpuShare | null {
    if (performance.now() - this.#last.atMs < leastMs) return null;
    const now = reading();
    const elapsed = now.atMs - this.#last.atMs;
    const cores = now.cores;
    const idleCores = (now.idleMs - this.#last.idleMs) / elapsed;
    const ownCores = (now.ownMs - this.#last.ownMs) / elapsed;
    this.#last = now;
    return { cores, idleCores, foreignCores: Math.max(0, cores - idleCores - ownCores) };
  }

  /** The next reading is about what happens from now on. */
  restart(): void {
    this.#last = reading();
  }
}

function reading() {
  const all = cpus();
  const own = process.cpuUsage();
  return {
    atMs: performance.now(),
    cores: all.length,
    idleMs: all.reduce((sum, cpu) => sum + cpu.times.idle, 0),
    ownMs: (own.user + own.system) / 1000,
  };
}
