/** An own, empty network namespace for the engine, where the kernel lets this user make one. */
import { spawnSync } from 'node:child_process';

export const namespaceTool = '/usr/bin/unshare';

/**
 * Flags of `unshare` that work here, or null. Not as root: its engine would need a user namespace too, since the launcher
 * gives the right to make others away, and could not read other users' model files in there. It has no sockets anyhow.
 */
export function findNamespaceFlags(): string[] | null {
  if (process.getuid?.() === 0) return null;
  const flags = ['--map-current-user', '--net'];
  const { status } = spawnSync(namespaceTool, [...flags, 'true'], { stdio: 'ignore', timeout: 5000 });
  return status === 0 ? flags : null;
}
