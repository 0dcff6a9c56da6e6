/** A Node child of the gateway (the engine) takes a tighter seal before any of its own code runs. */
import { applySeal } from './apply.ts';
import { openNativeCalls } from './native.ts';

/** Set by the guard for every Node child it lets start. */
export const childVariable = 'STILLROOM_CHILD';

/** Does nothing in the gateway itself and in workers, which share their process's seal. */
export function applyChildSeal(): void {
  const isChild = process.env[childVariable] === '1';
  delete process.env[childVariable];
  if (!isChild || process.platform !== 'linux') return;
  const native = openNativeCalls();
  if (native !== null) applySeal(native, 'child', [], true);
}
