/**
 * How long it takes any Node program between a client and an engine process to notice that somebody hung up, stop their
 * answer, start that of the next in line and tell them so: the same messages as Stillroom's, without a model and without
 * a queue. Giving a slot on can't be quicker than that.
 *
 *   node bench/hangup-floor.ts [tokens per second]
 */
import { fork } from 'node:child_process';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { quantile } from './numbers.ts';
import { startListening } from './processes.ts';

const self = import.meta.filename;
const tokensBefore = 20;
const repetitions = 200;

/** The other two roles are this program started by itself. */
const [perSecond = '200', role = 'measure'] = process.argv.slice(2);

if (role === 'source') source(Number(perSecond));
else if (role === 'relay') relay(perSecond);
else await measure();

type Order = { start: number } | { stop: number };

/** The engine's part, with one slot: starts, writes tokens, stops when told to. */
function source(perSecond: number): void {
  let answering: number | null = null;
  const tell = (event: object) => process.send?.({ v: 1, type: 'events', events: [event] });
  process.on('disconnect', () => process.exit());
  process.on('message', (order: Order) => {
    if ('start' in order) {
      answering = order.start;
      tell({ id: answering, event: { type: 'accepted' } });
    } else if (answering === order.stop) {
      answering = null;
      tell({ id: order.stop, event: { type: 'done' } });
    }
  });
  setInterval(() => {
    if (answering !== null) tell({ id: answering, event: { type: 'delta', text: ' token' } });
  }, 1000 / perSecond);
}

/** The gateway's part and nothing else: who comes while somebody is answered waits. */
function relay(perSecond: string): void {
  const child = fork(self, [perSecond, 'source']);
  const open = new Map<number, ServerResponse>();
  const waiting: number[] = [];
  let answering: number | null = null;
  let ids = 0;
  const next = () => {
    answering = waiting.shift() ?? null;
    if (answering !== null) child.send({ start: answering });
  };
  child.on('message', ({ events }: { events: { id: number; event: { type: string } }[] }) => {
    for (const { id, event } of events) {
      open.get(id)?.write(`data: ${JSON.stringify(event)}\n\n`);
      if (event.type === 'done') next();
    }
  });
  const server = createServer((_, response) => {
    const id = ++ids;
    open.set(id, response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    waiting.push(id);
    if (answering === null) next();
    response.on('close', () => {
      open.delete(id);
      child.send({ stop: id });
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

async function measure(): Promise<void> {
  const { child, port } = await startListening(self, [perSecond, 'relay']);
  const taken: number[] = [];
  let victim = await ask(port);
  await frames(victim, tokensBefore);
  while (taken.length < repetitions) {
    const next = await ask(port);
    await frames(victim, tokensBefore);
    const began = performance.now();
    const started = frames(next, 1);
    victim.destroy();
    await started;
    taken.push(performance.now() - began);
    victim = next;
  }
  child.kill();
  const at = (share: number) => quantile(taken, share).toFixed(2);
  console.log(
    `${at(0.5)} ms from hanging up to the next one's start (nine of ten: ${at(0.05)} to ${at(0.95)})`,
  );
  process.exit();
}

function ask(port: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) =>
    get({ port, host: '127.0.0.1', agent: false }, resolve).on('error', reject),
  );
}

/** Until so many more have come. */
function frames(answer: IncomingMessage, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    const seen = () => {
      if (--left > 0) return;
      answer.off('data', seen);
      resolve();
    };
    answer.on('data', seen);
    answer.on('error', () => undefined);
  });
}
