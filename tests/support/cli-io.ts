import type { CliIo } from '#server/cli/io.ts';
import { tempFolder } from './temp-folder.ts';

export interface SeenIo extends CliIo {
  /** What the command has said so far. */
  readonly seen: { out: string; err: string };
}

/** A terminal-less command line in a folder of its own. */
export function cliIo(changes: Partial<CliIo> = {}): SeenIo {
  const seen = { out: '', err: '' };
  return {
    seen,
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
    env: {},
    workingFolder: tempFolder(),
    isTerminal: false,
    columns: 80,
    argv: null,
    signal: new AbortController().signal,
    ...changes,
  };
}
