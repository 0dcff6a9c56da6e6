import { expect, it, onTestFinished, vi } from 'vitest';
import type { EngineEvent } from '#server/engine/engine.ts';
import { Requests } from '#server/engine/requests.ts';
import { request } from '../support/engine-requests.ts';

/** Requests over an engine process that only records what it is sent. */
function recorded() {
  const sent: string[] = [];
  const heard: Record<string, EngineEvent[]> = {};
  const requests = new Requests({
    send: (message) => sent.push(message.type === 'generate' ? message.request.id : message.type),
    onListenerError: (error) => {
      throw error;
    },
  });
  const ask = (id: string) =>
    requests.generate(request('hi', { id, owner: id }), (event) => {
      heard[id] = [...(heard[id] ?? []), event];
    });
  return { requests, sent, heard, ask };
}

const delta: EngineEvent = { type: 'delta', kind: 'text', text: 'x', tokens: 1 };

it('repeats what a crash has sent back one at a time, each when the one before has shown text', () => {
  const { requests, sent, heard, ask } = recorded();
  requests.open();
  for (const id of ['good', 'poison', 'other']) ask(id);
  requests.processEnded('engine_crashed', 'gone');
  sent.length = 0;
  requests.open();
  expect(sent).toEqual(['good']);
  ask('new');
  requests.event('good', { type: 'accepted', promptTokens: 1, cachedTokens: 0, slot: 0 });
  expect(sent).toEqual(['good']);
  requests.event('good', delta);
  expect(sent).toEqual(['good', 'poison']);
  requests.event('good', { type: 'error', code: 'internal', message: 'ended', retryable: false });
  expect(sent).toEqual(['good', 'poison']);
  requests.processEnded('engine_crashed', 'gone again');
  expect(heard.poison).toMatchObject([{ type: 'error', code: 'engine_crashed' }]);
  expect({ other: heard.other, new: heard.new }).toEqual({ other: undefined, new: undefined });
  sent.length = 0;
  requests.open();
  requests.event('other', { type: 'accepted', promptTokens: 1, cachedTokens: 0, slot: 0 });
  expect(sent).toEqual(['other']);
  requests.event('other', delta);
  expect(sent).toEqual(['other', 'new']);
});

it('repeats a call that a crash has sent back before anything else, and blames nobody for what that one does', async () => {
  const { requests, sent, heard, ask } = recorded();
  requests.open();
  ask('innocent');
  const crashing = requests.call((call) => ({ type: 'stats', call }));
  const harmless = requests.call((call) => ({ type: 'stats', call }));
  requests.processEnded('engine_crashed', 'gone');
  sent.length = 0;
  requests.open();
  requests.call((call) => ({ type: 'stats', call }));
  ask('new');
  expect(sent).toEqual(['stats']);
  requests.processEnded('engine_crashed', 'gone again');
  await expect(crashing).rejects.toMatchObject({ code: 'engine_crashed' });
  expect(heard).toEqual({});
  sent.length = 0;
  requests.open();
  expect(sent).toEqual(['stats']);
  requests.answered(2, { v: 1, type: 'counted', call: 2, tokens: 1 });
  await harmless;
  expect(sent).toEqual(['stats', 'stats', 'innocent']);
});

it('still asks the process that takes no new requests because it is to be renewed', () => {
  const { requests, sent, ask } = recorded();
  requests.open();
  requests.hold();
  ask('later');
  requests.call((call) => ({ type: 'stats', call }));
  expect(sent).toEqual(['stats']);
  requests.close();
  requests.call((call) => ({ type: 'stats', call }));
  expect(sent).toEqual(['stats']);
  requests.open();
  requests.answered(1, { v: 1, type: 'counted', call: 1, tokens: 1 });
  expect(sent).toEqual(['stats', 'stats', 'stats', 'later']);
});

it('counts the time to the first token from the arrival, whatever happened since', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { requests, heard, ask } = recorded();
  requests.open();
  ask('repeated');
  requests.processEnded('engine_crashed', 'gone');
  vi.advanceTimersByTime(4000);
  requests.open();
  requests.event('repeated', delta);
  requests.event('repeated', {
    type: 'done',
    finish: 'stop',
    usage: { promptTokens: 1, cachedTokens: 0, reasoningTokens: 0, completionTokens: 1 },
    evaluatedTokens: 1,
    timings: { prefillMs: 20, ttftMs: 30, decodeMs: 0 },
  });
  expect(heard.repeated?.at(-1)).toMatchObject({ timings: { prefillMs: 20, ttftMs: 4030 } });
});

it('asks a second process what the first did not answer, but not a third', async () => {
  const { requests, sent } = recorded();
  requests.open();
  const answer = requests.call((call) => ({ type: 'stats', call }));
  requests.processEnded('engine_crashed', 'gone');
  requests.open();
  expect(sent).toEqual(['stats', 'stats']);
  requests.processEnded('engine_crashed', 'gone again');
  await expect(answer).rejects.toMatchObject({ code: 'engine_crashed' });
});

it('has a few calls at a time answered, so that nothing else has to wait behind a flood of them', async () => {
  const { requests, sent } = recorded();
  requests.open();
  const calls = Array.from({ length: 100 }, () => requests.call((call) => ({ type: 'stats', call })));
  expect(sent).toHaveLength(2);
  requests.answered(1, { v: 1, type: 'counted', call: 1, tokens: 1 });
  await calls[0];
  expect(sent).toHaveLength(3);
});

it('neither asks nor repeats what nobody wants to know any more', async () => {
  const { requests, sent } = recorded();
  const ask = (signal: AbortSignal) => requests.call((call) => ({ type: 'stats', call }), signal);
  const gone = AbortSignal.abort();
  await expect(ask(gone)).rejects.toBe(gone.reason);

  requests.open();
  const leaving = new AbortController();
  const calls = Array.from({ length: 5 }, () => ask(leaving.signal));
  leaving.abort();
  expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  expect(sent).toHaveLength(2);
  const last = requests.call((call) => ({ type: 'stats', call }));
  // The process is still busy with two that were sent.
  expect(sent).toHaveLength(2);
  requests.processEnded('engine_crashed', 'gone');
  sent.length = 0;
  requests.open();
  expect(sent).toEqual(['stats']);
  requests.answered(7, { v: 1, type: 'counted', call: 7, tokens: 1 });
  await last;
});
