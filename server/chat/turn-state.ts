import type { ChatEvent } from '#server/chat/events.ts';
import type { Turn } from '#server/store/records.ts';

/** The record of a turn after one more event. Pure; the web keeps its own copy of a turn the same way. */
export function applyEvent(turn: Turn, event: ChatEvent): Turn {
  const next = { ...turn, seq: turn.seq + 1 };
  switch (event.type) {
    case 'queued':
    case 'loading':
      next.status = 'queued';
      break;
    case 'started':
      next.status = 'running';
      next.droppedTurns = event.droppedTurns;
      break;
    case 'reasoning':
      next.reasoning += event.text;
      break;
    case 'reasoningEnd':
      next.reasoningMs = Math.round(event.durationMs);
      break;
    case 'text':
      next.answer += event.text;
      break;
    case 'usage':
      next.usage = event.usage;
      break;
    case 'done':
      next.status = 'done';
      next.finish = event.finish;
      next.timings = event.timings;
      break;
    case 'error':
      next.status = 'error';
      next.error = { code: event.code, message: event.message };
      break;
  }
  return next;
}
