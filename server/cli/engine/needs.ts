/** What a build needs of this machine, looked at before anything is started. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';
import { amount } from '#models/fit.ts';
import type { EngineFolders } from '#server/engine/native-build.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Need {
  /** Any of these will do. */
  readonly programs: readonly string[];
  readonly purpose: string;
  readonly apt: string;
  readonly dnf: string;
}

const needs: readonly Need[] = [
  { programs: ['git'], purpose: 'unpacks the source', apt: 'git', dnf: 'git' },
  { programs: ['npm'], purpose: 'starts the steps', apt: 'npm', dnf: 'npm' },
  { programs: ['cmake'], purpose: 'plans the build', apt: 'cmake', dnf: 'cmake' },
  { programs: ['cc', 'gcc', 'clang'], purpose: 'the C compiler', apt: 'gcc', dnf: 'gcc' },
  { programs: ['c++', 'g++', 'clang++'], purpose: 'the C++ compiler', apt: 'g++', dnf: 'gcc-c++' },
  { programs: ['ninja', 'make'], purpose: 'runs the compilers', apt: 'ninja-build', dnf: 'ninja-build' },
];

const oldestCmake = [3, 19] as const;
/** Source and what lies around while compiling; 13 MB of it stay. */
const diskBytes = 350e6;
/** Measured: 1.2 GB at the most with two compilers at a time. */
const bytesPerJob = 650e6;

/** Where a program is on the PATH; null = nowhere. */
export function findProgram(name: string, env: Environment): string | null {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return null;
}

/** What is missing, as lines for people with the command that installs it; empty = nothing. */
export function missingTools(env: Environment, osRelease = readOsRelease()): string[] {
  const missing = needs.filter(({ programs }) => programs.every((name) => findProgram(name, env) === null));
  const lines = missing.map(({ programs, purpose }) => `  ${programs.join(' or ')} (${purpose})`);
  const packages = [...missing];
  const cmake = findProgram('cmake', env);
  const found = cmake === null ? null : cmakeVersion(cmake);
  if (found !== null && !isRecent(found)) {
    lines.push(`  cmake ${oldestCmake.join('.')} or newer (found ${found})`);
    packages.push(...needs.filter(({ apt }) => apt === 'cmake'));
  }
  if (lines.length === 0) return [];
  return ['These programs are missing:', ...lines, `Install them: ${installCommand(packages, osRelease)}`];
}

function cmakeVersion(path: string): string | null {
  try {
    const text = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /version (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestCmake[0] || (major === oldestCmake[0] && minor >= oldestCmake[1]);
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

function installCommand(missing: readonly Need[], osRelease: string): string {
  const like = /^ID(?:_LIKE)?=.*$/gm;
  const family = [...osRelease.matchAll(like)].join(' ');
  const apt = `apt-get install ${missing.map((need) => need.apt).join(' ')}`;
  const dnf = `dnf install ${missing.map((need) => need.dnf).join(' ')}`;
  if (/debian|ubuntu/.test(family)) return apt;
  if (/fedora|rhel|centos/.test(family)) return dnf;
  return `${apt}   (Debian, Ubuntu), or   ${dnf}   (Fedora, RHEL)`;
}

export interface Jobs {
  /** Compilers at a time. */
  readonly jobs: number;
  /** The library would start more: they have to be held back. */
  readonly limited: boolean;
}

/** As the library does: all cores of a small machine, all but two of a larger one. */
export function usualJobs(cores = cpus().length): number {
  return cores <= 4 ? cores : cores - 2;
}

/**
 * As many compilers as memory allows, or as wished.
 * @returns a sentence when it can't be done
 */
export function planJobs(
  wished: number | null,
  most: number,
  availableBytes: number,
  hasNinja: boolean,
): Jobs | string {
  const affordable = Math.floor(availableBytes / bytesPerJob);
  const jobs = wished ?? Math.min(most, Math.max(affordable, 1));
  if (jobs > most) {
    return `--jobs ${jobs} is more than the engine library starts on this machine: at most ${most}.`;
  }
  if (jobs > affordable) {
    return `Compiling needs about ${amount(jobs * bytesPerJob)} of free memory for ${jobs} at a time, and ${amount(availableBytes)} are free. Close other programs${jobs > 1 ? ', or set --jobs lower' : ' or add swap'}.`;
  }
  if (jobs < most && !hasNinja) {
    return `To run fewer than ${most} compilers at a time, install ninja: make can't be told here.`;
  }
  return { jobs, limited: jobs < most };
}

/** Why the engine library's folder can't take a build; null = it can. */
export function folderProblem({ library }: EngineFolders): string | null {
  try {
    accessSync(join(library, 'llama'), constants.W_OK);
  } catch {
    return `${library} can't be written to. Run this as the user who installed Stillroom.`;
  }
  const { bavail, bsize } = statfsSync(library);
  const free = bavail * bsize;
  return free < diskBytes
    ? `A build needs ${amount(diskBytes)} on the disk of ${library}, and ${amount(free)} are free. Make room there.`
    : null;
}
