import { describe, expect, test } from 'vitest';
import type { Conversation } from '#server/api/app/contract.ts';
import { groupByDay } from '../../web/state/days.ts';
import {
  droppedSentence,
  duration,
  finishSentence,
  interval,
  queueSentence,
  speed,
} from '../../web/text/format.ts';
import { finishedSentences } from '../../web/text/sentences.ts';

describe('durations', () => {
  test.each([
    [0, '0.0 s'],
    [850, '0.8 s'],
    [4210, '4.2 s'],
    [9960, '10 s'],
    [59_940, '60 s'],
    [59_960, '1 min 0 s'],
    [75_000, '1 min 15 s'],
    [119_700, '2 min 0 s'],
    [3_700_000, '1 h 1 min'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('the place in the queue', () => {
  test.each([
    [1, 4000, 9000, 'You are next, about 4–9 s.'],
    [2, 20_000, 40_000, 'You are 2nd in line, about 20–40 s.'],
    [3, 20_000, 20_000, 'You are 3rd in line, about 20 s.'],
    [11, 150_000, 290_000, 'You are 11th in line, about 2–5 min.'],
    [22, 200, 700, 'You are 22nd in line, about 1 s.'],
  ])('position %d, %d to %d ms', (position, lowMs, highMs, sentence) => {
    expect(queueSentence({ position, eta: { lowMs, highMs } })).toBe(sentence);
  });

  test('promises no time before anything was measured', () => {
    expect(queueSentence({ position: 4, eta: null })).toBe('You are 4th in line.');
  });

  test('never gives an end before its beginning', () => {
    expect(interval(95_000, 96_000)).toBe('1–2 min');
    expect(interval(0, 0)).toBe('1 s');
  });
});

test('earlier turns that no longer fit are named by number', () => {
  expect(droppedSentence(1)).toBe(
    "The first turn of this conversation no longer fits the model's context: it does not see it.",
  );
  expect(droppedSentence(3)).toContain('The first 3 turns of this conversation no longer fit the');
});

describe('the end of an answer', () => {
  test('is explained only when it was not the ordinary one', () => {
    expect(finishSentence('stop')).toBeNull();
    expect(finishSentence('cancelled')).toBe('Stopped by you');
    expect(finishSentence('length')).toContain('length limit');
    expect(finishSentence('loop')).toContain('repeat');
    expect(finishSentence('deadline')).toContain('time limit');
  });

  test('has a speed only when something was generated', () => {
    const usage = { promptTokens: 1, cachedTokens: 0, reasoningTokens: 10, completionTokens: 50 };
    const timings = { queueMs: 9000, prefillMs: 500, ttftMs: 9500, decodeMs: 2000 };
    expect(speed(usage, timings)).toBe(25);
    expect(speed({ ...usage, completionTokens: 0 }, timings)).toBeNull();
    expect(speed(usage, { ...timings, decodeMs: 0 })).toBeNull();
  });
});

describe('the conversation list', () => {
  const at = (updatedAt: string): Conversation => ({
    id: updatedAt,
    title: updatedAt,
    createdAt: updatedAt,
    updatedAt,
    activeTurnId: null,
  });

  test('is grouped by the days of the reader', () => {
    const now = new Date(2026, 10, 24, 0, 30);
    const days = [
      new Date(2026, 10, 24, 0, 10),
      new Date(2026, 10, 23, 23, 50),
      new Date(2026, 10, 20),
      new Date(2026, 10, 1),
      new Date(2026, 9, 31),
    ].map((day) => at(day.toISOString()));
    expect(groupByDay(days, now, 'en').map((group) => [group.label, group.conversations.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 1],
      ['Previous 7 days', 1],
      ['November 2026', 1],
      ['October 2026', 1],
    ]);
  });
});

describe('what is read aloud', () => {
  test('is whole sentences, and the rest at the end', () => {
    const text = 'It is 3.5 metres. And then';
    const first = finishedSentences(text, 0, false);
    expect(first.sentence).toBe('It is 3.5 metres.');
    expect(finishedSentences(text, first.upTo, false).sentence).toBe('');
    expect(finishedSentences(text, first.upTo, true).sentence).toBe('And then');
  });

  test('leaves marks and code out', () => {
    const text = '## Steps\n- **Add** [it](https://x.example).\n```js\nlet x = 1. ;\n```\nDone. ';
    expect(finishedSentences(text, 0, true).sentence).toBe('Steps Add it. (code) Done.');
  });

  test('waits for the end of a code block', () => {
    const text = 'Look.\n```js\nlet x;\nlet y;\n';
    expect(finishedSentences(text, 0, false).sentence).toBe('Look.');
  });
});
