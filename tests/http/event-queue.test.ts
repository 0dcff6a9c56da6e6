import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventQueue } from '#server/api/openai/event-queue.ts';
import { sseStream } from '#server/api/openai/sse.ts';
import { wholeAnswer } from '#server/api/openai/whole.ts';
import type { ChatEvent } from '#server/chat/events.ts';
import { StillroomError } from '#server/errors.ts';

const text = (value: string): ChatEvent => ({ type: 'text', text: value });
const done: ChatEvent = {
  type: 'done',
  finish: 'stop',
  timings: { queueMs: 0, prefillMs: 0, ttftMs: 0, decodeMs: 0 },
};

it('hands over what has come and then every event at once, in order', async () => {
  const queue = new EventQueue();
  queue.push(text('a'));
  await queue.first();
  const heard: ChatEvent[] = [];
  queue.listen((event) => heard.push(event));
  expect(heard).toEqual([text('a')]);
  for (const event of [text('b'), done]) {
    queue.push(event);
    expect(heard.at(-1)).toBe(event);
  }
});

it('collects all events for a reader who wants them together', async () => {
  const queue = new EventQueue();
  const all = queue.all();
  for (const event of [text('a'), text('b'), done]) queue.push(event);
  expect(await all).toEqual([text('a'), text('b'), done]);
});

it('breaks a silence, and only a silence, with a comment', async () => {
  vi.useFakeTimers();
  try {
    const queue = new EventQueue();
    const head = { id: 'x', created: 0, model: 'm' };
    queue.push({ type: 'queued', position: 1, eta: null });
    const stream = sseStream(head, queue, { includeUsage: false, keepAliveMs: 1000 });
    let seen = '';
    stream.setEncoding('utf8').on('data', (piece: string) => {
      seen += piece;
    });
    await vi.advanceTimersByTimeAsync(900);
    queue.push(text('a'));
    await vi.advanceTimersByTimeAsync(999);
    expect(seen).not.toContain('keep-alive');
    await vi.advanceTimersByTimeAsync(2);
    expect(seen.match(/: keep-alive\n\n/g)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen.match(/: keep-alive\n\n/g)).toHaveLength(2);
    queue.push(done);
    await vi.advanceTimersByTimeAsync(5000);
    expect(seen.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(stream.readableEnded).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

it('begins at once, also when there is nothing to say yet', () => {
  const stream = sseStream({ id: 'x', created: 0, model: 'm' }, new EventQueue(), {
    includeUsage: false,
    keepAliveMs: 1000,
  });
  expect(String(stream.read())).toBe(': keep-alive\n\n');
  stream.destroy();
});

describe('a JSON answer that takes long', () => {
  const head = { id: 'x', created: 0, model: 'm' };
  /** What the client got after 2.5 of its keep-alive times, and at the end. */
  async function received(end: (queue: EventQueue) => void): Promise<{ early: string; whole: string }> {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const queue = new EventQueue();
    queue.push(text('all '));
    const answer = wholeAnswer(head, queue, 1000);
    await vi.advanceTimersByTimeAsync(1001);
    let seen = '';
    const stream = (await answer) as Readable;
    stream.setEncoding('utf8').on('data', (piece: string) => {
      seen += piece;
    });
    await vi.advanceTimersByTimeAsync(1500);
    const early = seen;
    end(queue);
    await vi.advanceTimersByTimeAsync(1);
    return { early, whole: seen };
  }

  it('begins with empty lines and is whole in the end', async () => {
    const { early, whole } = await received((queue) => {
      for (const event of [text('of it'), done]) queue.push(event);
    });
    expect(early).toBe('\n\n');
    expect(JSON.parse(whole).choices[0].message.content).toBe('all of it');
  });

  it('tells a failure by the error envelope, because the status has gone', async () => {
    const { whole } = await received((queue) =>
      queue.push({ type: 'error', code: 'engine_crashed', message: 'Gone.', retryable: true }),
    );
    expect(JSON.parse(whole)).toMatchObject({ error: { code: 'engine_crashed', message: 'Gone.' } });
  });

  it('is refused with its own status while nothing was sent', async () => {
    const queue = new EventQueue();
    const refusal = new StillroomError('queue_full', 'Full.', { retryAfter: 7 });
    queue.fail(refusal);
    await expect(wholeAnswer(head, queue, 1000)).rejects.toBe(refusal);
  });
});

it('says nothing any more to a client that has gone', () => {
  const queue = new EventQueue();
  const stream = sseStream({ id: 'x', created: 0, model: 'm' }, queue, {
    includeUsage: false,
    keepAliveMs: 1000,
  });
  stream.destroy();
  expect(() => queue.push(text('a'))).not.toThrow();
  expect(stream.destroyed).toBe(true);
});

it('throws the refusal itself, with its Retry-After, when that came instead of events', async () => {
  const queue = new EventQueue();
  const refusal = new StillroomError('queue_full', 'Full.', { retryAfter: 7 });
  queue.fail(refusal);
  await expect(queue.first()).rejects.toBe(refusal);
  await expect(queue.all()).rejects.toBe(refusal);
});
