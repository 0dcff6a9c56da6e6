import { expect, test } from 'vitest';
import type {
  ClientMessage,
  Conversation,
  ConversationDetail,
  ServerInfo,
  ServerMessage,
  Turn,
} from '#server/api/app/contract.ts';
import type { ChatEvent } from '#server/chat/events.ts';
import { RequestError } from '../../web/api/rest.ts';
import { backoffMs, type SocketHandlers } from '../../web/api/socket.ts';
import { createChat } from '../../web/state/chat.ts';
import { createTurns } from '../../web/state/turns.ts';

const conversation: Conversation = {
  id: 'c1',
  title: 'Sums',
  createdAt: '2026-11-24T09:00:00.000Z',
  updatedAt: '2026-11-24T09:00:00.000Z',
  activeTurnId: null,
};
const turn: Turn = {
  id: 't1',
  conversationId: 'c1',
  userText: 'Hello',
  reasoning: '',
  reasoningMs: null,
  answer: '',
  status: 'running',
  finish: null,
  error: null,
  model: 'demo',
  usage: null,
  timings: null,
  droppedTurns: 0,
  createdAt: '2026-11-24T09:00:00.000Z',
  seq: 0,
};
const done: ChatEvent = {
  type: 'done',
  finish: 'stop',
  timings: { queueMs: 0, prefillMs: 0, ttftMs: 0, decodeMs: 1 },
};
const ask = {
  text: 'Hello',
  thinking: { mode: 'enabled', budgetTokens: null },
  pace: true,
  modelId: null,
} as const;

/** The page's half of a conversation with a server whose every word the test decides. */
function page(details: Record<string, ConversationDetail> = {}) {
  const serve = { version: '1', failure: null as RequestError | null };
  const sent: ClientMessage[] = [];
  const opened: (string | null)[] = [];
  const loads: string[] = [];
  let handlers: SocketHandlers | undefined;
  let connected = false;
  const chat = createChat({
    rest: {
      info: async () => ({ version: serve.version }) as ServerInfo,
      conversations: async () => Object.values(details).map((detail) => detail.conversation),
      async conversation(id) {
        loads.push(id);
        if (serve.failure !== null) throw serve.failure;
        const detail = details[id];
        if (detail === undefined) throw new RequestError('conversation_not_found', 'No such conversation.');
        return detail;
      },
      rename: async (id, title) => ({ ...conversation, id, title }),
      remove: async () => undefined,
    },
    connect(given) {
      handlers = given;
      return {
        send(message) {
          if (connected) sent.push(message);
          return connected;
        },
        wake: () => undefined,
        close: () => undefined,
      };
    },
    onFrame: (flush) => flush(),
    nowMs: () => 5000,
    onOpened: (id) => opened.push(id),
  });
  chat.start();
  return {
    chat,
    serve,
    sent,
    opened,
    loads,
    /** Everything the page asked for by REST has arrived. */
    settled: () => new Promise((resolve) => setImmediate(resolve)),
    connect() {
      connected = true;
      handlers?.onOpen();
    },
    lose() {
      connected = false;
      handlers?.onLost(100);
    },
    say: (message: ServerMessage) => handlers?.onMessage(message),
    event(seq: number, text: string, turnId = 't1') {
      handlers?.onMessage({ type: 'event', turnId, seq, event: { type: 'text', text } });
    },
  };
}

function requestIds(sent: ClientMessage[]): string[] {
  return sent.flatMap((message) => (message.type === 'send' ? [message.requestId] : []));
}

test('a question opens the conversation the server made for it, and its answer arrives', () => {
  const { chat, sent, opened, connect, say, event } = page();
  connect();
  chat.ask(ask);
  const [requestId = ''] = requestIds(sent);
  expect(chat.outbox.waiting.value).toHaveLength(1);
  say({ type: 'ack', requestId, conversation, turn });
  event(1, 'Good ');
  event(2, 'day.');
  expect(opened).toEqual(['c1']);
  expect(chat.outbox.waiting.value).toEqual([]);
  expect(chat.turns.get('t1')?.value.answer).toBe('Good day.');
});

test('a question that was never confirmed is sent again under the same id after a reconnect', () => {
  const { chat, sent, connect, lose, say } = page();
  connect();
  chat.ask(ask);
  lose();
  connect();
  const ids = requestIds(sent);
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
  say({ type: 'ack', requestId: ids[0] ?? '', conversation, turn });
  lose();
  connect();
  expect(requestIds(sent)).toHaveLength(2);
});

test('a question asked while disconnected is sent when the connection is back', () => {
  const { chat, sent, connect } = page();
  chat.ask(ask);
  expect(sent).toEqual([]);
  connect();
  expect(requestIds(sent)).toHaveLength(1);
});

test('after a lost connection the answer is followed from the last event that was seen', async () => {
  const { chat, sent, connect, lose, say, event, settled } = page({
    c1: { conversation, turns: [turn] },
  });
  chat.open('c1');
  connect();
  await settled();
  event(1, 'One ');
  event(2, 'two ');
  lose();
  connect();
  await settled();
  expect(sent.filter((message) => message.type === 'attach')).toEqual([
    { type: 'attach', turnId: 't1', after: 0 },
    { type: 'attach', turnId: 't1', after: 2 },
  ]);
  // The server repeats one it had sent already.
  event(2, 'two ');
  event(3, 'three');
  say({ type: 'event', turnId: 't1', seq: 4, event: done });
  expect(chat.turns.get('t1')?.value).toMatchObject({ answer: 'One two three', status: 'done' });
});

test('a gap between two events is asked for again instead of being shown', async () => {
  const { chat, sent, connect, event, settled } = page({ c1: { conversation, turns: [turn] } });
  chat.open('c1');
  connect();
  await settled();
  event(1, 'One ');
  event(3, 'three');
  expect(chat.turns.get('t1')?.value.answer).toBe('One ');
  expect(sent.at(-1)).toEqual({ type: 'attach', turnId: 't1', after: 1 });
  event(2, 'two ');
  event(3, 'three');
  expect(chat.turns.get('t1')?.value.answer).toBe('One two three');
});

test('a conversation on screen stays there when it could not be brought up to date', async () => {
  const { chat, connect, lose, settled, serve } = page({ c1: { conversation, turns: [turn] } });
  chat.open('c1');
  connect();
  await settled();
  serve.failure = new RequestError('internal', 'Something went wrong.');
  lose();
  connect();
  await settled();
  expect(chat.failure.value).toBeNull();
  expect(chat.turns.of('c1').value).toEqual(['t1']);
  expect(chat.notice.value).toBe('Something went wrong.');
});

test('an answer that came and ended while the list of turns was on its way is not lost', () => {
  const turns = createTurns();
  const first: Turn = { ...turn, status: 'done' };
  turns.load('c1', [first]);
  turns.put({ ...turn, id: 't2' });
  turns.take('t2', 1, done, 0);
  turns.load('c1', [first]);
  expect(turns.of('c1').value).toEqual(['t1', 't2']);
});

test('who is refused because another window was faster is shown what runs there', async () => {
  const details = { c1: { conversation, turns: [] as Turn[] } };
  const { chat, sent, connect, say, settled } = page(details);
  chat.open('c1');
  connect();
  await settled();
  chat.ask(ask);
  details.c1.turns = [turn];
  say({ type: 'conversation', conversation: { ...conversation, activeTurnId: 't1' } });
  const [requestId = ''] = requestIds(sent);
  say({ type: 'error', requestId, code: 'conversation_busy', message: 'It is being answered.' });
  await settled();
  expect(chat.turns.of('c1').value).toEqual(['t1']);
  expect(sent.at(-1)).toEqual({ type: 'attach', turnId: 't1', after: 0 });
});

test('a turn asked in another window appears here and is followed', async () => {
  const details = { c1: { conversation, turns: [] as Turn[] } };
  const { chat, sent, connect, say, settled } = page(details);
  chat.open('c1');
  connect();
  await settled();
  details.c1.turns = [{ ...turn, seq: 7, answer: 'Already' }];
  say({ type: 'conversation', conversation: { ...conversation, activeTurnId: 't1' } });
  await settled();
  expect(chat.turns.of('c1').value).toEqual(['t1']);
  expect(sent.at(-1)).toEqual({ type: 'attach', turnId: 't1', after: 7 });
});

test('a refused question keeps its text and can be asked again under a new id', () => {
  const { chat, sent, connect, say } = page();
  connect();
  chat.ask(ask);
  const [first = ''] = requestIds(sent);
  say({ type: 'error', requestId: first, code: 'queue_full', message: 'The queue is full.' });
  expect(chat.outbox.waiting.value[0]).toMatchObject({
    message: { text: 'Hello' },
    refusal: { code: 'queue_full', message: 'The queue is full.' },
  });
  // A look at another conversation changes nothing about where the answer is awaited.
  chat.open('c2');
  chat.open(null);
  chat.askAgain(first);
  const ids = requestIds(sent);
  expect(ids).toHaveLength(2);
  expect(ids[1]).not.toBe(first);
  say({ type: 'ack', requestId: ids[1] ?? '', conversation, turn });
  expect(chat.openId.value).toBe('c1');
});

test('a page older than the server it comes back to asks to be reloaded', async () => {
  const { chat, connect, lose, settled, serve } = page();
  connect();
  await settled();
  expect(chat.notice.value).toBeNull();
  lose();
  serve.version = '2';
  connect();
  await settled();
  expect(chat.notice.value).toBe('Stillroom is now version 2: reload this page, it is still that of 1.');
});

test('reconnecting begins at once, slows down to every few seconds, and never in step with others', () => {
  const ceilings = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt, () => 1));
  expect(ceilings.slice(0, 3)).toEqual([250, 500, 1000]);
  expect(ceilings.at(-1)).toBe(8000);
  expect(backoffMs(3, () => 0)).toBe(1000);
  expect(backoffMs(3, () => 1)).toBe(2000);
});

test('a refused question is not sent again by a reconnect', () => {
  const { chat, sent, connect, lose, say } = page();
  connect();
  chat.ask(ask);
  say({ type: 'error', requestId: requestIds(sent)[0] ?? '', code: 'queue_full', message: 'Full.' });
  lose();
  connect();
  expect(requestIds(sent)).toHaveLength(1);
});

test('a conversation deleted in another window closes here and says so', async () => {
  const { chat, connect, say, settled } = page({ c1: { conversation, turns: [] } });
  chat.open('c1');
  connect();
  await settled();
  say({ type: 'conversationDeleted', id: 'c1' });
  expect(chat.openId.value).toBeNull();
  expect(chat.conversations.list.value).toEqual([]);
  expect(chat.notice.value).toContain('another window');
});

test("one's own deletion is no news", async () => {
  const { chat, connect, say, settled } = page({ c1: { conversation, turns: [] } });
  chat.open('c1');
  connect();
  await settled();
  const removed = chat.remove('c1');
  say({ type: 'conversationDeleted', id: 'c1' });
  await removed;
  expect(chat.openId.value).toBeNull();
  expect(chat.notice.value).toBeNull();
});

test('an address of a conversation that is gone says so', async () => {
  const { chat, connect, settled } = page();
  chat.open('gone');
  connect();
  await settled();
  expect(chat.failure.value).toEqual({ code: 'conversation_not_found', message: 'No such conversation.' });
});

test('conversations that are not open are loaded again after a lost connection', async () => {
  const other = { ...conversation, id: 'c2' };
  const { chat, loads, connect, lose, settled } = page({
    c1: { conversation, turns: [] },
    c2: { conversation: other, turns: [] },
  });
  connect();
  chat.open('c1');
  await settled();
  chat.open('c2');
  await settled();
  chat.open('c1');
  await settled();
  expect(loads).toEqual(['c1', 'c2']);
  lose();
  connect();
  await settled();
  chat.open('c2');
  await settled();
  expect(loads).toEqual(['c1', 'c2', 'c1', 'c2']);
});

test('an answer asked for while another conversation was open does not hide the earlier turns of its own', async () => {
  const other = { ...conversation, id: 'c2' };
  const asked = { ...turn, id: 't2' };
  const { chat, sent, loads, connect, lose, say, settled } = page({
    c1: { conversation, turns: [{ ...turn, status: 'done' }, asked] },
    c2: { conversation: other, turns: [] },
  });
  connect();
  chat.open('c1');
  await settled();
  lose();
  chat.ask(ask);
  chat.open('c2');
  connect();
  await settled();
  say({ type: 'ack', requestId: requestIds(sent)[0] ?? '', conversation, turn: asked });
  expect(chat.turns.of('c1').value).toBeNull();
  chat.open('c1');
  await settled();
  expect(loads.at(-1)).toBe('c1');
  expect(chat.turns.of('c1').value).toEqual(['t1', 't2']);
});
