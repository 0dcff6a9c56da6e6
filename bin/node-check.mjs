// Plain JavaScript for any Node >= 18, run by the machine's own Node before the bundled one is used.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 26;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that runs the sources: this one when it is new enough, else the one that `npm ci` brought. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= needed) return { path: process.execPath };
  let path;
  try {
    path = createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    path = '';
  }
  if (!existsSync(path)) {
    return {
      problem: `Stillroom needs Node ${needed} and this is ${process.versions.node}: run "npm ci" in ${root} (it brings the right one) or install Node ${needed}.`,
    };
  }
  const { status, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status === 0) return { path };
  const library = /error while loading shared libraries: (\S+?):/.exec(stderr ?? '')?.[1];
  if (library === 'libatomic.so.1') {
    return {
      problem: `Node ${needed}, which npm brought for Stillroom, needs the system library libatomic.so.1, and this machine lacks it. Install it once: apt-get install libatomic1 (Debian, Ubuntu) or dnf install libatomic (Fedora, RHEL).`,
    };
  }
  return {
    problem: `Node ${needed}, which npm brought for Stillroom, does not run on this machine${library ? ` (it needs ${library})` : ''}. Install Node ${needed} yourself and start Stillroom with it.`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problem } = findNode();
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 1;
  }
}
