/** Starts the servers that are compared, each in its own process, with the same model, threads, slots and batch. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Which of its engines Stillroom is to use; null = not said, so that it decides by itself. */
export type EngineChoice = 'auto' | 'prebuilt' | 'native' | null;

export interface TargetOptions {
  modelPath: string;
  slots: number;
  contextTokens: number;
  /** Null = let Stillroom choose; llama-server then gets all cores. */
  threads: number | null;
  cores: number;
  batchTokens: number;
}

export interface Target {
  name: string;
  baseUrl: string;
  model: string;
  startMs: number;
  /** Of the process that was started. */
  pid: number;
  stop: () => Promise<void>;
}

const startLimitMs = 300_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilHealthy(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`ended with code ${child.exitCode}: ${output()}`);
    const healthy = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not ready after ${startLimitMs / 1000} s: ${output()}`);
}

async function launch(
  name: string,
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  urls: { health: string; base: string },
  model: (baseUrl: string) => Promise<string>,
): Promise<Target> {
  const began = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  let id: string;
  try {
    await Promise.race([untilHealthy(urls.health, child, () => output), failed]);
    id = await model(urls.base);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    name,
    baseUrl: urls.base,
    model: id,
    startMs: performance.now() - began,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** The whole product: gateway, scheduler, store and engine child. */
export async function startStillroom(options: TargetOptions, engine: EngineChoice): Promise<Target> {
  const data = mkdtempSync(join(tmpdir(), 'stillroom-bench-'));
  const port = await freePort();
  const target = await launch(
    engine === null ? 'stillroom' : `stillroom (${engine})`,
    process.execPath,
    [join(import.meta.dirname, '..', 'bin', 'stillroom.mjs'), 'start'],
    {
      PATH: process.env.PATH,
      STILLROOM_DATA: data,
      STILLROOM_PORT: String(port),
      STILLROOM_MODEL: options.modelPath,
      STILLROOM_SLOTS: String(options.slots),
      STILLROOM_CONTEXT: String(options.contextTokens),
      STILLROOM_GPU: 'off',
      STILLROOM_LOG: 'error',
      ...(engine === null ? {} : { STILLROOM_ENGINE: engine }),
      ...(options.threads === null ? {} : { STILLROOM_THREADS: String(options.threads) }),
    },
    { health: `http://127.0.0.1:${port}/health/ready`, base: `http://127.0.0.1:${port}/v1` },
    async (baseUrl) => {
      const list = (await (await fetch(`${baseUrl}/models`)).json()) as { data: { id: string }[] };
      return list.data[0]?.id ?? '';
    },
  );
  return {
    ...target,
    stop: async () => {
      await target.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** llama.cpp's own server, its prompt cache on as by default. */
export async function startLlamaServer(binary: string, options: TargetOptions): Promise<Target> {
  const port = await freePort();
  const number = (value: number) => String(value);
  const args = [
    ['-m', options.modelPath],
    ['-np', number(options.slots)],
    ['-c', number(options.slots * options.contextTokens)],
    ['-t', number(options.threads ?? options.cores)],
    ['-b', number(options.batchTokens)],
    ['-ub', number(options.batchTokens)],
    ['--host', '127.0.0.1'],
    ['--port', number(port)],
  ].flat();
  return launch(
    'llama-server',
    binary,
    [...args, '--no-webui'],
    process.env,
    { health: `http://127.0.0.1:${port}/health`, base: `http://127.0.0.1:${port}/v1` },
    async () => 'bench',
  );
}
