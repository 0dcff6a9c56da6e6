/** An own, empty network namespace for the engine, where the kernel lets this user make one. */
import { spawnSync } from 'node:child_process';

export const namespaceTool = '/usr/bin/unshare';

/** Flags of `unshare` that work here, or null. Root needs no user namespace, and keeps reading other users' model files. */
export function findNamespaceFlags(): string[] | null {
  const candidates =
    process.getuid?.() === 0
      ? [['--net'], ['--map-current-user', '--net']]
      : [['--map-current-user', '--net']];
  return (
    candidates.find(
      (flags) =>
        spawnSync(namespaceTool, [...flags, 'true'], { stdio: 'ignore', timeout: 5000 }).status === 0,
    ) ?? null
  );
}
