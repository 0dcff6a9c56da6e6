import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp-folder.ts';

interface ProductOptions {
  /** `demo` or the path of a GGUF. */
  model?: string;
  data?: string;
  env?: Record<string, string>;
  /** Switches of the command line. */
  args?: string[];
  /** Where the product is installed; default: this checkout. */
  root?: string;
}

export interface Product {
  url: string;
  process: ChildProcess;
  data: string;
  /** Everything printed so far on stdout and stderr. */
  output: () => string;
  /** Sends the signal and resolves with the exit code (null when a signal ended it). */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the real product as a person does (the bin, a free port, its own data folder) and waits until it is ready. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const data = options.data ?? tempFolder();
  const root = options.root ?? join(import.meta.dirname, '../..');
  const child = spawn(process.execPath, [join(root, 'bin/stillroom.mjs'), 'start', ...(options.args ?? [])], {
    cwd: data,
    env: {
      ...process.env,
      STILLROOM_PORT: '0',
      STILLROOM_DATA: data,
      STILLROOM_MODEL: options.model ?? 'demo',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines: string[] = [];
  const ready = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      const url = /^Ready\. Open (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) ready.resolve(url);
    });
  }
  void exited.then(([code]) =>
    ready.reject(new Error(`the product ended with ${code}:\n${lines.join('\n')}`)),
  );
  const product: Product = {
    url: '',
    process: child,
    data,
    output: () => lines.join('\n'),
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return (await exited)[0];
    },
  };
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) await product.end('SIGKILL');
  });
  product.url = await ready.promise;
  return product;
}
