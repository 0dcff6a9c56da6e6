import type { EventQueue } from '#server/api/openai/event-queue.ts';
import {
  type Completion,
  errorOf,
  toChunk,
  toErrorBody,
  toUsageChunk,
} from '#server/api/openai/translate.ts';
import type { Usage } from '#server/chat/events.ts';

interface SseOptions {
  includeUsage: boolean;
  /** Longest silence in milliseconds before a comment is sent. */
  keepAliveMs: number;
}

/**
 * The stream of a chat completion as server-sent events. Queue positions and silence become comments
 * (`: stillroom queue=3 eta=20-40s`), which every SSE client ignores and a person with curl can read.
 * An error after the first byte is an `error` frame and the stream ends without `[DONE]`.
 */
export async function* sseFrames(
  head: Completion,
  queue: EventQueue,
  options: SseOptions,
): AsyncGenerator<string> {
  const chunk = (delta: object) => data(toChunk(head, delta, null, options.includeUsage));
  let usage: Usage | null = null;
  for (;;) {
    const event = await queue.take(options.keepAliveMs);
    if (event === undefined) return;
    if (event === null) {
      yield ': keep-alive\n\n';
      continue;
    }
    switch (event.type) {
      case 'queued': {
        const eta =
          event.eta === null
            ? ''
            : ` eta=${Math.floor(event.eta.lowMs / 1000)}-${Math.ceil(event.eta.highMs / 1000)}s`;
        yield `: stillroom queue=${event.position}${eta}\n\n`;
        break;
      }
      case 'loading':
        yield `: stillroom loading=${Math.round(event.progress * 100)}%\n\n`;
        break;
      case 'started':
        yield chunk({ role: 'assistant', content: '', reasoning_content: null });
        break;
      case 'reasoning':
        yield chunk({ content: null, reasoning_content: event.text });
        break;
      case 'text':
        yield chunk({ content: event.text });
        break;
      case 'usage':
        usage = event.usage;
        break;
      case 'done':
        yield data(toChunk(head, {}, event.finish, options.includeUsage));
        if (options.includeUsage && usage !== null) yield data(toUsageChunk(head, usage));
        yield 'data: [DONE]\n\n';
        break;
      case 'error':
        yield data(toErrorBody(errorOf(event)));
        break;
    }
  }
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
