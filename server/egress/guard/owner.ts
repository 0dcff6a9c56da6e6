/** Ends the stream object that sits on a native handle, so that its user gets the sentence and not just "EACCES". */
export function destroyOwner(handle: object, error: Error): void {
  for (const symbol of Object.getOwnPropertySymbols(handle)) {
    if (symbol.description !== 'owner_symbol') continue;
    const owner = (handle as Record<symbol, unknown>)[symbol];
    if (
      owner !== null &&
      typeof owner === 'object' &&
      'destroy' in owner &&
      typeof owner.destroy === 'function'
    ) {
      const destroy = owner.destroy.bind(owner) as (reason: Error) => void;
      process.nextTick(() => destroy(error));
    }
  }
}
