/**
 * node bench/kills.ts [times]: while several people chat, kills the engine of the whole product again and again in the middle
 * of their answers (200 times by default). Says whether the gateway outlived it, whether everything that people were shown is
 * stored, and how long it took each time until somebody read something again.
 */
import { randomUUID } from 'node:crypto';
import type { ClientMessage, ConversationDetail, ServerMessage } from '#server/api/app/contract.ts';
import { isFinal } from '#server/chat/events.ts';
import { median } from '#server/engine/median.ts';
import { scriptedModel } from '../tests/support/scripted-gguf.ts';
import { engineProcess, gatewayProcess } from './processes.ts';
import { startStillroom } from './targets.ts';

const people = 4;
const question = 'What will you say this time?';
/** Both ways in which processes die: by somebody else's hand, and by their own fault. */
const signals = ['SIGKILL', 'SIGSEGV'] as const;

/** A turn as somebody saw it. */
interface Seen {
  conversation: string;
  reasoning: string;
  answer: string;
  end: 'done' | 'error' | null;
}

/** Somebody in the web chat: one question after the other, each in a new conversation. */
class Person {
  readonly turns = new Map<string, Seen>();
  readonly #socket: WebSocket;
  readonly #onMessage: (message: ServerMessage) => void;
  #answered = Promise.withResolvers<void>();

  constructor(origin: string, onMessage: (message: ServerMessage) => void) {
    this.#onMessage = onMessage;
    this.#socket = new WebSocket(`${origin.replace('http', 'ws')}/api/ws`);
    this.#socket.addEventListener('message', (frame) => this.#take(JSON.parse(String(frame.data))));
  }

  async chat(until: () => boolean): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN)
      await new Promise((resolve) => this.#socket.addEventListener('open', resolve, { once: true }));
    while (!until()) {
      this.#answered = Promise.withResolvers();
      this.#send({ type: 'send', requestId: randomUUID(), conversationId: null, text: question });
      await this.#answered.promise;
    }
    this.#socket.close();
  }

  #send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #take(message: ServerMessage): void {
    if (message.type === 'error') this.#answered.reject(new Error(`${message.code}: ${message.message}`));
    if (message.type === 'ack')
      this.turns.set(message.turn.id, {
        conversation: message.conversation.id,
        reasoning: '',
        answer: '',
        end: null,
      });
    if (message.type === 'event') {
      const seen = this.turns.get(message.turnId);
      const { event } = message;
      if (seen !== undefined && event.type === 'reasoning') seen.reasoning += event.text;
      if (seen !== undefined && event.type === 'text') seen.answer += event.text;
      if (seen !== undefined && (event.type === 'done' || event.type === 'error')) seen.end = event.type;
    }
    this.#onMessage(message);
    if (message.type === 'event' && isFinal(message.event)) this.#answered.resolve();
  }
}

/** Resolves at the next message of the kind, whoever gets it. */
class Watch {
  #waiting: { fits: (message: ServerMessage) => boolean; resolve: () => void }[] = [];

  take(message: ServerMessage): void {
    const ready = this.#waiting.filter(({ fits }) => fits(message));
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }

  next(fits: (message: ServerMessage) => boolean): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }));
  }
}

const isText = (message: ServerMessage) =>
  message.type === 'event' && (message.event.type === 'reasoning' || message.event.type === 'text');
const isDone = (message: ServerMessage) => message.type === 'event' && message.event.type === 'done';
const isState = (state: 'restarting' | 'ready') => (message: ServerMessage) =>
  message.type === 'engine' && message.engine.state === state;

async function isStored(origin: string, id: string, seen: Seen): Promise<boolean> {
  const response = await fetch(`${origin}/api/conversations/${seen.conversation}`);
  if (!response.ok) return false;
  const { turns } = (await response.json()) as ConversationDetail;
  const turn = turns.find((stored) => stored.id === id);
  return (
    turn?.userText === question &&
    turn.status === seen.end &&
    turn.reasoning === seen.reasoning &&
    turn.answer === seen.answer
  );
}

async function main(times: number): Promise<number> {
  const { path } = scriptedModel({ thought: 20, answer: 100, layers: 4, feedForward: 3072 });
  const options = { slots: people, contextTokens: 2048, threads: 1, cores: 1, batchTokens: 512 };
  const target = await startStillroom({ modelPath: path, ...options }, null);
  try {
    const origin = new URL(target.baseUrl).origin;
    const gateway = gatewayProcess(target.pid);
    const watch = new Watch();
    const office = Array.from({ length: people }, () => new Person(origin, (message) => watch.take(message)));
    let over = false;
    const chats = Promise.all(office.map((person) => person.chat(() => over)));
    // Whoever fails does so while the next lines wait for something that never comes.
    chats.catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
    const recoveryMs: number[] = [];
    const readyMs: number[] = [];
    for (let kill = 0; kill < times; kill++) {
      // An engine that answered nothing between two crashes would be left to rest.
      await watch.next(isDone);
      await watch.next(isText);
      const restarting = watch.next(isState('restarting'));
      const killedMs = performance.now();
      process.kill(engineProcess(gateway), signals[kill % signals.length]);
      await restarting;
      await watch.next(isState('ready'));
      readyMs.push(performance.now() - killedMs);
      await watch.next(isText);
      recoveryMs.push(performance.now() - killedMs);
      if ((kill + 1) % 20 === 0) console.log(`${kill + 1} of ${times} kills`);
    }
    over = true;
    await chats;
    const turns = office.flatMap((person) => [...person.turns]);
    let lost = 0;
    for (const [id, seen] of turns) if (!(await isStored(origin, id, seen))) lost++;
    const broken = turns.filter(([, { end }]) => end === 'error').length;
    // Throws when it has gone.
    gatewayProcess(target.pid);
    console.log(
      `${times} kills of the engine while ${people} people chat. The gateway is the same process. ` +
        `${turns.length} questions: ${turns.length - broken} answered, ${broken} ended with an error in mid-answer, ${lost} not stored as they were seen. ` +
        `Until the engine was ready again: median ${median(readyMs).toFixed(0)} ms, at most ${Math.max(...readyMs).toFixed(0)}; ` +
        `until somebody read something: ${median(recoveryMs).toFixed(0)} ms, at most ${Math.max(...recoveryMs).toFixed(0)}.`,
    );
    return lost === 0 ? 0 : 1;
  } finally {
    await target.stop();
  }
}

process.exitCode = await main(Number(process.argv[2] ?? 200));
