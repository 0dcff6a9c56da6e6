import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** For `unshare`: own network, and own processes, so that every daemon ends with its laboratory. */
export const ownNamespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Makes sure of real programs for a test. CI gets them from Debian; a person's machine is left alone.
 * @param packages program → Debian package
 * @returns why the test can't run here and how it could, or null
 */
export async function prepareDaemons(packages: Record<string, string>): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'needs root on Linux: run it as root in a container or virtual machine';
  const missing = () =>
    Object.keys(packages).filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing().length === 0) return null;
  const names = missing().map((program) => packages[program] ?? program);
  const advice = `missing ${missing().join(', ')}: apt-get install --no-install-recommends ${names.join(' ')}`;
  if (process.env.CI !== 'true' || !existsSync('/usr/bin/apt-get')) return advice;
  await apt('update', '-qq');
  await apt('install', '-y', '-qq', '--no-install-recommends', ...names);
  return missing().length === 0 ? null : `${advice} (tried, and it failed)`;
}

/** Not synchronous: an installation may take longer than the test runner waits for a silent worker. */
async function apt(...args: string[]): Promise<void> {
  await once(
    spawn('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' }),
    'exit',
  );
}
