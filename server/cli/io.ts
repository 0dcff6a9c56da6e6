import { onStopSignal } from '#server/cli/signals.ts';

/** What a command sees of the world. Tests give their own. */
export interface CliIo {
  out(text: string): void;
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Standard error is a terminal: progress may be redrawn in place. */
  readonly isTerminal: boolean;
  readonly columns: number;
  /**
   * The command line as it was given, for commands that go on in a process of their own; null = stay in this one.
   */
  readonly argv: readonly string[] | null;
  /** Aborts when the person presses Ctrl+C or the process is asked to end. */
  readonly signal: AbortSignal;
}

/** The real one. A signal that asks to end aborts `signal`; a later one ends the process at once. */
export function processIo(): CliIo {
  const stop = new AbortController();
  onStopSignal(
    () => stop.abort(),
    () => process.exit(1),
  );
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    workingFolder: process.cwd(),
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    argv: process.argv.slice(2),
    signal: stop.signal,
  };
}
