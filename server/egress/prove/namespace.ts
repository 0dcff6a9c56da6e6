/** An own network for the proof. `prepareNetwork` runs inside the new namespace, `namespaceCommand` makes one. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { places, proveFolder } from './places.ts';

/** Needs no root: a user namespace gives the rights to set up the network inside, and only there. */
export function namespaceCommand(args: string[]): { file: string; args: string[] } {
  return { file: 'unshare', args: ['--map-root-user', '--net', '--mount', ...args] };
}

/** Null when such a namespace can be made here, else the sentence why not. */
export function namespaceProblem(): string | null {
  const { file, args } = namespaceCommand(['true']);
  const unshare = spawnSync(file, args, { encoding: 'utf8' });
  if (unshare.status !== 0) {
    return `this system allows no own network namespace to this user (${(unshare.stderr ?? unshare.error?.message ?? '').trim()}); allow unprivileged user namespaces, or run it as root`;
  }
  return spawnSync('ip', ['-V']).status === 0
    ? null
    : 'the command "ip" is missing; install the package iproute2';
}

export function prepareNetwork(): void {
  run('ip', ['link', 'set', 'lo', 'up']);
  for (const address of [places.cloud, places.partner, places.resolver])
    run('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);
  run('ip', ['-6', 'address', 'add', `${places.cloud6}/128`, 'dev', 'lo', 'nodad']);
  const file = join(proveFolder, 'resolv.conf');
  writeFileSync(file, `nameserver ${places.resolver}\noptions timeout:1 attempts:1\n`);
  run('mount', ['--bind', file, '/etc/resolv.conf']);
}

function run(file: string, args: string[]): void {
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`"${[file, ...args].join(' ')}" failed: ${stderr.trim()}`);
}
