import net from 'node:net';

/** One way out. Runs in a process of its own; whether it got out is judged by the fake internet, never by itself. */
export interface Attempt {
  id: string;
  title: string;
  /** Extra Node flags and environment of its process. */
  flags?: string[];
  env?: Record<string, string>;
  /** File that must exist, else the attempt can't be made here. */
  needs?: string;
  run(): unknown;
}

/** Resolves when the socket is done, however; rejects with its error. Sends `payload` when connected. */
export function finish(socket: net.Socket, payload = 'GET / HTTP/1.0\r\n\r\n'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('connect', () => socket.write(payload));
    socket.on('data', () => socket.end());
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

export function tcp(host: string, port: number, payload?: string): Promise<void> {
  return finish(net.connect({ host, port }), payload);
}

/** Node callback to promise, for the odd ones. */
export function done<T>(
  start: (callback: (error: Error | null, value?: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null ? resolve(value) : reject(error)));
  });
}
