/** Drives the pure queue like a script: events in, effects out as short lines. */
import { defaultLimits, type SchedulerLimits } from '#server/scheduler/limits.ts';
import { step } from '#server/scheduler/queue.ts';
import type { QueueEffect, QueueEvent } from '#server/scheduler/queue-events.ts';
import { createQueue } from '#server/scheduler/queue-state.ts';

type Submit = Extract<QueueEvent, { type: 'submit' }>;

export interface QueueScript {
  queue: ReturnType<typeof createQueue>;
  nowMs: number;
  /** Of the last event, in full. */
  effects: QueueEffect[];
  /** Applies an event at the present time. */
  at(event: QueueEvent): string[];
  /** `anna1` belongs to the owner `anna`. */
  submit(id: string, more?: Partial<Submit>): string[];
  finish(id: string, generatedTokens?: number): string[];
  pass(ms: number): string[];
}

export function queueScript(slots: number, limits: Partial<SchedulerLimits> = {}): QueueScript {
  const queue = createQueue({ ...defaultLimits, keepSlotMs: 0, ...limits });
  const script: QueueScript = {
    queue,
    nowMs: 1_000_000,
    effects: [],
    at(event) {
      script.effects = step(queue, event, script.nowMs);
      return script.effects.map(line);
    },
    submit: (id, more = {}) =>
      script.at({
        type: 'submit',
        id,
        owner: id.replace(/\d+$/, ''),
        client: null,
        class: 'interactive',
        promptTokens: 0,
        maxTokens: null,
        deadlineAt: null,
        ...more,
      }),
    finish: (id, generatedTokens = 100) =>
      script.at({ type: 'finished', id, promptTokens: 0, generatedTokens, complete: true }),
    pass(ms) {
      script.nowMs += ms;
      return script.at({ type: 'tick' });
    },
  };
  if (slots > 0) script.at({ type: 'ready', slots });
  return script;
}

function line(effect: QueueEffect): string {
  switch (effect.type) {
    case 'start':
    case 'cancelled':
      return `${effect.type} ${effect.id}`;
    case 'stop':
      return `stop ${effect.id}: ${effect.reason}`;
    case 'reject':
      return `reject ${effect.id}: ${effect.code}`;
    case 'position':
      return `${effect.id} is ${effect.position}`;
  }
}
