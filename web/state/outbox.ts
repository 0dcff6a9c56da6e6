/** Messages on their way: kept until the server says they are on disk, sent again under the same id after a reconnect. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ClientMessage } from '#server/api/app/contract.ts';

export type SendMessage = Extract<ClientMessage, { type: 'send' }>;

export interface Outgoing {
  message: SendMessage;
  /** Why the server refused it; null while it is on its way. */
  refusal: { code: string; message: string } | null;
}

export interface Outbox {
  waiting: ReadonlySignal<Outgoing[]>;
  add(message: SendMessage): void;
  /** The server has it (or the person gave it up): it leaves the box. Undefined when it wasn't there. */
  take(requestId: string): Outgoing | undefined;
  /** It stays in the box with the reason. Undefined when it wasn't there. */
  refuse(requestId: string, code: string, message: string): Outgoing | undefined;
  /** Everything that still waits for an answer, in order. */
  unanswered(): SendMessage[];
}

export function createOutbox(): Outbox {
  const waiting = signal<Outgoing[]>([]);
  const find = (requestId: string) =>
    waiting.value.find((outgoing) => outgoing.message.requestId === requestId);
  return {
    waiting,
    add(message) {
      waiting.value = [...waiting.value, { message, refusal: null }];
    },
    take(requestId) {
      const found = find(requestId);
      if (found !== undefined) waiting.value = waiting.value.filter((outgoing) => outgoing !== found);
      return found;
    },
    refuse(requestId, code, message) {
      const found = find(requestId);
      if (found === undefined) return undefined;
      waiting.value = waiting.value.map((outgoing) =>
        outgoing === found ? { ...outgoing, refusal: { code, message } } : outgoing,
      );
      return found;
    },
    unanswered: () =>
      waiting.value.filter((outgoing) => outgoing.refusal === null).map((outgoing) => outgoing.message),
  };
}

/** Works without a secure context too (crypto.randomUUID doesn't, and an office LAN may have no TLS). */
export function newRequestId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
