/**
 * The story of a turn: message on disk → prompt inside the context → fair queue → engine → events, stored as they come.
 * A turn belongs to the server. Sockets come and go and attach to it; it ends when it is done, stopped or failed.
 */
import { answerReserve, fitToContext, titleFrom } from '#server/chat/context.ts';
import { type ChatEvent, isFinal } from '#server/chat/events.ts';
import { samplingFor, thinkingFor } from '#server/chat/model.ts';
import { applyEvent } from '#server/chat/turn-state.ts';
import type { Thinking } from '#server/engine/engine.ts';
import { StillroomError } from '#server/errors.ts';
import type { Logger } from '#server/logger.ts';
import { defaultLimits } from '#server/scheduler/limits.ts';
import type { Ticket } from '#server/scheduler/scheduler.ts';
import type { ModelPool } from '#server/serving/pool.ts';
import { submitTo } from '#server/serving/submit.ts';
import type { ConversationStore } from '#server/store/conversations.ts';
import type { Conversation, Turn } from '#server/store/records.ts';

/**
 * A running turn is written to disk after a tenth of its age, between these two, in milliseconds: what a power cut can cost
 * of an answer. A long answer costs some dozens of writes and not hundreds, which SD cards thank for.
 */
const saveAfterMs = { least: 1000, most: 10_000 };
/** How often a finished turn that could not be written (full disk) is tried again. */
const retrySaveMs = 5000;

interface SendInput {
  requestId: string;
  conversationId: string | null;
  text: string;
  thinking?: Thinking | undefined;
  pace?: boolean | undefined;
  /** Undefined = the default model. */
  model?: string | undefined;
}

type TurnListener = (seq: number, event: ChatEvent) => void;

/** Something in an owner's list of conversations changed. */
type ListChange =
  | { type: 'conversation'; conversation: Conversation }
  | { type: 'conversationDeleted'; id: string };

interface ActiveTurn {
  owner: string;
  turn: Turn;
  /** All events so far: events[n] has seq n + 1. */
  events: ChatEvent[];
  listeners: Set<TurnListener>;
  /** Null until it is in the queue. */
  ticket: Ticket | null;
  /** Somebody asked for the answer, perhaps before there was a ticket to tell. */
  answerNow: boolean;
  /** Aborts the turn in any phase. */
  stop: AbortController;
  saveTimer: NodeJS.Timeout | null;
}

export interface Turns {
  /** Stores the message and starts the turn. The same requestId again returns the first turn. */
  send(owner: string, input: SendInput): { turn: Turn; conversation: Conversation };
  /**
   * Replays the events after `after` to `listener`, then follows live.
   * @returns how to let go, or the finished turn as a whole when it is no longer in memory.
   */
  attach(
    owner: string,
    turnId: string,
    after: number,
    listener: TurnListener,
  ): { detach: () => void } | { snapshot: Turn };
  stop(owner: string, turnId: string): void;
  answerNow(owner: string, turnId: string): void;
  list(owner: string): Conversation[];
  detail(owner: string, conversationId: string): { conversation: Conversation; turns: Turn[] };
  rename(owner: string, conversationId: string, title: string): Conversation;
  remove(owner: string, conversationId: string): void;
  onListChange(owner: string, listener: (change: ListChange) => void): () => void;
  /** Writes what is only in memory; called before the database closes. */
  saveAll(): void;
}

interface TurnsOptions {
  store: ConversationStore;
  pool: ModelPool;
  maxMessageCharacters: number;
  log: Logger;
}

export function createTurns(options: TurnsOptions): Turns {
  const { store, pool, log } = options;
  const active = new Map<string, ActiveTurn>();
  /** The database is about to close: what still arrives is ended as interrupted at the next start. */
  let closed = false;
  const listListeners = new Map<string, Set<(change: ListChange) => void>>();

  function announce(owner: string, change: ListChange): void {
    for (const listener of listListeners.get(owner) ?? []) listener(change);
  }

  function announceConversation(owner: string, id: string): void {
    try {
      const conversation = store.get(owner, id);
      if (conversation !== null) announce(owner, { type: 'conversation', conversation });
    } catch (error) {
      // The turn itself is unharmed; the list is read anew at the next change.
      log.error({ err: error }, 'a conversation could not be read');
    }
  }

  function eraseRemoved(): void {
    try {
      store.eraseRemoved();
    } catch (error) {
      // The conversation is gone for everybody; the next deletion, or the end of the process, empties the log.
      log.error({ err: error }, 'the write-ahead log could not be emptied after a deletion');
    }
  }

  function conversationOf(owner: string, id: string): Conversation {
    const conversation = store.get(owner, id);
    if (conversation === null) {
      throw new StillroomError(
        'conversation_not_found',
        'This conversation does not exist (any more). Start a new one.',
      );
    }
    return conversation;
  }

  function emit(entry: ActiveTurn, event: ChatEvent): void {
    if (closed) return;
    entry.turn = applyEvent(entry.turn, event);
    entry.events.push(event);
    // A finished turn is on disk before anybody hears that it is finished.
    if (isFinal(event)) finish(entry);
    else scheduleSave(entry, saveDelay(entry.turn));
    for (const listener of [...entry.listeners]) listener(entry.turn.seq, event);
    if (isFinal(event)) announceConversation(entry.owner, entry.turn.conversationId);
  }

  function scheduleSave(entry: ActiveTurn, delayMs: number): void {
    entry.saveTimer ??= setTimeout(() => {
      entry.saveTimer = null;
      if (!isOver(entry.turn)) save(entry);
      // When it ended, the list still read from the disk that it was running.
      else if (finish(entry)) announceConversation(entry.owner, entry.turn.conversationId);
    }, delayMs).unref();
  }

  function save(entry: ActiveTurn): boolean {
    try {
      store.saveTurn(entry.owner, entry.turn);
      return true;
    } catch (error) {
      log.error(
        { turn: entry.turn.id, err: error },
        'a turn could not be saved; it is kept in memory and tried again',
      );
      return false;
    }
  }

  /** @returns false when the turn is not on disk yet; it is tried again then */
  function finish(entry: ActiveTurn): boolean {
    if (entry.saveTimer !== null) clearTimeout(entry.saveTimer);
    entry.saveTimer = null;
    const isSaved = save(entry);
    if (isSaved) active.delete(entry.turn.id);
    else scheduleSave(entry, retrySaveMs);
    return isSaved;
  }

  async function run(entry: ActiveTurn, history: Turn[], input: SendInput): Promise<void> {
    const { owner, turn } = entry;
    let droppedTurns = 0;
    entry.ticket = await submitTo(pool, {
      model: turn.model,
      meta: { owner, class: 'interactive' },
      signal: entry.stop.signal,
      prepare: async ({ engine, model }, signal) => {
        const { contextTokens } = await engine.start();
        const budget = contextTokens - answerReserve(contextTokens);
        const fitted = await fitToContext(history, input.text, budget, (list) =>
          engine.countTokens(list, signal),
        );
        droppedTurns = fitted.droppedTurns;
        return {
          id: turn.id,
          owner,
          conversation: turn.conversationId,
          messages: fitted.messages,
          sampling: samplingFor(model.served),
          guess: true,
          thinking: thinkingFor(model.served, input.thinking),
          maxTokens: null,
          stop: [],
          paceTokensPerSecond: input.pace === false ? null : model.served.pace,
        };
      },
      onEvent: (event) => emit(entry, event.type === 'started' ? { ...event, droppedTurns } : event),
    });
    if (entry.answerNow) entry.ticket?.answerNow();
  }

  function fail(entry: ActiveTurn, error: unknown): void {
    if (isOver(entry.turn)) return;
    const known = error instanceof StillroomError ? error : null;
    if (known === null) log.error({ turn: entry.turn.id, err: error }, 'a turn failed unexpectedly');
    emit(entry, {
      type: 'error',
      code: known?.code ?? 'internal',
      message:
        known?.message ??
        'Something went wrong inside Stillroom; the log of the server has the details. Ask again.',
      retryable: known?.retryable ?? false,
    });
  }

  function activeTurn(owner: string, turnId: string): ActiveTurn | null {
    const entry = active.get(turnId);
    return entry?.owner === owner ? entry : null;
  }

  /** As they are now: what could not be written yet (a full disk) is newer than what the store has. */
  function turnsOf(owner: string, conversationId: string): Turn[] {
    return store.turns(owner, conversationId).map((turn) => active.get(turn.id)?.turn ?? turn);
  }

  function runningIn(owner: string, conversationId: string): ActiveTurn[] {
    return [...active.values()].filter(
      (entry) => entry.owner === owner && entry.turn.conversationId === conversationId && !isOver(entry.turn),
    );
  }

  /** What has no place in a queue yet costs counting its tokens, and waits for memory: nobody has more of that than of the rest. */
  function checkPreparing(owner: string): void {
    const preparing = [...active.values()].filter(
      (entry) => entry.owner === owner && entry.ticket === null && !isOver(entry.turn),
    );
    if (preparing.length < defaultLimits.maxWaitingPerOwner) return;
    throw new StillroomError(
      'too_many_turns',
      `${preparing.length} of your questions are already on their way to the model. Let one of them start or stop it, then send this one again.`,
      { retryAfter: 5 },
    );
  }

  return {
    send(owner, input) {
      const earlier = store.turnByRequest(owner, input.requestId);
      if (earlier !== null) {
        return {
          turn: active.get(earlier.id)?.turn ?? earlier,
          conversation: conversationOf(owner, earlier.conversationId),
        };
      }
      if (input.text.trim() === '')
        throw new StillroomError(
          'invalid_request',
          'The message is empty. Write something and send it again.',
          { param: 'text' },
        );
      if (input.text.length > options.maxMessageCharacters) {
        throw new StillroomError(
          'payload_too_large',
          `The message has ${input.text.length} characters, at most ${options.maxMessageCharacters} are accepted. Shorten it or send it in parts.`,
          { param: 'text' },
        );
      }
      const history: Turn[] = [];
      if (input.conversationId !== null) {
        conversationOf(owner, input.conversationId);
        if (runningIn(owner, input.conversationId).length > 0) {
          throw new StillroomError(
            'conversation_busy',
            'This conversation is still being answered. Wait for the answer or stop it, then send again.',
          );
        }
        history.push(...turnsOf(owner, input.conversationId));
      }
      checkPreparing(owner);
      const turn = store.addTurn({
        owner,
        requestId: input.requestId,
        conversationId: input.conversationId,
        title: titleFrom(input.text),
        userText: input.text,
        model: input.model ?? pool.defaultModel.card.id,
      });
      const entry: ActiveTurn = {
        owner,
        turn,
        events: [],
        listeners: new Set(),
        ticket: null,
        answerNow: false,
        stop: new AbortController(),
        saveTimer: null,
      };
      active.set(turn.id, entry);
      announceConversation(owner, turn.conversationId);
      run(entry, history, input).catch((error: unknown) => fail(entry, error));
      return { turn, conversation: conversationOf(owner, turn.conversationId) };
    },

    attach(owner, turnId, after, listener) {
      const entry = activeTurn(owner, turnId);
      if (entry === null || isOver(entry.turn)) {
        const stored = entry?.turn ?? store.turn(owner, turnId);
        if (stored === null)
          throw new StillroomError(
            'turn_not_found',
            'This answer does not exist (any more). Reload the page.',
          );
        return { snapshot: stored };
      }
      for (let seq = after + 1; seq <= entry.events.length; seq++) {
        const event = entry.events[seq - 1];
        if (event !== undefined) listener(seq, event);
      }
      entry.listeners.add(listener);
      return { detach: () => entry.listeners.delete(listener) };
    },

    stop(owner, turnId) {
      const entry = activeTurn(owner, turnId);
      if (entry !== null && !isOver(entry.turn)) entry.stop.abort();
    },

    answerNow(owner, turnId) {
      const entry = activeTurn(owner, turnId);
      if (entry === null) return;
      entry.answerNow = true;
      entry.ticket?.answerNow();
    },

    list: (owner) => store.list(owner),

    detail(owner, conversationId) {
      const conversation = conversationOf(owner, conversationId);
      return { conversation, turns: turnsOf(owner, conversationId) };
    },

    rename(owner, conversationId, title) {
      const conversation = store.rename(owner, conversationId, title);
      if (conversation === null) return conversationOf(owner, conversationId);
      announce(owner, { type: 'conversation', conversation });
      return conversation;
    },

    remove(owner, conversationId) {
      conversationOf(owner, conversationId);
      // First, because it can fail: what is kept goes on being answered.
      store.remove(owner, conversationId);
      eraseRemoved();
      for (const entry of runningIn(owner, conversationId)) entry.stop.abort();
      pool.forget(conversationId);
      announce(owner, { type: 'conversationDeleted', id: conversationId });
    },

    onListChange(owner, listener) {
      const set = listListeners.get(owner) ?? new Set();
      listListeners.set(owner, set.add(listener));
      return () => set.delete(listener);
    },

    saveAll() {
      for (const entry of active.values()) save(entry);
      closed = true;
    },
  };
}

function saveDelay(turn: Turn): number {
  const age = Date.now() - Date.parse(turn.createdAt);
  return Math.min(saveAfterMs.most, Math.max(saveAfterMs.least, age / 10));
}

function isOver(turn: Turn): boolean {
  return turn.status === 'done' || turn.status === 'error';
}
