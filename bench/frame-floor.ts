/**
 * What one frame costs any Node program that stands between an engine process and a client: a message over the fork's
 * channel, parsed, and written on as a server-sent event. The gateway can't be below that.
 *
 *   node bench/frame-floor.ts [frames per second]
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpuMicroseconds, startListening } from './processes.ts';

const self = import.meta.filename;
const warmUpFrames = 100;
const countedFrames = 300;

/** The other two roles are this program started by itself. */
const [perSecond = '16', role = 'measure'] = process.argv.slice(2);

if (role === 'source') source(Number(perSecond));
else if (role === 'relay') relay(perSecond);
else await measure(Number(perSecond));

/** The engine's part: a token every so often. */
function source(perSecond: number): void {
  const event = { type: 'delta', kind: 'text', text: ' token', tokens: 1 };
  process.on('disconnect', () => process.exit());
  setInterval(
    () => process.send?.({ v: 1, type: 'events', events: [{ id: 'chatcmpl-0', event }] }),
    1000 / perSecond,
  );
}

/** The gateway's part and nothing else. */
function relay(perSecond: string): void {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const child = fork(self, [perSecond, 'source']);
    child.on('message', (message) => response.write(`data: ${JSON.stringify(message)}\n\n`));
    response.on('close', () => process.exit());
    process.on('exit', () => child.kill());
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

async function measure(perSecond: number): Promise<void> {
  const { child, port } = await startListening(self, [String(perSecond), 'relay']);
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  let frames = 0;
  let before = 0;
  for await (const _ of answer.body ?? []) {
    frames++;
    if (frames === warmUpFrames) before = cpuMicroseconds(child.pid ?? 0);
    if (frames === warmUpFrames + countedFrames) break;
  }
  const perFrame = (cpuMicroseconds(child.pid ?? 0) - before) / countedFrames;
  child.kill();
  console.log(`${perSecond} frames/s: ${perFrame.toFixed(0)} µs of processor time per frame`);
}
