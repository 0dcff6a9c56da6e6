/** The proof from outside: makes the namespace, collects what happened inside, and judges. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InsideMessage, InsideOptions, InsideResult } from './inside.ts';
import type { AttemptResult, Configuration } from './matrix.ts';
import { namespaceCommand } from './namespace.ts';
import { folderVariable } from './places.ts';

/** Attempts that every quick run makes: one or more of each kind. */
export const quickAttempts = [
  'tcp-address',
  'tcp-name',
  'tls',
  'http',
  'http2',
  'fetch',
  'websocket',
  'udp',
  'udp-dns',
  'dns-lookup',
  'dns-resolver',
  'address-mapped',
  'name-rebinding',
  'proxy-connect',
  'front-inside-tls',
  'relay-loopback',
  'relay-abstract',
  'worker-bare',
  'binding',
  'fork-bare',
  'curl',
  'addon',
  'ffi-connect',
  'ffi-udp',
  'ffi-io-uring',
];

const inside = fileURLToPath(new URL('./inside.ts', import.meta.url));

/** Rejects when the namespace or the fake internet could not be set up. */
export function runInNamespace(
  options: InsideOptions,
  onAttempt: (result: AttemptResult) => void,
): Promise<InsideResult> {
  const { file, args } = namespaceCommand([
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    inside,
    JSON.stringify(options),
  ]);
  return new Promise((resolve, reject) => {
    const folder = mkdtempSync(join(tmpdir(), 'stillroom-prove-'));
    const child = spawn(file, args, {
      env: { ...process.env, [folderVariable]: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    let result: InsideResult | null = null;
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    createInterface(child.stdout).on('line', (line) => {
      const message = JSON.parse(line) as InsideMessage;
      if (message.type === 'attempt') onAttempt(message.result);
      else result = message.result;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      rmSync(folder, { recursive: true, force: true });
      if (result !== null) resolve(result);
      else
        reject(
          new Error(
            `The proof could not be run (exit code ${code}): ${errors.trim().split('\n').at(-1) ?? ''}`,
          ),
        );
    });
  });
}

export interface Tally {
  configuration: Configuration;
  tried: number;
  leaked: string[];
  /** Died before trying. */
  dead: string[];
  notPossible: string[];
}

export function tally(results: AttemptResult[]): Tally[] {
  const configurations = [...new Set(results.map((result) => result.configuration))];
  return configurations.map((configuration) => {
    const own = results.filter((result) => result.configuration === configuration);
    const ids = (filter: (result: AttemptResult) => boolean) => own.filter(filter).map((result) => result.id);
    return {
      configuration,
      tried: own.filter((result) => result.leaked !== null).length,
      leaked: ids((result) => result.leaked === true),
      dead: ids((result) => result.leaked !== null && !result.started),
      notPossible: ids((result) => result.leaked === null),
    };
  });
}

/** Everything that speaks against the claim; an empty list is the proof. `level` = what the policy in force makes of the product. */
export function findObjections(result: InsideResult, level: 'sealed' | 'private' = 'sealed'): string[] {
  const objections: string[] = [];
  for (const { configuration, tried, leaked, dead } of tally(result.attempts)) {
    if (dead.length > 0)
      objections.push(`${configuration}: ${dead.join(', ')} ended before trying, which proves nothing`);
    if (configuration === 'control') {
      // A silent control would make every "blocked" below worthless.
      if (leaked.length < tried * 0.95)
        objections.push(
          `only ${leaked.length} of ${tried} unguarded attempts reached the fake internet, so silence proves little`,
        );
    } else if (leaked.length > 0) objections.push(`${configuration}: ${leaked.join(', ')} got out`);
  }
  if (result.allowedReached === false)
    objections.push('guarded processes did not reach even the allowed destination');
  const { product } = result;
  if (product !== null) {
    if (product.problem !== null) objections.push(`the product did not run: ${product.problem}`);
    else {
      if (product.answered < product.chats)
        objections.push(`the sealed product answered ${product.answered} of ${product.chats} chats`);
      if (product.level !== level) objections.push(`the product calls itself ${product.level}`);
      if (product.arrivals.length > 0)
        objections.push(`${product.arrivals.length} messages of the product reached the fake internet`);
      if (product.udpSent > 0) objections.push(`the product sent ${product.udpSent} UDP datagrams`);
      for (const { role, seccomp, noNewPrivileges } of product.seals) {
        if (seccomp !== '2' || noNewPrivileges !== '1')
          objections.push(`the ${role} runs without the kernel seal`);
      }
      if (!product.seals.some(({ role }) => role === 'engine')) objections.push('no engine process was seen');
    }
  }
  return objections;
}
