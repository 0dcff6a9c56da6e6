/** What the laboratories share: starting a real daemon and knowing when it is ready. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';

/** Resolves with the first group of the line that says "ready"; rejects with all output when the program ends before. */
export async function startDaemon(
  command: string,
  args: string[],
  ready: RegExp,
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const seen: string[] = [];
  const isReady = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      seen.push(line);
      const match = ready.exec(line);
      if (match !== null) isReady.resolve(match[1] ?? '');
    });
  }
  child.on('error', isReady.reject);
  child.on('exit', (code) => isReady.reject(new Error(`${command} ended with ${code}:\n${seen.join('\n')}`)));
  return isReady.promise;
}

/** Asks until the port accepts, for daemons that do not say when they listen. The laboratory's time limit ends it. */
export async function untilListening(host: string, port: number): Promise<void> {
  for (;;) {
    const socket = net.connect(port, host);
    const accepted = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (accepted) return;
    await setImmediate();
  }
}
