/** The sentences for turns that were not started. */
import type { EngineState } from '#server/engine/engine.ts';
import { StillroomError } from '#server/errors.ts';
import type { SchedulerLimits } from './limits.ts';
import type { RejectCode } from './queue-events.ts';

export function refusalError(
  code: RejectCode,
  retryAfter: number,
  limits: SchedulerLimits,
  engine: EngineState,
): StillroomError {
  switch (code) {
    case 'queue_full':
      return new StillroomError(code, `The queue is full. Send it again in about ${seconds(retryAfter)}.`, {
        retryAfter,
      });
    case 'too_many_turns':
      return new StillroomError(
        code,
        `${limits.maxWaitingPerOwner} of your questions are already waiting. Let one of them start or cancel it, then send this one again.`,
        { retryAfter },
      );
    case 'deadline_exceeded':
      return new StillroomError(
        code,
        'The time limit of this request ran out while it was waiting in the queue; nothing was computed. Allow more time or send it when less is going on.',
        { retryable: true, retryAfter },
      );
    case 'engine_unavailable': {
      const reason = engine.state === 'failed' ? engine.reason : 'The model is not loaded.';
      // The breaker tries again by itself after a few minutes; a model that can't be loaded stays away.
      const rests = engine.state === 'failed' && engine.code === 'engine_unavailable';
      return new StillroomError(
        code,
        reason,
        rests ? { retryable: true, retryAfter: 300 } : { retryable: false },
      );
    }
    case 'shutting_down':
      return new StillroomError(code, 'Stillroom is being stopped. Send it again when it is back.', {
        retryAfter,
      });
  }
}

function seconds(count: number): string {
  return count === 1 ? '1 second' : `${count} seconds`;
}
