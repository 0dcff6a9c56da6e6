import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { ClientMessage, ServerMessage } from '#server/api/app/contract.ts';

export interface Socket {
  send(message: ClientMessage): void;
  /** The next message (also an earlier unread one) that fits. */
  next<T extends ServerMessage['type']>(
    type: T,
    where?: (message: Extract<ServerMessage, { type: T }>) => boolean,
  ): Promise<Extract<ServerMessage, { type: T }>>;
  /** All messages so far, read or not. */
  received: ServerMessage[];
  close(): void;
}

/** A client of the web chat's socket. */
export async function openSocket(url: string): Promise<Socket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/ws`);
  onTestFinished(() => socket.close());
  const received: ServerMessage[] = [];
  const unread: ServerMessage[] = [];
  let wake = Promise.withResolvers<void>();
  socket.addEventListener('message', (frame) => {
    const message = JSON.parse(String(frame.data)) as ServerMessage;
    received.push(message);
    unread.push(message);
    wake.resolve();
  });
  await once(socket, 'open');
  return {
    received,
    send: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(),
    async next(type, where = () => true) {
      for (;;) {
        const index = unread.findIndex((message) => message.type === type && where(message as never));
        if (index >= 0) return unread.splice(index, 1)[0] as never;
        await wake.promise;
        wake = Promise.withResolvers();
      }
    },
  };
}
