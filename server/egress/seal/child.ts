/** A Node child of the gateway (the engine) takes a tighter seal before any of its own code runs. */
import { applySeal } from './apply.ts';
import { openNativeCalls } from './native.ts';

/** Set by the guard for every Node child it lets start. */
export const childVariable = 'STILLROOM_INTERNAL_CHILD';

/** @returns whether this is such a child. The gateway itself and workers, which share their process's seal, are not. */
export function applyChildSeal(): boolean {
  const isChild = process.env[childVariable] === '1';
  delete process.env[childVariable];
  if (!isChild || process.platform !== 'linux') return isChild;
  const native = openNativeCalls();
  if (native !== null) applySeal(native, 'child', [], true);
  return true;
}
