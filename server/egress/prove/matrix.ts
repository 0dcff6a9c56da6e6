/** Runs every attempt in every configuration, one process each, and lets the fake internet judge. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPolicy } from '#policies/load.ts';
import { gatewayNodeFlags } from '../flags.mjs';
import { contextVariable, type EgressContext } from '../state.ts';
import { attemptGroups } from './attempts/all.ts';
import type { Attempt } from './attempts/attempt.ts';
import { nativeLibrary, nativeSource } from './attempts/native.ts';
import { type Arrival, type FakeInternet, type PacketCounters, readPacketCounters } from './fake-internet.ts';
import { allowedId, folderVariable, places, proveFolder, startedMark } from './places.ts';

/**
 * `control`: nothing guards, so that a silent fake internet means something. `guarded`: the in-process guard alone, with one
 * destination allowed (harder than none, because names can hide in it). `kernel`: the seal alone, with FFI open to hostile
 * code. `sealed`: both, as the product starts.
 */
export const configurations = ['control', 'guarded', 'kernel', 'sealed'] as const;
export type Configuration = (typeof configurations)[number];

export interface AttemptResult {
  id: string;
  title: string;
  group: string;
  configuration: Configuration;
  /** Null = could not be made here. */
  leaked: boolean | null;
  /** How it looked to the attempt itself. */
  inside: string;
  /** False = the process died before it tried, which is a failure of the proof. */
  started: boolean;
  arrivals: Arrival[];
}

const entry = fileURLToPath(new URL('./attempt-process.ts', import.meta.url));
const sealedEntry = fileURLToPath(new URL('./sealed-attempt.ts', import.meta.url));

/** One allowed destination, by name and by network (the fake internet has no public addresses). */
const grantingPolicy = JSON.stringify({
  schema: 'stillroom.policy/1',
  id: 'prove',
  version: '1',
  default: 'deny',
  rules: [
    {
      id: 'partner',
      action: 'allow',
      reason: 'The allowed destination of the proof.',
      to: [{ name: 'ok.example' }, { cidr: places.partner }],
    },
  ],
  tests: [{ target: 'api.deepseek.com', expect: 'deny' }],
});

function processFor(
  configuration: Configuration,
  attempt: Attempt,
  policy: string | null,
): { args: string[]; env: NodeJS.ProcessEnv } {
  const quiet = '--disable-warning=ExperimentalWarning';
  const own = attempt.flags ?? [];
  // The cache spares hundreds of processes the same parsing; it holds code and decides nothing.
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: join(proveFolder, 'cache'),
    [folderVariable]: proveFolder,
    ...attempt.env,
  };
  if (configuration === 'control') return { args: [quiet, ...own, entry, attempt.id], env };
  if (configuration !== 'guarded')
    return {
      args: [quiet, sealedEntry, configuration, ...own, attempt.id],
      env: policy === null ? env : { ...env, STILLROOM_POLICY: policy },
    };
  const context: EgressContext = {
    policy: loadPolicy(grantingPolicy, 'of the proof', Date.now()).compiled,
    phase: 'serve',
    applied: null,
  };
  return {
    args: [...gatewayNodeFlags(), ...own, entry, attempt.id],
    env: { ...env, [contextVariable]: JSON.stringify(context) },
  };
}

async function runAttempt(
  configuration: Configuration,
  group: string,
  attempt: Attempt,
  internet: FakeInternet,
  policy: string | null,
): Promise<AttemptResult> {
  const result = { id: attempt.id, title: attempt.title, group, configuration };
  if (attempt.needs !== undefined && !existsSync(attempt.needs)) {
    return { ...result, leaked: null, started: false, inside: `needs ${attempt.needs}`, arrivals: [] };
  }
  await internet.takeArrivals();
  const before = readPacketCounters();
  const { args, env } = processFor(configuration, attempt, policy);
  const { started, inside } = await output(args, env);
  const arrivals = await internet.takeArrivals();
  const bad = arrivals.filter((arrival) => configuration !== 'guarded' || !isAllowed(arrival));
  const packets = difference(before, readPacketCounters());
  // Where nothing is allowed the kernel's own counters must agree.
  const counted = configuration !== 'guarded' && (packets.tcpOpened > 0 || packets.udpSent > 0);
  return { ...result, leaked: bad.length > 0 || counted, started, inside, arrivals };
}

function difference(before: PacketCounters, after: PacketCounters): PacketCounters {
  return { tcpOpened: after.tcpOpened - before.tcpOpened, udpSent: after.udpSent - before.udpSent };
}

/** Talking to the allowed host is fine, unless the cloud's name is inside. */
function isAllowed({ kind, to, text }: Arrival): boolean {
  if (/deepseek/iu.test(text)) return false;
  return kind === 'dns'
    ? text.toLowerCase() === 'ok.example'
    : kind === 'tcp' && to.startsWith(`${places.partner}:`);
}

/** Runs to its end and returns the first line it printed. Killed after a while: some ways out wait for ever. */
function output(args: string[], env: NodeJS.ProcessEnv): Promise<{ started: boolean; inside: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (text += data.toString()));
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 6_000);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const started = text.startsWith(`${startedMark}\n`);
      const said = started ? text.slice(startedMark.length).trim() : text.trim();
      const line = /ERR_[A-Z_]+|\bE[A-Z]{4,}\b/u.exec(said)?.[0] ?? said.split('\n')[0] ?? '';
      resolve({ started, inside: line.slice(0, 100) || `ended with ${signal ?? code}` });
    });
  });
}

/** Shows that the guarded processes can talk at all: the allowed destination must be reached. */
export async function reachesAllowed(internet: FakeInternet): Promise<boolean> {
  const attempt: Attempt = { id: allowedId, title: 'the allowed destination', run: () => undefined };
  const { arrivals, leaked } = await runAttempt('guarded', 'control', attempt, internet, null);
  return leaked === false && arrivals.some(({ kind, to }) => kind === 'tcp' && to === `${places.partner}:80`);
}

/** Runs the attempts `only` (all when null) in the configurations, behind the seal with the policy of a file (null = shipped). */
export async function runMatrix(
  chosen: readonly Configuration[],
  internet: FakeInternet,
  { only, policy }: { only: ReadonlySet<string> | null; policy: string | null },
  onResult: (result: AttemptResult) => void,
): Promise<AttemptResult[]> {
  buildNativeLibrary();
  const results: AttemptResult[] = [];
  for (const configuration of chosen) {
    for (const [group, attempts] of Object.entries(attemptGroups)) {
      for (const attempt of attempts) {
        if (only !== null && !only.has(attempt.id)) continue;
        const result = await runAttempt(configuration, group, attempt, internet, policy);
        results.push(result);
        onResult(result);
      }
    }
  }
  return results;
}

/** Without a compiler the attempts that need it say so. */
function buildNativeLibrary(): void {
  const source = `${nativeLibrary}.c`;
  writeFileSync(source, nativeSource);
  for (const compiler of ['cc', 'gcc', 'clang']) {
    if (
      spawnSync(compiler, ['-shared', '-fPIC', '-o', nativeLibrary, source], { stdio: 'ignore' }).status === 0
    )
      break;
  }
  rmSync(source);
}
