import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConversationDetail, ServerInfo } from '#server/api/app/contract.ts';
import type { ChatEvent } from '#server/chat/events.ts';
import { gatewayForAll, startTestGateway } from '../support/gateway.ts';
import { openSocket, type Socket } from '../support/socket.ts';

const hello = { type: 'send', requestId: 'r1', conversationId: null, text: 'hello' } as const;

async function finished(socket: Socket, turnId: string) {
  return socket.next(
    'event',
    (message) => message.turnId === turnId && ['done', 'error'].includes(message.event.type),
  );
}

function textOf(events: ChatEvent[], type: 'reasoning' | 'text'): string {
  return events.map((event) => (event.type === type ? event.text : '')).join('');
}

async function detail(url: string, id: string): Promise<ConversationDetail> {
  return (await fetch(`${url}/api/conversations/${id}`)).json() as Promise<ConversationDetail>;
}

describe('a turn', () => {
  it('is acknowledged, streams reasoning and answer apart, and is stored as it was streamed', async () => {
    const { url, said } = await startTestGateway({ thought: 5, answer: 7 });
    const socket = await openSocket(url);
    socket.send(hello);
    const { turn, conversation } = await socket.next('ack');
    expect(conversation).toMatchObject({ title: 'hello', activeTurnId: turn.id });
    await finished(socket, turn.id);
    const events = socket.received.flatMap((message) => (message.type === 'event' ? [message] : []));
    expect(events.map((message) => message.seq)).toEqual(events.map((_, index) => index + 1));
    const chat = events.map((message) => message.event);
    expect(textOf(chat, 'reasoning')).toBe(said.thoughtText);
    expect(textOf(chat, 'text')).toBe(said.answerText);
    const stored = (await detail(url, conversation.id)).turns[0];
    expect(stored).toMatchObject({
      status: 'done',
      finish: 'stop',
      reasoning: said.thoughtText,
      answer: said.answerText,
      seq: events.length,
    });
    expect(stored?.usage?.reasoningTokens).toBeGreaterThan(0);
  });

  it('goes on without its socket, and who attaches again gets what was missed exactly once', async () => {
    const { url, said } = await startTestGateway({ thought: 40, answer: 400, feedForward: 4096, layers: 4 });
    const first = await openSocket(url);
    first.send(hello);
    const { turn, conversation } = await first.next('ack');
    const seen = await first.next('event', (message) => message.event.type === 'reasoning');
    first.close();
    const before = first.received.flatMap((message) =>
      message.type === 'event' && message.seq <= seen.seq ? [message] : [],
    );

    const second = await openSocket(url);
    second.send({ type: 'attach', turnId: turn.id, after: seen.seq });
    await finished(second, turn.id);
    const after = second.received.flatMap((message) => (message.type === 'event' ? [message] : []));
    const all = [...before, ...after];
    expect(all.map((message) => message.seq)).toEqual(all.map((_, index) => index + 1));
    const chat = all.map((message) => message.event);
    expect(textOf(chat, 'reasoning')).toBe(said.thoughtText);
    expect(textOf(chat, 'text')).toBe(said.answerText);

    second.send({ type: 'attach', turnId: turn.id, after: 3 });
    expect((await second.next('snapshot')).turn).toEqual((await detail(url, conversation.id)).turns[0]);
  });

  it('sent twice with the same request id runs once', async () => {
    const { url } = await startTestGateway();
    const socket = await openSocket(url);
    socket.send(hello);
    const first = await socket.next('ack');
    await finished(socket, first.turn.id);
    socket.send(hello);
    const second = await socket.next('ack');
    expect(second.turn.id).toBe(first.turn.id);
    expect((await detail(url, first.conversation.id)).turns).toHaveLength(1);
  });

  it('remembers the turns before, without their reasoning', async () => {
    const { url, said } = await startTestGateway({ thought: 30, answer: 6 });
    const socket = await openSocket(url);
    socket.send(hello);
    const first = await socket.next('ack');
    await finished(socket, first.turn.id);
    socket.send({ ...hello, requestId: 'r2', conversationId: first.conversation.id, text: 'again' });
    const second = await socket.next('ack');
    await finished(socket, second.turn.id);
    const turns = (await detail(url, first.conversation.id)).turns;
    const grown = (turns[1]?.usage?.promptTokens ?? 0) - (turns[0]?.usage?.promptTokens ?? 0);
    // Typed back as text, plus end of sentence and the two role tokens, but none of the 30 words of reasoning.
    const typed = said.countText(said.answerText) + said.countText('again');
    expect(grown - typed).toBeGreaterThanOrEqual(0);
    expect(grown - typed).toBeLessThan(5);
  });

  it('stops when asked and keeps what had arrived', async () => {
    const { url } = await startTestGateway({
      variant: 'dice',
      thought: 3,
      layers: 4,
      feedForward: 4096,
    });
    const socket = await openSocket(url);
    socket.send(hello);
    const { turn, conversation } = await socket.next('ack');
    await socket.next('event', (message) => message.event.type === 'text');
    socket.send({ type: 'stop', turnId: turn.id });
    expect((await finished(socket, turn.id)).event).toMatchObject({ type: 'done', finish: 'cancelled' });
    const stored = (await detail(url, conversation.id)).turns[0];
    expect(stored).toMatchObject({ status: 'done', finish: 'cancelled' });
    expect(stored?.answer).not.toBe('');
  });

  it('answers now when asked in mid-thought', async () => {
    const { url, said } = await startTestGateway({
      variant: 'thinkloop',
      thought: 60,
      answer: 4,
      layers: 4,
      feedForward: 4096,
    });
    const socket = await openSocket(url);
    socket.send(hello);
    const { turn } = await socket.next('ack');
    await socket.next('event', (message) => message.event.type === 'reasoning');
    socket.send({ type: 'answerNow', turnId: turn.id });
    expect(
      (await socket.next('event', (message) => message.event.type === 'reasoningEnd')).event,
    ).toMatchObject({ forced: 'answerNow' });
    await finished(socket, turn.id);
    const events = socket.received.flatMap((message) => (message.type === 'event' ? [message.event] : []));
    expect(textOf(events, 'text')).toBe(said.answerText);
  });

  it.each([
    ['one token per letter', 'a'.repeat(199_000)],
    ['tags', '<think>'.repeat(28_000)],
  ])(
    'a message of the greatest length, made of %s, is refused with numbers and harms nobody',
    async (_case, text) => {
      const { url, gateway } = await startTestGateway();
      const pid = gateway.enginePid();
      const socket = await openSocket(url);
      socket.send({ ...hello, text });
      const long = await socket.next('ack');
      const { event } = await finished(socket, long.turn.id);
      expect(event).toMatchObject({ type: 'error', code: 'context_length_exceeded' });
      socket.send({ ...hello, requestId: 'r2' });
      const next = await socket.next('ack');
      expect((await finished(socket, next.turn.id)).event).toMatchObject({ type: 'done', finish: 'stop' });
      expect(gateway.enginePid()).toBe(pid);
    },
  );

  it('refuses a second message while the first is being answered', async () => {
    const { url } = await startTestGateway({ variant: 'loop' });
    const socket = await openSocket(url);
    socket.send(hello);
    const { turn, conversation } = await socket.next('ack');
    socket.send({ ...hello, requestId: 'r2', conversationId: conversation.id });
    expect(await socket.next('error')).toMatchObject({ requestId: 'r2', code: 'conversation_busy' });
    socket.send({ type: 'stop', turnId: turn.id });
    await finished(socket, turn.id);
  });
});

describe('a message that can’t be served', () => {
  // One gateway for all cases: none of them may leave it damaged.
  const shared = gatewayForAll();
  const conversations = async () => (await fetch(`${shared.url}/api/conversations`)).json();

  it.each([
    ['an empty message', { ...hello, text: '   ' }, 'invalid_request'],
    ['a message that is far too long', { ...hello, text: 'x'.repeat(300_000) }, 'payload_too_large'],
    ['an unknown conversation', { ...hello, conversationId: 'nope' }, 'conversation_not_found'],
    ['an unknown field', { ...hello, temperature: 1 }, 'unsupported_parameter'],
    ['an unknown type', { type: 'sned' }, 'invalid_request'],
    ['an unknown turn', { type: 'attach', turnId: 'nope', after: 0 }, 'turn_not_found'],
  ])('%s gets a clear error, and the next one is answered', async (_case, message, code) => {
    const socket = await openSocket(shared.url);
    const before = await conversations();
    socket.send(message as never);
    expect(await socket.next('error')).toMatchObject({ code });
    expect(await conversations()).toEqual(before);
    socket.send({ ...hello, requestId: randomUUID() });
    await finished(socket, (await socket.next('ack')).turn.id);
  });
});

describe('a program that floods the API', () => {
  it('does not keep its owner from asking in person', async () => {
    const { url, modelId } = await startTestGateway(
      { variant: 'loop', layers: 4, feedForward: 4096 },
      { STILLROOM_SLOTS: '1' },
    );
    const flood = new AbortController();
    const calls = Array.from({ length: 24 }, () =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        signal: flood.signal,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: modelId, messages: [{ role: 'user', content: 'hi' }], stream: true }),
      }).then(
        (response) => response.status,
        () => 0,
      ),
    );
    // The first refusal says that its places in the queue are taken.
    await Promise.race(
      calls.map(async (call) => ((await call) === 429 ? true : new Promise(() => undefined))),
    );
    const socket = await openSocket(url);
    socket.send(hello);
    const { turn } = await socket.next('ack');
    const place = await socket.next('event', (message) => message.turnId === turn.id);
    expect(place.event.type).not.toBe('error');
    flood.abort();
    await Promise.all(calls);
    await socket.next('event', (message) => message.turnId === turn.id && message.event.type === 'text');
  });
});

describe('when the engine hangs', () => {
  it('stop is answered at once, also before the prompt was counted', async () => {
    const { url, gateway } = await startTestGateway();
    const socket = await openSocket(url);
    const pid = gateway.enginePid() as number;
    process.kill(pid, 'SIGSTOP');
    onTestFinished(() => void process.kill(pid, 'SIGCONT'));
    socket.send(hello);
    const { turn } = await socket.next('ack');
    socket.send({ type: 'stop', turnId: turn.id });
    expect((await finished(socket, turn.id)).event).toMatchObject({ type: 'done', finish: 'cancelled' });
    // And not because the hanging engine was replaced.
    expect(gateway.enginePid()).toBe(pid);
  });
});

describe('when the engine process is killed in mid-answer', () => {
  it('the turn ends with a typed error that keeps what had arrived, and the next question works', async () => {
    const { url, gateway } = await startTestGateway({ variant: 'loop', layers: 4, feedForward: 4096 });
    const socket = await openSocket(url);
    socket.send(hello);
    const { turn, conversation } = await socket.next('ack');
    await socket.next('event', (message) => message.event.type === 'text');
    process.kill(gateway.enginePid() as number, 'SIGKILL');
    expect((await finished(socket, turn.id)).event).toMatchObject({
      type: 'error',
      code: 'engine_crashed',
      retryable: true,
    });
    expect((await socket.next('engine')).engine.state).toBe('restarting');
    expect((await detail(url, conversation.id)).turns[0]?.answer).not.toBe('');
    socket.send({ ...hello, requestId: 'r2', conversationId: conversation.id });
    const next = await socket.next('ack');
    await socket.next('event', (message) => message.turnId === next.turn.id && message.event.type === 'text');
    const info = (await (await fetch(`${url}/api/info`)).json()) as ServerInfo;
    expect(info.engine.state).toBe('ready');
  });
});

describe('the list of conversations', () => {
  it('stays in step in a second window: new, renamed, deleted', async () => {
    const { url } = await startTestGateway();
    const [one, two] = [await openSocket(url), await openSocket(url)];
    one.send(hello);
    const { conversation } = await one.next('ack');
    await two.next(
      'conversation',
      (message) => message.conversation.id === conversation.id && message.conversation.activeTurnId === null,
    );
    const renamed = await fetch(`${url}/api/conversations/${conversation.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Better name' }),
    });
    expect(renamed.status).toBe(200);
    await two.next('conversation', (message) => message.conversation.title === 'Better name');
    const deleted = await fetch(`${url}/api/conversations/${conversation.id}`, { method: 'DELETE' });
    expect(deleted.status).toBe(204);
    await two.next('conversationDeleted', (message) => message.id === conversation.id);
    expect((await fetch(`${url}/api/conversations/${conversation.id}`)).status).toBe(404);
  });
});
