/** The whole product inside the fake internet: sealed, answering real questions, while the sinks and counters watch. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { nodeArguments } from '../flags.mjs';
import { readStatus } from '../seal/read.ts';
import { type Arrival, type FakeInternet, readPacketCounters } from './fake-internet.ts';
import { proveFolder } from './places.ts';

interface ProcessSeal {
  role: 'gateway' | 'engine';
  seccomp: string;
  filters: string;
  noNewPrivileges: string;
}

export interface ProductResult {
  /** Null when it ran; else why it could not. */
  problem: string | null;
  chats: number;
  answered: number;
  level: string;
  seals: ProcessSeal[];
  arrivals: Arrival[];
  udpSent: number;
}

const chats = 6;
const startLimitMs = 120_000;

export async function runProduct(
  internet: FakeInternet,
  model: string | null,
  policy: string | null,
): Promise<ProductResult> {
  const data = join(proveFolder, 'data');
  mkdirSync(data);
  await internet.takeArrivals();
  const before = readPacketCounters();
  const child = spawn(process.execPath, nodeArguments(['start', '--require-seal']), {
    cwd: data,
    env: {
      PATH: process.env.PATH,
      STILLROOM_PORT: '0',
      STILLROOM_DATA: data,
      STILLROOM_LOG: 'warn',
      ...(model === null ? {} : { STILLROOM_MODEL: model }),
      ...(policy === null ? {} : { STILLROOM_POLICY: policy }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const empty = { chats, answered: 0, level: 'none', seals: [], arrivals: [], udpSent: 0 };
  try {
    const url = await readyUrl(child);
    const models = (await json(`${url}/v1/models`)) as { data: { id: string }[] };
    const id = models.data[0]?.id ?? '';
    const outcomes = await Promise.allSettled(
      Array.from({ length: chats }, (_, index) => ask(url, id, index)),
    );
    const info = (await json(`${url}/api/info`)) as { egress: { level: string } };
    const seals = sealsOf(child.pid ?? 0);
    const answered = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
    const arrivals = await internet.takeArrivals();
    const udpSent = readPacketCounters().udpSent - before.udpSent;
    return { problem: null, chats, answered, level: info.egress.level, seals, arrivals, udpSent };
  } catch (error) {
    return { ...empty, problem: (error as Error).message, arrivals: await internet.takeArrivals() };
  } finally {
    await end(child);
  }
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const timer = setTimeout(() => reject(new Error('the product was not ready in time')), startLimitMs);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        const url = /(http:\/\/127\.0\.0\.1:\d+) to chat/u.exec(line)?.[1];
        if (url !== undefined) {
          clearTimeout(timer);
          resolve(url);
        }
      });
    }
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the product ended with ${code}: ${lines.at(-1) ?? ''}`));
    });
  });
}

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

/** One streamed chat; true when it ended properly with text. */
async function ask(url: string, model: string, index: number): Promise<boolean> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream: true,
      max_tokens: 48,
      messages: [
        {
          role: 'user',
          content: `What is ${index} plus 2? See https://api.deepseek.com/ and http://203.0.113.10/.`,
        },
      ],
    }),
  });
  const text = await response.text();
  return response.ok && text.includes('data: [DONE]') && /"(reasoning_)?content":"[^"]/u.test(text);
}

function sealsOf(gateway: number): ProcessSeal[] {
  return [gateway, ...childrenOf(gateway)].map((pid, index) => {
    const status = readStatus(pid);
    return {
      role: index === 0 ? 'gateway' : 'engine',
      seccomp: status.Seccomp ?? '?',
      filters: status.Seccomp_filters ?? '?',
      noNewPrivileges: status.NoNewPrivs ?? '?',
    };
  });
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
