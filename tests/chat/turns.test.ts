import { expect, it, onTestFinished, vi } from 'vitest';
import type { ChatEvent } from '#server/chat/events.ts';
import { createTurns } from '#server/chat/turns.ts';
import { StillroomError } from '#server/errors.ts';
import type { Logger } from '#server/logger.ts';
import type { Lease, ModelPool } from '#server/serving/pool.ts';
import { createConversationStore } from '#server/store/conversations.ts';
import { openDatabase } from '#server/store/db.ts';
import { tempFolder } from '../support/temp-folder.ts';

const hello = { requestId: 'r1', conversationId: null, text: 'Hi there' };
const done: ChatEvent = {
  type: 'done',
  finish: 'stop',
  timings: { queueMs: 0, prefillMs: 0, ttftMs: 0, decodeMs: 1 },
};
const fullDisk = new StillroomError('disk_full', 'The disk is full.');

function failsOnce(): never {
  throw fullDisk;
}

/** Turns over a real store. The test says when the model is in memory, and is the queue and the engine behind it. */
function setUp() {
  const db = openDatabase(tempFolder());
  onTestFinished(() => db.close());
  const store = createConversationStore(db);
  const logged: string[] = [];
  const changes: unknown[] = [];
  const acquired = Promise.withResolvers<Lease>();
  const submitted = Promise.withResolvers<(event: ChatEvent) => void>();
  const answeredNow = Promise.withResolvers<void>();
  const ticket = { cancel: vi.fn(), answerNow: () => answeredNow.resolve() };
  const lease = {
    model: { served: { id: 'm', isDemo: false, pace: null, thinkingBudget: null } },
    engine: {
      state: { state: 'ready' },
      start: async () => ({ contextTokens: 4096 }),
      countTokens: async () => 10,
    },
    scheduler: {
      submit(_request: unknown, _meta: unknown, onEvent: (event: ChatEvent) => void) {
        submitted.resolve(onEvent);
        return ticket;
      },
    },
    release: () => undefined,
  } as unknown as Lease;
  const pool = {
    defaultModel: { card: { id: 'm' } },
    acquire: () => acquired.promise,
    forget: () => undefined,
  } as unknown as ModelPool;
  const log = { error: (_fields: unknown, message: string) => logged.push(message) } as unknown as Logger;
  const turns = createTurns({ store, pool, maxMessageCharacters: 1000, log });
  turns.onListChange('alice', (change) => changes.push(change));
  return {
    turns,
    store,
    ticket,
    logged,
    changes,
    load: () => acquired.resolve(lease),
    /** Resolves when the turn is in the queue, with the way to say what becomes of it. */
    queued: submitted.promise,
    answeredNow: answeredNow.promise,
  };
}

it('counts “answer now” from the start when it is said while the model is being loaded', async () => {
  const { turns, load, answeredNow } = setUp();
  const { turn } = turns.send('alice', hello);
  turns.answerNow('alice', turn.id);
  load();
  await expect(answeredNow).resolves.toBeUndefined();
});

it('tells the list of an end that could be saved only later', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { turns, store, changes, load, queued } = setUp();
  const { turn } = turns.send('alice', hello);
  load();
  const say = await queued;
  vi.spyOn(store, 'saveTurn').mockImplementationOnce(failsOnce);
  say(done);
  expect(changes.at(-1)).toMatchObject({ conversation: { activeTurnId: turn.id } });
  vi.advanceTimersByTime(5000);
  expect(changes.at(-1)).toMatchObject({ type: 'conversation', conversation: { activeTurnId: null } });
});

it('goes on with the answer when its conversation could not be deleted', async () => {
  const { turns, store, ticket, load, queued } = setUp();
  const { conversation } = turns.send('alice', hello);
  load();
  await queued;
  vi.spyOn(store, 'remove').mockImplementationOnce(failsOnce);
  expect(() => turns.remove('alice', conversation.id)).toThrow(fullDisk);
  expect(ticket.cancel).not.toHaveBeenCalled();
  turns.remove('alice', conversation.id);
  expect(ticket.cancel).toHaveBeenCalledOnce();
});

it('has deleted a conversation though the log of the database could not be emptied', () => {
  const { turns, store, logged } = setUp();
  const { conversation } = turns.send('alice', hello);
  vi.spyOn(store, 'eraseRemoved').mockImplementationOnce(failsOnce);
  turns.remove('alice', conversation.id);
  expect(turns.list('alice')).toEqual([]);
  expect(logged).toEqual(['the write-ahead log could not be emptied after a deletion']);
});

it('takes so many questions on their way to the model of one person, and others’ all the same', () => {
  const { turns } = setUp();
  const send = (owner: string, count: number) =>
    turns.send(owner, { ...hello, requestId: `${owner}${count}` }).turn;
  const [first] = Array.from({ length: 16 }, (_, count) => send('alice', count));
  expect(() => send('alice', 16)).toThrow(expect.objectContaining({ code: 'too_many_turns' }));
  expect(turns.list('alice')).toHaveLength(16);
  send('bob', 0);
  expect(first).toMatchObject({ status: 'queued' });
});
