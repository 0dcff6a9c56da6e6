/** What asks a program to end: Ctrl+C, a service manager, a terminal that goes away. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm, a shell, a parent process and the terminal may each pass on what was one Ctrl+C. */
const echoMs = 1000;

/** Calls `stop` at the first of these signals, and `again` when somebody insists. */
export function onStopSignal(stop: () => void, again: () => void): void {
  let firstMs: number | null = null;
  const heard = () => {
    if (firstMs === null) {
      firstMs = performance.now();
      stop();
    } else if (performance.now() - firstMs > echoMs) again();
  };
  for (const signal of stopSignals) process.on(signal, heard);
}
