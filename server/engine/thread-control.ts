/** Applies the thread governor to a running engine. */
import { CpuMeter } from './cpu-meter.ts';
import { type Step, ThreadGovernor } from './governor.ts';

/** Longer than any pause between two steps of the same work. */
const pauseMs = 100;

/** To be called after each step; `set` changes the number of threads of the next one. */
export function controlThreads(
  set: (threads: number) => void,
  threads: number,
  most: number,
  meter: Pick<CpuMeter, 'read' | 'restart'> = new CpuMeter(),
  clock = () => performance.now(),
): (step: Step) => void {
  const governor = new ThreadGovernor(threads, most);
  let present = governor.threads;
  let endedMs = Number.NEGATIVE_INFINITY;
  set(present);
  return (step) => {
    const now = clock();
    governor.observe(step, now);
    // Who used the cores while there was nothing to do here took nothing from this work.
    if (now - step.elapsedMs - endedMs > pauseMs) meter.restart();
    endedMs = now;
    const share = governor.most > 1 ? meter.read() : null;
    if (share !== null) governor.share(share, now);
    if (governor.threads === present) return;
    present = governor.threads;
    set(present);
  };
}
