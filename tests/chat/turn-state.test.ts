import { expect, it } from 'vitest';
import type { ChatEvent } from '#server/chat/events.ts';
import { applyEvent } from '#server/chat/turn-state.ts';
import type { Turn } from '#server/store/records.ts';

const fresh: Turn = {
  id: 't',
  conversationId: 'c',
  userText: 'hello',
  reasoning: '',
  reasoningMs: null,
  answer: '',
  status: 'queued',
  finish: null,
  error: null,
  model: 'm',
  usage: null,
  timings: null,
  droppedTurns: 0,
  createdAt: '2026-11-24T00:00:00.000Z',
  seq: 0,
};
const timings = { queueMs: 1, prefillMs: 2, ttftMs: 3, decodeMs: 4 };
const usage = { promptTokens: 5, cachedTokens: 0, reasoningTokens: 2, completionTokens: 4 };

it('keeps reasoning and answer apart and counts every event', () => {
  const events: ChatEvent[] = [
    { type: 'queued', position: 1, eta: null },
    { type: 'started', model: 'm', promptTokens: 5, cachedTokens: 0, droppedTurns: 2 },
    { type: 'reasoning', text: 'hm ' },
    { type: 'reasoning', text: 'yes' },
    { type: 'reasoningEnd', durationMs: 12, forced: null },
    { type: 'text', text: 'Hello' },
    { type: 'text', text: '!' },
    { type: 'usage', usage },
    { type: 'done', finish: 'stop', timings },
  ];
  expect(events.reduce(applyEvent, fresh)).toEqual({
    ...fresh,
    reasoning: 'hm yes',
    reasoningMs: 12,
    answer: 'Hello!',
    status: 'done',
    finish: 'stop',
    usage,
    timings,
    droppedTurns: 2,
    seq: 9,
  });
});

it('keeps what had arrived when a turn fails', () => {
  const events: ChatEvent[] = [
    { type: 'text', text: 'half' },
    { type: 'error', code: 'engine_crashed', message: 'The engine stopped.', retryable: true },
  ];
  const turn = events.reduce(applyEvent, fresh);
  expect(turn).toMatchObject({ status: 'error', answer: 'half', error: { code: 'engine_crashed' } });
});
