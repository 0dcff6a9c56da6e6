import { expect, it, vi } from 'vitest';
import { EventQueue } from '#server/api/openai/event-queue.ts';
import type { ChatEvent } from '#server/chat/events.ts';
import { StillroomError } from '#server/errors.ts';

const text = (value: string): ChatEvent => ({ type: 'text', text: value });
const done: ChatEvent = {
  type: 'done',
  finish: 'stop',
  timings: { queueMs: 0, prefillMs: 0, ttftMs: 0, decodeMs: 0 },
};

it('hands out every event once, in order, and then ends', async () => {
  const queue = new EventQueue();
  for (const event of [text('a'), text('b'), done]) queue.push(event);
  expect([await queue.take(1), await queue.take(1), await queue.take(1), await queue.take(1)]).toEqual([
    text('a'),
    text('b'),
    done,
    undefined,
  ]);
});

it('says null only after the whole time without an event', async () => {
  vi.useFakeTimers();
  try {
    const queue = new EventQueue();
    queue.push(text('read while nobody waited'));
    await queue.take(1000);
    let result: unknown = 'pending';
    void queue.take(1000).then((event) => {
      result = event;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(result).toBe('pending');
    await vi.advanceTimersByTimeAsync(2);
    expect(result).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

it('throws the refusal itself, with its Retry-After, when that came instead of events', async () => {
  const queue = new EventQueue();
  const refusal = new StillroomError('queue_full', 'Full.', { retryAfter: 7 });
  queue.fail(refusal);
  await expect(queue.first()).rejects.toBe(refusal);
});
