/** More connections than the gateway takes: the real product in its own process, real sockets. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const most = 800;

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Asks over this connection; resolves with the status line, or null when it was closed instead. */
async function status(socket: Socket): Promise<string | null> {
  const answered = new Promise<string | null>((resolve) => {
    socket.once('data', (bytes) => resolve(String(bytes).split('\r\n')[0] ?? ''));
    socket.once('close', () => resolve(null));
  });
  socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  return answered;
}

it('the gateway serves 800 connections, closes the next one, and serves a new one when one has left', async () => {
  const { url } = await startProduct({ model: scriptedModel().path });
  const port = Number(new URL(url).port);
  const idle: Socket[] = [];
  for (let n = 0; n < most; n++) idle.push(await open(port));
  expect(await status(idle.at(-1) as Socket)).toBe('HTTP/1.1 200 OK');
  expect(await status(await open(port))).toBeNull();

  const leaving = idle[0] as Socket;
  leaving.destroy();
  await once(leaving, 'close');
  // Its end has to reach the gateway first: asked again until then.
  await expect.poll(async () => status(await open(port)), { timeout: 10_000 }).toBe('HTTP/1.1 200 OK');
  expect(await status(idle[1] as Socket)).toBe('HTTP/1.1 200 OK');
});
