/** How the engine child is started below a guarded gateway. */
import { namespaceTool } from './seal/namespace.ts';
import { egressContext, isGuardLoaded } from './state.ts';

/**
 * Options for `fork()` of the engine. Under the guard the child gets the guard and the kernel's child seal instead of
 * Node's permission model (the two can't be loaded together, and the permission model stops no native code); where the
 * launcher found that namespaces work, it also gets an empty network namespace of its own.
 * `unguarded` = Node flags to use where no guard is loaded (tests, `npm run dev`).
 */
export function engineForkOptions(unguarded: string[]): { execPath: string; execArgv: string[] } {
  if (!isGuardLoaded()) return { execPath: process.execPath, execArgv: unguarded };
  const flags = egressContext().applied?.namespaceFlags ?? null;
  return flags === null
    ? { execPath: process.execPath, execArgv: [] }
    : { execPath: namespaceTool, execArgv: [...flags, process.execPath] };
}
