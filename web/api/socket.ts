/** The WebSocket half of the contract: one connection that comes back by itself. What to say again is the caller's business. */
import type { ClientMessage, ServerMessage } from '#server/api/app/contract.ts';

export interface SocketHandlers {
  /** Connected, for the first time or again: ask for what was missed. */
  onOpen(): void;
  onMessage(message: ServerMessage): void;
  /** The connection went away; `retryInMs` until the next attempt. */
  onLost(retryInMs: number): void;
}

export interface Socket {
  /** False when there is no connection: nothing was sent. */
  send(message: ClientMessage): boolean;
  /** Tries at once instead of waiting for the backoff to end. */
  wake(): void;
  close(): void;
}

const firstDelayMs = 250;
const longestDelayMs = 8000;

/** Delay before attempt `n` (from 0). Jitter keeps an office full of tabs from arriving in one burst after a restart. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.5 + random() / 2));
}

export function openSocket(url: string, handlers: SocketHandlers): Socket {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let closed = false;

  const connect = () => {
    clearTimeout(timer);
    timer = undefined;
    const fresh = new WebSocket(url);
    socket = fresh;
    fresh.onopen = () => {
      attempt = 0;
      handlers.onOpen();
    };
    fresh.onmessage = (frame) => {
      handlers.onMessage(JSON.parse(String(frame.data)) as ServerMessage);
    };
    // Every failed attempt and every lost connection ends in `close`; `error` says nothing more than that.
    fresh.onclose = () => {
      if (closed || socket !== fresh) return;
      socket = null;
      const delay = backoffMs(attempt);
      attempt += 1;
      timer = setTimeout(connect, delay);
      handlers.onLost(delay);
    };
  };
  connect();

  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    wake() {
      if (socket === null && !closed) connect();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
