/** How children and workers hand their blocked attempts to the gateway: one file per thread, in its audit folder. */
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BlockedAttempt, setBlockedSink } from './state.ts';

const spoolPattern = /^egress-child-\d+-\d+\.jsonl$/u;

/** In a child or worker: one file per process and thread, which the gateway collects. */
export function reportToSpool(folder: string, thread: number): void {
  const path = join(folder, `egress-child-${process.pid}-${thread}.jsonl`);
  setBlockedSink((attempt) => {
    try {
      appendFileSync(path, `${JSON.stringify(attempt)}\n`, { mode: 0o600 });
    } catch {
      // The attempt is blocked all the same; a full disk must not turn that into a crash.
    }
  });
}

/** Takes away what children left since the last time. */
export function takeSpool(folder: string): { attempt: BlockedAttempt; pid: number }[] {
  const taken: { attempt: BlockedAttempt; pid: number }[] = [];
  for (const name of readdirSync(folder).filter((entry) => spoolPattern.test(entry))) {
    const path = join(folder, name);
    // Renamed first: what the child appends meanwhile goes to a new file.
    renameSync(path, `${path}.taken`);
    for (const line of readFileSync(`${path}.taken`, 'utf8').split('\n')) {
      if (line === '') continue;
      try {
        taken.push({ attempt: JSON.parse(line) as BlockedAttempt, pid: Number(name.split('-')[2]) });
      } catch {
        // Half a line of a child that was killed while writing.
      }
    }
    rmSync(`${path}.taken`);
  }
  return taken;
}
