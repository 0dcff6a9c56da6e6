import type { FastifyInstance } from 'fastify';
import { ClientMessage, type ServerMessage } from '#server/api/app/contract.ts';
import { isFinal } from '#server/chat/events.ts';
import type { Turns } from '#server/chat/turns.ts';
import { StillroomError } from '#server/errors.ts';
import { toStillroomError } from '#server/http/errors.ts';
import { invalidRequest } from '#server/http/zod.ts';
import type { ModelPool } from '#server/serving/pool.ts';

interface SocketOptions {
  turns: Turns;
  pool: ModelPool;
}

/** The only address at which a web socket opens. */
export const socketPath = '/api/ws';
/** A reader this far behind (bytes) is cut off; it re-attaches and gets what it missed. */
const maxBacklog = 4 * 1024 * 1024;
/** Keeps proxies from closing a quiet socket and finds dead peers. */
const pingEveryMs = 25_000;

/** WebSocket side of the web chat; contract.ts describes the messages. */
export async function appSocket(app: FastifyInstance, { turns, pool }: SocketOptions): Promise<void> {
  app.get(socketPath, { websocket: true }, (socket, request) => {
    const owner = request.owner;
    const attached = new Map<string, () => void>();
    let alive = true;

    function send(message: ServerMessage): void {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maxBacklog) socket.terminate();
      else socket.send(JSON.stringify(message));
    }

    function attach(turnId: string, after: number): void {
      attached.get(turnId)?.();
      attached.delete(turnId);
      const result = turns.attach(owner, turnId, after, (seq, event) => {
        send({ type: 'event', turnId, seq, event });
        if (isFinal(event)) attached.delete(turnId);
      });
      if ('snapshot' in result) send({ type: 'snapshot', turn: result.snapshot });
      else attached.set(turnId, result.detach);
    }

    function handle(message: ClientMessage): void {
      switch (message.type) {
        case 'send': {
          const { turn, conversation } = turns.send(owner, message);
          send({ type: 'ack', requestId: message.requestId, conversation, turn });
          attach(turn.id, turn.seq);
          break;
        }
        case 'attach':
          attach(message.turnId, message.after);
          break;
        case 'stop':
          turns.stop(owner, message.turnId);
          break;
        case 'answerNow':
          turns.answerNow(owner, message.turnId);
          break;
      }
    }

    socket.on('message', (data: Buffer, isBinary: boolean) => {
      let requestId: string | null = null;
      try {
        const json = isBinary ? null : parseJson(data);
        requestId = typeof json?.requestId === 'string' ? json.requestId.slice(0, 64) : null;
        const parsed = ClientMessage.safeParse(json);
        if (!parsed.success) throw invalidRequest(parsed.error);
        handle(parsed.data);
      } catch (error) {
        const known = toStillroomError(error as Error);
        if (known.code === 'internal') request.log.error({ err: error }, 'socket message failed');
        send({ type: 'error', requestId, code: known.code, message: known.message });
      }
    });

    const releases = [
      turns.onListChange(owner, send),
      pool.onState((model, state) => send({ type: 'engine', model, engine: state })),
      every(pingEveryMs, () => {
        if (!alive) return socket.terminate();
        alive = false;
        socket.ping();
      }),
    ];
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('close', () => {
      for (const release of [...releases, ...attached.values()]) release();
    });
    socket.on('error', () => socket.terminate());
  });
}

function parseJson(data: Buffer): { requestId?: unknown } | null {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    throw new StillroomError('invalid_json', 'The message is not valid JSON. Reload the page.');
  }
}

function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms).unref();
  return () => clearInterval(timer);
}
