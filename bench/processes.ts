/** Single processes: their processor time, as Linux counts it, and how a program's other roles are started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The gateway's process: the one that was started, or, where that could not become another program, its child. */
export function gatewayProcess(startedPid: number): number {
  return withProgram('server/main.ts', [startedPid, ...children(startedPid)]);
}

/** The engine's process that the gateway has now. */
export function engineProcess(gatewayPid: number): number {
  return withProgram('server/engine/child.ts', children(gatewayPid));
}

function withProgram(program: string, pids: number[]): number {
  const found = pids.find((pid) => commandOf(pid).includes(program));
  if (found === undefined) throw new Error(`No process here runs ${program}. Looking for it needs Linux.`);
  return found;
}

function children(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}

/** User and system time of all threads that still live: the first number of `schedstat`, nanoseconds. */
export function cpuMicroseconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1000;
}

/** Starts a program of `bench/` that listens on a loopback port of its choice and writes its number first. */
export async function startListening(
  program: string,
  args: string[],
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (data) => resolve(Number(data))),
  );
  return { child, port };
}
