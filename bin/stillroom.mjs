#!/usr/bin/env node
// Plain JavaScript for any Node >= 18: finds the Node that runs the TypeScript sources and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '../server/egress/flags.mjs';

const needed = 26;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

function rightNode() {
  if (Number(process.versions.node.split('.')[0]) >= needed) return process.execPath;
  try {
    const bundled = createRequire(import.meta.url).resolve('node/bin/node');
    if (existsSync(bundled)) return bundled;
  } catch {
    // not installed: the sentence below says what to do
  }
  return null;
}

const node = rightNode();
if (node === null) {
  console.error(
    `Stillroom needs Node ${needed} and this is ${process.versions.node}: run "npm ci" in ${root} (it brings the right one) or install Node ${needed}.`,
  );
  process.exit(1);
}

const env = { ...process.env };
// Explicit on purpose: file, DNS and crypto jobs of the gateway share this pool; the engine child sets its own.
env.UV_THREADPOOL_SIZE ??= '4';
const args = nodeArguments(process.argv.slice(2));

if (typeof process.execve === 'function' && process.platform !== 'win32') {
  process.execve(node, [node, ...args], env);
}
const child = spawn(node, args, { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
