/** What the engine says about a turn, as everybody else hears it. */
import type { ChatEvent } from '#server/chat/events.ts';
import type { EngineEvent } from '#server/engine/engine.ts';

interface TurnFacts {
  /** The model's id. */
  model: string;
  /** From the arrival of the request to the start of its (last) run. */
  queueMs: number;
  stopped: 'cancelled' | 'deadline' | null;
}

export function toChatEvents(event: EngineEvent, facts: TurnFacts): ChatEvent[] {
  switch (event.type) {
    case 'accepted': {
      const { promptTokens, cachedTokens } = event;
      return [{ type: 'started', model: facts.model, promptTokens, cachedTokens, droppedTurns: 0 }];
    }
    case 'delta':
      return [{ type: event.kind, text: event.text }];
    case 'reasoningEnd':
    case 'error':
      return [event];
    case 'done': {
      const { queueMs } = facts;
      const finish = event.finish === 'cancelled' && facts.stopped === 'deadline' ? 'deadline' : event.finish;
      const timings = { ...event.timings, queueMs, ttftMs: event.timings.ttftMs + queueMs };
      return [
        { type: 'usage', usage: event.usage },
        { type: 'done', finish, timings },
      ];
    }
  }
}
