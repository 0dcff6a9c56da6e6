#!/usr/bin/env node
// Plain JavaScript for any Node >= 18: finds the Node that runs the TypeScript sources and hands over to it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '../server/egress/flags.mjs';
import { findNode } from './node-check.mjs';

const { path: node, problem } = findNode();
if (node === undefined) {
  console.error(problem);
  process.exit(1);
}

const env = { ...process.env };
// Explicit on purpose: file, DNS and crypto jobs of the gateway share this pool; the engine child sets its own.
env.UV_THREADPOOL_SIZE ??= '4';
// Types are stripped once, not at every start.
env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url));
const args = nodeArguments(process.argv.slice(2));

if (typeof process.execve === 'function' && process.platform !== 'win32') {
  process.execve(node, [node, ...args], env);
}
const child = spawn(node, args, { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
