import { Readable } from 'node:stream';
import type { EventQueue } from '#server/api/openai/event-queue.ts';
import {
  type Completion,
  errorOf,
  toChunk,
  toErrorBody,
  toUsageChunk,
} from '#server/api/openai/translate.ts';
import { type ChatEvent, isFinal, type Usage } from '#server/chat/events.ts';

interface SseOptions {
  includeUsage: boolean;
  /** Longest silence in milliseconds before a comment is sent. */
  keepAliveMs: number;
}

/**
 * The stream of a chat completion as server-sent events. Queue positions and silence become comments
 * (`: stillroom queue=3 eta=20-40s`), which every SSE client ignores and a person with curl can read. It begins at once.
 * An error after the first byte is an `error` frame and the stream ends without `[DONE]`.
 */
export function sseStream(head: Completion, queue: EventQueue, options: SseOptions): Readable {
  const silence = setTimeout(() => {
    stream.push(': keep-alive\n\n');
    silence.refresh();
  }, options.keepAliveMs);
  let isEmpty = true;
  const stream = new Readable({
    read: () => undefined,
    destroy(error, done) {
      clearTimeout(silence);
      done(error);
    },
  });
  const frames = new Frames(head, options.includeUsage);
  queue.listen((event) => {
    if (stream.destroyed) return;
    const text = frames.of(event);
    if (text !== '') stream.push(text);
    isEmpty = false;
    if (isFinal(event)) {
      clearTimeout(silence);
      stream.push(null);
    } else silence.refresh();
  });
  if (isEmpty) stream.push(': keep-alive\n\n');
  return stream;
}

/** Events in the words of the protocol. */
class Frames {
  readonly #head: Completion;
  readonly #includeUsage: boolean;
  #usage: Usage | null = null;

  constructor(head: Completion, includeUsage: boolean) {
    this.#head = head;
    this.#includeUsage = includeUsage;
  }

  of(event: ChatEvent): string {
    switch (event.type) {
      case 'queued':
        return `: stillroom queue=${event.position}${interval(event.eta)}\n\n`;
      case 'loading':
        return `: stillroom loading=${Math.round(event.progress * 100)}%\n\n`;
      case 'started':
        return this.#chunk({ role: 'assistant', content: '', reasoning_content: null });
      case 'reasoning':
        return this.#chunk({ content: null, reasoning_content: event.text });
      case 'text':
        return this.#chunk({ content: event.text });
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'done': {
        const last = data(toChunk(this.#head, {}, event.finish, this.#includeUsage));
        const usage =
          this.#includeUsage && this.#usage !== null ? data(toUsageChunk(this.#head, this.#usage)) : '';
        return `${last}${usage}data: [DONE]\n\n`;
      }
      case 'error':
        return data(toErrorBody(errorOf(event)));
      default:
        return '';
    }
  }

  #chunk(delta: object): string {
    return data(toChunk(this.#head, delta, null, this.#includeUsage));
  }
}

function interval(eta: Extract<ChatEvent, { type: 'queued' }>['eta']): string {
  return eta === null ? '' : ` eta=${Math.floor(eta.lowMs / 1000)}-${Math.ceil(eta.highMs / 1000)}s`;
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
