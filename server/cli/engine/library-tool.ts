/** Runs the engine library's own build steps, without network, in a group of processes that ends together. */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainLines } from '#server/cli/engine/compiler-output.ts';
import type { EngineFolders } from '#server/engine/native-build.ts';

/** What compilers and their helpers read. Everything else stays here. */
const passedOn = /^(PATH|LD_LIBRARY_PATH|TMPDIR|LANG|LC_\w+|CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS)$/;
const unshare = '/usr/bin/unshare';
/** As root no user namespace is needed; others get one that keeps their name. */
const namespaceFlags = [['--net'], ['--map-current-user', '--net']];
const killAfterMs = 3000;

/** Prefix that gives a command an empty network namespace; empty where the kernel allows none. */
export function withoutNetwork(): string[] {
  for (const flags of namespaceFlags) {
    if (spawnSync(unshare, [...flags, 'true'], { stdio: 'ignore', timeout: 5000 }).status === 0) {
      return [unshare, ...flags];
    }
  }
  return [];
}

export class StepFailed extends Error {
  /** Everything the step printed. */
  readonly lines: readonly string[];
  constructor(message: string, lines: readonly string[]) {
    super(message);
    this.lines = lines;
  }
}

interface ToolOptions {
  readonly folders: EngineFolders;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cmakeOptions: Readonly<Record<string, string>>;
  /** Of `withoutNetwork`. */
  readonly prefix: readonly string[];
  /** Everything that is printed is added to this file. */
  readonly log: string;
  readonly signal: AbortSignal;
  onLine(line: string): void;
}

/**
 * @throws StepFailed when the step ends with anything but 0
 * @throws the signal's reason when it was aborted; all processes of the step have ended then
 */
export async function runLibraryTool(args: readonly string[], options: ToolOptions): Promise<void> {
  const { folders, prefix, signal } = options;
  signal.throwIfAborted();
  const home = mkdtempSync(join(tmpdir(), 'stillroom-build-'));
  const command = [...prefix, process.execPath, join(folders.library, 'dist', 'cli', 'cli.js'), ...args];
  const [program = process.execPath, ...rest] = command;
  const child = spawn(program, rest, {
    cwd: folders.library,
    env: toolEnvironment(options, home),
    // A group of its own: Ctrl+C goes to us, and we end all of them, compilers too.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let killer: NodeJS.Timeout | null = null;
  const stop = () => {
    endGroup(child.pid, 'SIGTERM');
    killer = setTimeout(() => endGroup(child.pid, 'SIGKILL'), killAfterMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  const lines: string[] = [];
  const hear = (line: string) => {
    lines.push(line);
    try {
      appendFileSync(options.log, `${line}\n`);
    } catch {
      // A full disk ends the step by itself, with the reason; the log must not end everything before.
    }
    options.onLine(line);
  };
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    for (const stream of [child.stdout, child.stderr]) readLines(stream, hear);
    const code = await ended;
    // What the first process started may outlive it.
    if (signal.aborted) endGroup(child.pid, 'SIGKILL');
    signal.throwIfAborted();
    if (code !== 0)
      throw new StepFailed(`"node-llama-cpp ${args.slice(0, 2).join(' ')}" ended with code ${code}`, lines);
  } finally {
    if (killer !== null) clearTimeout(killer);
    signal.removeEventListener('abort', stop);
    rmSync(home, { recursive: true, force: true });
  }
}

function toolEnvironment({ env, cmakeOptions }: ToolOptions, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => passedOn.test(name));
  const cmake = Object.entries(cmakeOptions).map(([name, value]) => [
    `NODE_LLAMA_CPP_CMAKE_OPTION_${name}`,
    value,
  ]);
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(cmake),
    HOME: home,
    NO_COLOR: '1',
    // Where no namespace can be made, the tools themselves are told to stay on this machine.
    GIT_ALLOW_PROTOCOL: 'file',
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of them have ended already.
  }
}

function readLines(stream: NodeJS.ReadableStream, hear: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = plainLines(rest + text);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') hear(line);
  });
  stream.on('end', () => {
    if (rest.trim() !== '') hear(rest);
  });
}
