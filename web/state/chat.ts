/**
 * Keeps the page in step with the server: what is open, what is on its way, what arrives. The only place that knows
 * both the socket and the stores; components call the functions at the end of it.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { ClientMessage, ServerInfo, ServerMessage } from '#server/api/app/contract.ts';
import type { ModelState } from '#server/engine/engine.ts';
import { RequestError, type Rest } from '../api/rest.ts';
import type { Socket, SocketHandlers } from '../api/socket.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { createOutbox, newRequestId, type Outbox, type SendMessage } from './outbox.ts';
import { isActive } from './turn.ts';
import { createTurns, type Turns } from './turns.ts';

interface Ask {
  text: string;
  thinking: { mode: 'enabled' | 'disabled'; budgetTokens: number | null };
  pace: boolean;
  /** Null = the server's default. */
  modelId: string | null;
}

/** Why the open conversation can't be shown; null when it can or is still being loaded. */
interface LoadFailure {
  code: string;
  message: string;
}

export interface Chat {
  info: ReadonlySignal<ServerInfo | null>;
  connection: ReadonlySignal<'connecting' | 'open' | 'lost'>;
  /** Id of the open conversation, null for a new one. */
  openId: ReadonlySignal<string | null>;
  failure: ReadonlySignal<LoadFailure | null>;
  /** A sentence about something that happened aside, e.g. in another window. */
  notice: ReadonlySignal<string | null>;
  conversations: Conversations;
  turns: Turns;
  outbox: Outbox;
  start(): void;
  open(id: string | null): void;
  ask(ask: Ask): void;
  /** Sends a refused message once more. */
  askAgain(requestId: string): void;
  stop(turnId: string): void;
  answerNow(turnId: string): void;
  rename(id: string, title: string): Promise<void>;
  remove(id: string): Promise<void>;
  wake(): void;
  dismissNotice(): void;
}

export interface ChatDependencies {
  rest: Omit<Rest, 'privacy'>;
  connect(handlers: SocketHandlers): Socket;
  /** Runs `flush` soon, at most once per drawn frame: a fast model sends hundreds of tokens per second. */
  onFrame(flush: () => void): void;
  nowMs(): number;
  /** The open conversation changed from inside (a new one got its id, the open one was deleted). */
  onOpened(id: string | null): void;
}

type EventMessage = Extract<ServerMessage, { type: 'event' }>;

export function createChat(deps: ChatDependencies): Chat {
  const info = signal<ServerInfo | null>(null);
  const connection = signal<'connecting' | 'open' | 'lost'>('connecting');
  const openId = signal<string | null>(null);
  const failure = signal<LoadFailure | null>(null);
  const notice = signal<string | null>(null);
  const conversations = createConversations(deps.rest);
  const turns = createTurns();
  const outbox = createOutbox();
  /** Turns this connection follows already. */
  const attached = new Set<string>();
  /** The message that opened the new conversation on screen: its acknowledgement names the conversation. */
  let opening: string | null = null;
  /** Deletions asked for in this window: the server's word about them is no news. */
  const removing = new Set<string>();
  let socket: Socket | undefined;
  let arrived: EventMessage[] = [];

  const say = (cause: unknown) => {
    notice.value = cause instanceof Error ? cause.message : String(cause);
  };
  const transmit = (message: ClientMessage) => socket?.send(message) ?? false;
  const setOpen = (id: string | null) => {
    openId.value = id;
    deps.onOpened(id);
  };

  const attach = (turnId: string, after: number) => {
    if (attached.has(turnId)) return;
    if (transmit({ type: 'attach', turnId, after })) attached.add(turnId);
  };
  const attachActive = () => {
    for (const turn of turns.active()) attach(turn.id, turn.seq);
  };

  const load = async (id: string) => {
    try {
      const detail = await deps.rest.conversation(id);
      conversations.put(detail.conversation);
      turns.load(id, detail.turns);
      if (openId.value === id) failure.value = null;
      attachActive();
    } catch (cause) {
      if (openId.value !== id) return;
      const isGone = cause instanceof RequestError && cause.code === 'conversation_not_found';
      // What is on screen stays there: it only could not be brought up to date.
      if (turns.of(id).peek() !== null && !isGone) {
        say(cause);
        return;
      }
      failure.value =
        cause instanceof RequestError
          ? { code: cause.code, message: cause.message }
          : { code: 'internal', message: String(cause) };
    }
  };

  const flush = () => {
    const events = arrived;
    arrived = [];
    batch(() => {
      for (const { turnId, seq, event } of events) {
        if (turns.take(turnId, seq, event, deps.nowMs())) continue;
        // Something is missing in between: what follows is thrown away and asked for again.
        attached.delete(turnId);
        attach(turnId, turns.get(turnId)?.peek().seq ?? 0);
      }
    });
  };

  const onMessage = (message: ServerMessage) => {
    if (message.type === 'event') {
      arrived.push(message);
      if (arrived.length === 1) deps.onFrame(flush);
      return;
    }
    // Anything else must not overtake the events before it.
    flush();
    batch(() => handle(message));
  };

  const handle = (message: Exclude<ServerMessage, EventMessage>) => {
    switch (message.type) {
      case 'ack': {
        const sent = outbox.take(message.requestId);
        conversations.put(message.conversation);
        attached.add(message.turn.id);
        const isWhole = turns.put(message.turn, sent?.message.conversationId === null);
        if (!isWhole && openId.value === message.conversation.id) void load(message.conversation.id);
        if (sent !== undefined && opening === message.requestId && openId.value === null) {
          setOpen(message.conversation.id);
        }
        return;
      }
      case 'snapshot':
        turns.put(message.turn);
        return;
      case 'conversation': {
        const { id, activeTurnId } = message.conversation;
        conversations.put(message.conversation);
        if (turns.of(id).peek() === null || isAsking(id)) return;
        // Another window asked something here, or an end was missed: the record tells.
        if (activeTurnId === null ? hasStaleTurn(id) : turns.get(activeTurnId) === undefined) void load(id);
        return;
      }
      case 'conversationDeleted':
        conversations.drop(message.id);
        turns.forget(message.id);
        if (openId.value === message.id) {
          setOpen(null);
          if (!removing.has(message.id)) notice.value = 'This conversation was deleted in another window.';
        }
        return;
      case 'engine':
        if (info.value !== null) info.value = withEngine(info.value, message.model, message.engine);
        return;
      case 'error': {
        const { requestId, code } = message;
        const refused = requestId === null ? undefined : outbox.refuse(requestId, code, message.message);
        if (refused === undefined) {
          notice.value = message.message;
          return;
        }
        const { conversationId } = refused.message;
        // Another window was faster; the news of its turn was taken for that of the question on its way (`isAsking`).
        if (code === 'conversation_busy' && conversationId !== null) void load(conversationId);
      }
    }
  };

  const withEngine = (known: ServerInfo, id: string, engine: ModelState): ServerInfo => ({
    ...known,
    engine: id === known.model.id ? engine : known.engine,
    models: known.models.map((model) => (model.card.id === id ? { ...model, engine } : model)),
  });

  /** The server says nothing runs in this conversation, this page believes something does. */
  const hasStaleTurn = (id: string) =>
    (turns.of(id).peek() ?? []).some((turnId) => {
      const turn = turns.get(turnId)?.peek();
      return turn !== undefined && isActive(turn) && !attached.has(turnId);
    });

  /** A question of this window is on its way there: its acknowledgement carries the turn. */
  const isAsking = (id: string) => outbox.unanswered().some((message) => message.conversationId === id);

  const refresh = () => {
    deps.rest.info().then((fresh) => {
      const before = info.value?.version ?? fresh.version;
      if (before !== fresh.version)
        notice.value = `Stillroom is now version ${fresh.version}: reload this page, it is still that of ${before}.`;
      info.value = fresh;
    }, say);
    conversations.load().catch(say);
    turns.forgetAllBut(openId.value);
    if (openId.value !== null) void load(openId.value);
  };

  return {
    info,
    connection,
    openId,
    failure,
    notice,
    conversations,
    turns,
    outbox,
    start() {
      socket = deps.connect({
        onOpen() {
          connection.value = 'open';
          attached.clear();
          refresh();
          attachActive();
          for (const message of outbox.unanswered()) transmit(message);
        },
        onMessage,
        onLost() {
          connection.value = 'lost';
          attached.clear();
        },
      });
    },
    open(id) {
      batch(() => {
        opening = null;
        openId.value = id;
        failure.value = null;
      });
      // Before the first connection, `onOpen` will load it.
      if (id !== null && turns.of(id).peek() === null && connection.value !== 'connecting') void load(id);
    },
    ask({ text, thinking, pace, modelId }) {
      const message: SendMessage = {
        type: 'send',
        requestId: newRequestId(),
        conversationId: openId.value,
        text,
        thinking,
        // True is the server's own default; only the wish to go faster is said.
        ...(pace ? {} : { pace: false }),
        ...(modelId === null ? {} : { model: modelId }),
      };
      if (openId.value === null) opening = message.requestId;
      outbox.add(message);
      transmit(message);
    },
    askAgain(requestId) {
      const refused = outbox.take(requestId);
      if (refused === undefined) return;
      const message = { ...refused.message, requestId: newRequestId() };
      // Also when another conversation was looked at meanwhile: whoever asks in a new chat is waiting for it to open.
      if (message.conversationId === null && openId.value === null) opening = message.requestId;
      outbox.add(message);
      transmit(message);
    },
    stop(turnId) {
      if (!transmit({ type: 'stop', turnId }))
        notice.value = 'Not connected: Stop will work when the connection is back.';
    },
    answerNow(turnId) {
      transmit({ type: 'answerNow', turnId });
    },
    rename: (id, title) => conversations.rename(id, title).catch(say),
    async remove(id) {
      removing.add(id);
      try {
        await conversations.remove(id);
        turns.forget(id);
        if (openId.value === id) setOpen(null);
      } catch (cause) {
        say(cause);
      } finally {
        removing.delete(id);
      }
    },
    wake: () => socket?.wake(),
    dismissNotice() {
      notice.value = null;
    },
  };
}
