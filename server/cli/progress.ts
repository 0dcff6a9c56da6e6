import { amount } from '#models/fit.ts';
import type { CliIo } from '#server/cli/io.ts';

export interface Progress {
  /** `done` and `total` in bytes; `resumed` of them had arrived before and don't count for the speed. */
  update(done: number, total: number, resumed?: number): void;
  finish(): void;
}

const redrawMs = 100;
const lineMs = 10_000;
/** Speed is that of the last seconds: a stall shows at once. */
const speedWindowMs = 5000;

/** A bar with speed and time left on a terminal, a line every ten seconds elsewhere. `now` in milliseconds. */
export function createProgress(
  io: Pick<CliIo, 'err' | 'isTerminal' | 'columns'>,
  label: string,
  now = () => performance.now(),
): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let latest: [number, number] = [0, 0];
  let samples: { at: number; done: number }[] = [];

  function text(done: number, total: number): string {
    const oldest = samples[0];
    const newest = samples.at(-1);
    const seconds = oldest !== undefined && newest !== undefined ? (newest.at - oldest.at) / 1000 : 0;
    const speed = seconds > 0 && oldest !== undefined ? (done - oldest.done) / seconds : null;
    const rate = speed === null || done === total ? '' : `  ${amount(Math.max(speed, 0))}/s`;
    const left =
      speed === null || speed <= 0 || done === total ? '' : `  ${duration((total - done) / speed)} left`;
    return `${amount(done)} of ${amount(total)}${rate}${left}`;
  }

  function show(done: number, total: number): void {
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    if (!io.isTerminal) {
      io.err(`${label}${percent}  ${text(done, total)}\n`);
      return;
    }
    const facts = `${percent}  ${text(done, total)}`;
    const room = io.columns - label.length - facts.length - 4;
    const filled = Math.round(share * Math.max(room, 0));
    const bar = room >= 8 ? `[${'█'.repeat(filled)}${'░'.repeat(room - filled)}]` : '';
    io.err(`\r\u001b[K${label}${bar}${facts}`);
  }

  return {
    update(done, total, resumed = 0) {
      latest = [done, total];
      const at = now();
      if (samples.length === 0) samples.push({ at, done: Math.max(resumed, 0) });
      samples.push({ at, done });
      const recent = samples.filter((sample) => at - sample.at <= speedWindowMs);
      if (recent.length > 1) samples = recent;
      if (at - shownAt < (io.isTerminal ? redrawMs : lineMs)) return;
      shownAt = at;
      show(done, total);
    },
    finish() {
      show(...latest);
      if (io.isTerminal) io.err('\n');
    },
  };
}

/** "42 s", "3 min 05 s", "2 h 10 min". */
export function duration(seconds: number): string {
  const s = Math.max(Math.round(seconds), 0);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}
