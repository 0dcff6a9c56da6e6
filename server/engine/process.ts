/** Starts the engine process with as little as it needs: no secrets in its environment, no rights it can do without. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { engineForkOptions } from '#server/egress/engine-process.ts';
import type { GpuChoice } from './protocol.ts';

const memoryFolder = '/dev/shm';

/** What loaders and GPU drivers read. Everything else of the gateway's environment stays with the gateway. */
const passedOn =
  /^(PATH|LD_LIBRARY_PATH|TMPDIR|CUDA_VISIBLE_DEVICES|HIP_VISIBLE_DEVICES|GGML_\w+|VK_ICD_FILENAMES|SystemRoot)$/;

/** What makes the engine faster on a processor. */
export const cpuEnvironment = {
  // One pool thread = always the same caller of the native engine: 10 to 15 % faster, and steadier.
  UV_THREADPOOL_SIZE: '1',
  // Memory in pages of 2 MiB, see docs/performance.md. Only glibc from 2.35 on knows it.
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};

function environment(gpu: GpuChoice): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => passedOn.test(name));
  return {
    ...Object.fromEntries(kept),
    NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true',
    ...(gpu === 'off' ? cpuEnvironment : {}),
  };
}

/** Node's own permission model as a belt: no network, no writing from JavaScript. The kernel's seal is what counts. */
function permissions(passage: string | null): string[] {
  if (!process.allowedNodeEnvironmentFlags.has('--allow-net')) return [];
  const writing = passage === null ? [] : [`--allow-fs-write=${passage}/*`];
  return ['--permission', '--allow-fs-read=*', ...writing, '--allow-addons', '--allow-child-process'];
}

/** When memory runs out the kernel should end the engine, which restarts, and not the gateway. Best effort. */
function offerToOomKiller(pid: number): void {
  writeFile(`/proc/${pid}/oom_score_adj`, '500').catch(() => undefined);
}

/** Process ids mean something only inside their namespace: another container's gateway looks dead from here. */
function folderPrefix(): string {
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  return `stillroom-${namespace}-`;
}

/** A folder that only this user sees and that never touches a disk; null where there is none. */
export function createPassage(): string | null {
  try {
    const prefix = folderPrefix();
    removeAbandoned(prefix);
    return mkdtempSync(`${memoryFolder}/${prefix}${process.pid}-`);
  } catch {
    return null;
  }
}

/** A gateway that was killed could not clean up after itself. */
function removeAbandoned(prefix: string): void {
  for (const name of readdirSync(memoryFolder)) {
    if (!name.startsWith(prefix)) continue;
    const pid = name.slice(prefix.length).split('-')[0];
    if (existsSync(`/proc/${pid}`)) continue;
    removePassage(`${memoryFolder}/${name}`);
  }
}

export const noPassage =
  'There is no /dev/shm to write to: conversations that lose their slot to others, and a system prompt, are evaluated again each time';

export const smallPassage =
  '/dev/shm has no room for a whole conversation: those that lose their slot to others, and a system prompt, are evaluated again each time. In a container give it more (docker run --shm-size=1g)';

/** Best effort: another user's can't be removed, and that must not keep anybody from having one. */
export function removePassage(folder: string | null): void {
  try {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  } catch {
    // Whoever owns it removes it, or the next boot does.
  }
}

export function forkEngine(gpu: GpuChoice, passage: string | null): ChildProcess {
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), {
    env: environment(gpu),
    ...engineForkOptions(permissions(passage)),
    serialization: 'json',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) offerToOomKiller(child.pid);
  return child;
}
