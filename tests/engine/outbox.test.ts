import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '#server/engine/engine.ts';
import { type Addressed, Outbox } from '#server/engine/outbox.ts';

const text = (words: string): EngineEvent => ({ type: 'delta', kind: 'text', text: words, tokens: 1 });
const accepted: EngineEvent = { type: 'accepted', promptTokens: 1, cachedTokens: 0, slot: 0 };
const failed: EngineEvent = { type: 'error', code: 'internal', message: 'no', retryable: false };

describe('Outbox', () => {
  let sent: Addressed[][];
  let outbox: Outbox;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
    vi.advanceTimersByTime(1000);
    sent = [];
    outbox = new Outbox((events) => sent.push(events));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends the first text at once, and what follows together after 50 ms', () => {
    outbox.add('a', [text('one ')]);
    vi.advanceTimersByTime(1);
    expect(sent).toHaveLength(1);
    outbox.add('a', [text('two ')]);
    vi.advanceTimersByTime(25);
    outbox.add('a', [text('three')]);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(25);
    expect(sent[1]).toEqual([{ id: 'a', event: { ...text('two three'), tokens: 2 } }]);
  });

  it.each([
    ['an end', failed],
    ['a slot', accepted],
  ])('sends %s at once, with the text that waits', (_, event) => {
    outbox.add('a', [text('one ')]);
    vi.advanceTimersByTime(1);
    outbox.add('a', [text('two')]);
    outbox.add('b', [event]);
    expect(sent[1]?.map(({ id }) => id)).toEqual(['a', 'b']);
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(2);
  });

  it("does not let somebody's first text wait for the interval, but what follows", () => {
    outbox.add('a', [text('one ')]);
    vi.advanceTimersByTime(1);
    outbox.add('b', [accepted]);
    outbox.add('a', [text('two')]);
    outbox.add('b', [text('first')]);
    vi.advanceTimersByTime(1);
    expect(sent[2]?.map(({ id }) => id)).toEqual(['a', 'b']);
    outbox.add('b', [text('second')]);
    vi.advanceTimersByTime(1);
    expect(sent).toHaveLength(3);
    vi.advanceTimersByTime(50);
    expect(sent).toHaveLength(4);
  });

  it('does not let the first text wait for the news of the slot', () => {
    outbox.add('a', [accepted]);
    vi.advanceTimersByTime(1);
    outbox.add('a', [text('one')]);
    vi.advanceTimersByTime(1);
    expect(sent).toHaveLength(2);
  });
});
