import { readStep, type Step } from '#server/cli/engine/compiler-output.ts';
import type { CliIo } from '#server/cli/io.ts';
import { duration } from '#server/cli/progress.ts';

const redrawMs = 200;
/** Elsewhere than on a terminal: a line at each of so many parts. */
const parts = 10;
/** Before that the time left would be a guess. */
const fewestSteps = 8;

export interface BuildProgress {
  /** Any line of the build. */
  line(text: string): void;
  /** Leaves the line that was redrawn. */
  finish(): void;
}

/** One line with share, step and time left on a terminal, ten lines elsewhere. `now` in milliseconds. */
export function createBuildProgress(
  io: Pick<CliIo, 'err' | 'isTerminal'>,
  now = () => performance.now(),
): BuildProgress {
  let first: { at: number; done: number } | null = null;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let part = 0;
  let drawn = false;

  function timeLeft({ done, total }: Step, at: number): string {
    if (first === null || done - first.done < fewestSteps || done >= total) return '';
    return `, ${duration(((at - first.at) / (done - first.done) / 1000) * (total - done))} left`;
  }

  return {
    line(text) {
      const step = readStep(text);
      if (step === null || step.total === 0) return;
      const at = now();
      first ??= { at, done: step.done };
      const share = step.done / step.total;
      const shown = `Compiling ${String(Math.floor(share * 100)).padStart(3)}%  ${step.done} of ${step.total}${timeLeft(step, at)}`;
      if (io.isTerminal) {
        if (at - drawnAt < redrawMs && step.done < step.total) return;
        drawnAt = at;
        drawn = true;
        io.err(`\r\u001b[K${shown}`);
        return;
      }
      const reached = Math.floor(share * parts);
      if (reached <= part) return;
      part = reached;
      io.err(`${shown}\n`);
    },
    finish() {
      if (drawn) io.err('\n');
    },
  };
}
