/** Applies the thread governor to a running engine. */
import { CpuMeter } from './cpu-meter.ts';
import { type Step, ThreadGovernor } from './governor.ts';

/** Longer than any pause between two steps of the same work. */
const pauseMs = 100;

export interface ThreadControl {
  /** What the next step is to do. */
  before: (step: Pick<Step, 'decoded' | 'prefilled'>) => void;
  /** What it has done, and how long that took. */
  after: (step: Step) => void;
}

/** `set` changes the number of threads of the next step. */
export function controlThreads(
  set: (threads: number) => void,
  threads: number,
  most: number,
  meter: Pick<CpuMeter, 'read' | 'restart'> = new CpuMeter(),
  clock = () => performance.now(),
): ThreadControl {
  const governor = new ThreadGovernor(threads, most);
  let present = governor.threads;
  let endedMs = Number.NEGATIVE_INFINITY;
  const use = (count: number) => {
    if (count === present) return;
    present = count;
    set(count);
  };
  set(present);
  return {
    before: (step) => use(governor.threadsFor(step)),
    after(step) {
      const now = clock();
      governor.observe(step, now);
      // Who used the cores while there was nothing to do here took nothing from this work.
      if (now - step.elapsedMs - endedMs > pauseMs) meter.restart();
      endedMs = now;
      const share = governor.most > 1 ? meter.read() : null;
      if (share !== null) governor.share(share, now);
    },
  };
}
