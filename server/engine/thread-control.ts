/** Applies the thread governor to a running engine. */
import { CpuMeter } from './cpu-meter.ts';
import { type Step, ThreadGovernor } from './governor.ts';

/** To be called after each step; `set` changes the number of threads of the next one. */
export function controlThreads(
  set: (threads: number) => void,
  threads: number,
  most: number,
): (step: Step) => void {
  const governor = new ThreadGovernor(threads, most);
  const meter = new CpuMeter();
  let present = governor.threads;
  set(present);
  return (step) => {
    const now = performance.now();
    governor.observe(step, now);
    const share = governor.most > 1 ? meter.read() : null;
    if (share !== null) governor.share(share, now);
    if (governor.threads === present) return;
    present = governor.threads;
    set(present);
  };
}
