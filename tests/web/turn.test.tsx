import { describe, expect, test } from 'vitest';
import type { Turn } from '#server/api/app/contract.ts';
import type { ChatEvent } from '#server/chat/events.ts';
import { applyEvent, fits, type LiveTurn, liveTurn, mergeTurn, phaseOf } from '../../web/state/turn.ts';

const stored: Turn = {
  id: 't1',
  conversationId: 'c1',
  userText: 'What is 2+2?',
  reasoning: '',
  reasoningMs: null,
  answer: '',
  status: 'queued',
  finish: null,
  error: null,
  model: 'demo',
  usage: null,
  timings: null,
  droppedTurns: 0,
  createdAt: '2026-11-24T09:00:00.000Z',
  seq: 0,
};

function play(events: ChatEvent[], from: LiveTurn = liveTurn(stored)): LiveTurn {
  return events.reduce(
    (turn, event, index) => applyEvent(turn, turn.seq + 1, event, 1000 + index * 100),
    from,
  );
}

const thinking: ChatEvent[] = [
  { type: 'queued', position: 2, eta: { lowMs: 1000, highMs: 2000 } },
  { type: 'started', model: 'demo', promptTokens: 12, cachedTokens: 4, droppedTurns: 3 },
  { type: 'reasoning', text: 'Two and ' },
  { type: 'reasoning', text: 'two.' },
];
const answering: ChatEvent[] = [
  ...thinking,
  { type: 'reasoningEnd', durationMs: 420, forced: 'answerNow' },
  { type: 'text', text: 'It is ' },
  { type: 'text', text: '4.' },
];

describe('a turn on the page', () => {
  test('goes through its phases in the order of its events', () => {
    const phases = Array.from(answering, (_, index) => phaseOf(play(answering.slice(0, index + 1))));
    expect(phases).toEqual([
      'queued',
      'reading',
      'thinking',
      'thinking',
      'answering',
      'answering',
      'answering',
    ]);
  });

  test('knows its place while it waits and forgets it when it starts', () => {
    expect(play(thinking.slice(0, 1)).place).toEqual({ position: 2, eta: { lowMs: 1000, highMs: 2000 } });
    expect(play(thinking.slice(0, 2))).toMatchObject({ place: null, droppedTurns: 3 });
  });

  test('says how far its model is read into memory, and no longer when it starts', () => {
    const loading = play([{ type: 'loading', model: 'big', progress: 0.4 }]);
    expect(loading).toMatchObject({ loading: 0.4, place: null });
    expect(phaseOf(loading)).toBe('queued');
    expect(play(thinking.slice(1, 2), loading).loading).toBeNull();
  });

  test('collects reasoning and answer apart and measures the thought from its first piece', () => {
    const turn = play(answering);
    expect(turn).toMatchObject({
      reasoning: 'Two and two.',
      answer: 'It is 4.',
      reasoningMs: 420,
      forced: 'answerNow',
    });
    expect(turn.thinkingSince).toBe(1200);
    expect(turn.seq).toBe(answering.length);
  });

  test('ends with the reason, the usage and the timings', () => {
    const usage = { promptTokens: 12, cachedTokens: 4, reasoningTokens: 3, completionTokens: 8 };
    const timings = { queueMs: 1, prefillMs: 2, ttftMs: 3, decodeMs: 4 };
    const turn = play([
      ...answering,
      { type: 'usage', usage },
      { type: 'done', finish: 'cancelled', timings },
    ]);
    expect(turn).toMatchObject({ status: 'done', finish: 'cancelled', usage, timings });
    expect(phaseOf(turn)).toBe('done');
  });

  test('keeps what was already written when it ends in an error', () => {
    const error = { code: 'engine_crashed', message: 'The engine stopped. Ask again.' };
    const turn = play([...answering, { type: 'error', ...error, retryable: true }]);
    expect(turn).toMatchObject({ status: 'error', answer: 'It is 4.', error });
  });

  test('tells the next event from a repeated one and from one that came too early', () => {
    const turn = play(thinking);
    expect(fits(turn, 4)).toBe('known');
    expect(fits(turn, 5)).toBe('next');
    expect(fits(turn, 6)).toBe('gap');
  });

  test('is not set back by an older record, and takes a newer one', () => {
    const live = play(answering);
    expect(mergeTurn(live, { ...stored, status: 'running', seq: 3 })).toBe(live);
    const ended: Turn = { ...stored, status: 'done', answer: 'It is 4. Sure.', finish: 'stop', seq: 9 };
    expect(mergeTurn(live, ended)).toMatchObject({ status: 'done', answer: 'It is 4. Sure.', seq: 9 });
  });

  test('is over when the server says so, though less of it was saved than is seen here', () => {
    const live = play(answering);
    const saved: Turn = { ...stored, status: 'error', answer: 'It', seq: 2 };
    expect(mergeTurn(live, saved)).toMatchObject({ status: 'error', answer: 'It' });
  });

  test('once over stays over when a record from before its end arrives late', () => {
    const over = play([
      ...answering,
      { type: 'done', finish: 'stop', timings: { queueMs: 0, prefillMs: 0, ttftMs: 0, decodeMs: 1 } },
    ]);
    expect(mergeTurn(over, { ...stored, status: 'running', seq: over.seq })).toBe(over);
  });
});
