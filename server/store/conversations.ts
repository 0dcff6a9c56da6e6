/**
 * The repository of conversations and turns. Every query carries the owner: there is no way to ask for
 * somebody else's row, so no route can forget to check.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { storageError, type WriteAttempt } from '#server/store/db.ts';
import type { Conversation, Turn, TurnStatus } from '#server/store/records.ts';

interface NewTurn {
  owner: string;
  requestId: string;
  /** Null starts a new conversation with `title`. */
  conversationId: string | null;
  title: string;
  userText: string;
  model: string;
}

export interface ConversationStore {
  list(owner: string): Conversation[];
  get(owner: string, id: string): Conversation | null;
  rename(owner: string, id: string, title: string): Conversation | null;
  remove(owner: string, id: string): boolean;
  /** Takes what was removed out of the write-ahead log too: until then it keeps older copies of the pages. */
  eraseRemoved(): void;
  turns(owner: string, conversationId: string): Turn[];
  turn(owner: string, id: string): Turn | null;
  turnByRequest(owner: string, requestId: string): Turn | null;
  /** Commits the person's message; when it returns, the message survives `kill -9`. */
  addTurn(turn: NewTurn): Turn;
  /** Overwrites what streaming changes of a turn. */
  saveTurn(owner: string, turn: Turn): void;
  /** Turns that a former process left unfinished end with an error; what had arrived is kept. @returns how many */
  endInterrupted(message: string): number;
}

type Row = Record<string, string | number | null>;

const saving: WriteAttempt = { failed: 'The message could not be saved', again: 'send it again' };
const renaming: WriteAttempt = { failed: 'The new title could not be saved', again: 'rename it again' };
const deleting: WriteAttempt = { failed: 'The conversation could not be deleted', again: 'delete it again' };

export function createConversationStore(db: DatabaseSync): ConversationStore {
  const conversationColumns = `id, title, created_at, updated_at,
    (SELECT t.id FROM turns t WHERE t.conversation_id = c.id AND t.status IN ('queued', 'running') LIMIT 1) AS active_turn`;
  const sql = {
    list: db.prepare(
      `SELECT ${conversationColumns} FROM conversations c WHERE owner = ? ORDER BY updated_at DESC, rowid DESC`,
    ),
    get: db.prepare(`SELECT ${conversationColumns} FROM conversations c WHERE owner = ? AND id = ?`),
    insert: db.prepare(
      'INSERT INTO conversations (id, owner, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
    ),
    touch: db.prepare('UPDATE conversations SET updated_at = ? WHERE owner = ? AND id = ?'),
    rename: db.prepare('UPDATE conversations SET title = ? WHERE owner = ? AND id = ?'),
    remove: db.prepare('DELETE FROM conversations WHERE owner = ? AND id = ?'),
    turns: db.prepare('SELECT * FROM turns WHERE owner = ? AND conversation_id = ? ORDER BY ordinal'),
    turn: db.prepare('SELECT * FROM turns WHERE owner = ? AND id = ?'),
    byRequest: db.prepare('SELECT * FROM turns WHERE owner = ? AND request_id = ?'),
    insertTurn:
      db.prepare(`INSERT INTO turns (id, conversation_id, owner, request_id, ordinal, user_text, status, model, created_at)
      VALUES (?, ?, ?, ?, (SELECT coalesce(max(ordinal), 0) + 1 FROM turns WHERE conversation_id = ?), ?, 'queued', ?, ?)`),
    save: db.prepare(`UPDATE turns SET reasoning = ?, reasoning_ms = ?, answer = ?, status = ?, finish = ?, error_code = ?,
      error_message = ?, usage = ?, timings = ?, dropped_turns = ?, seq = ? WHERE owner = ? AND id = ?`),
    interrupted:
      db.prepare(`UPDATE turns SET status = 'error', error_code = 'interrupted', error_message = ?, seq = seq + 1
      WHERE status IN ('queued', 'running')`),
  };

  function transaction<T>(work: () => T, attempt = saving): T {
    try {
      db.exec('BEGIN IMMEDIATE');
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw storageError(error, attempt);
    }
  }

  const store: ConversationStore = {
    list: (owner) => sql.list.all(owner).map((row) => toConversation(row as Row)),
    get: (owner, id) => optional(sql.get.get(owner, id), toConversation),
    rename(owner, id, title) {
      transaction(() => sql.rename.run(storable(title), owner, id), renaming);
      return store.get(owner, id);
    },
    remove: (owner, id) => transaction(() => sql.remove.run(owner, id).changes, deleting) === 1,
    eraseRemoved() {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    },
    turns: (owner, conversationId) => sql.turns.all(owner, conversationId).map((row) => toTurn(row as Row)),
    turn: (owner, id) => optional(sql.turn.get(owner, id), toTurn),
    turnByRequest: (owner, requestId) => optional(sql.byRequest.get(owner, requestId), toTurn),
    addTurn(turn) {
      const now = new Date().toISOString();
      const id = randomUUID();
      const conversationId = turn.conversationId ?? randomUUID();
      transaction(() => {
        if (turn.conversationId === null)
          sql.insert.run(conversationId, turn.owner, storable(turn.title), now, now);
        else sql.touch.run(now, turn.owner, conversationId);
        sql.insertTurn.run(
          id,
          conversationId,
          turn.owner,
          turn.requestId,
          conversationId,
          storable(turn.userText),
          turn.model,
          now,
        );
      });
      return toTurn(sql.turn.get(turn.owner, id) as Row);
    },
    saveTurn(owner, turn) {
      transaction(() =>
        sql.save.run(
          storable(turn.reasoning),
          turn.reasoningMs,
          storable(turn.answer),
          turn.status,
          turn.finish,
          turn.error?.code ?? null,
          turn.error?.message ?? null,
          turn.usage && JSON.stringify(turn.usage),
          turn.timings && JSON.stringify(turn.timings),
          turn.droppedTurns,
          turn.seq,
          owner,
          turn.id,
        ),
      );
    },
    endInterrupted: (message) => Number(transaction(() => sql.interrupted.run(message).changes)),
  };
  return store;
}

/** node:sqlite may read a text up to its first U+0000 only: the sign for an unreadable character takes its place. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd');
}

function optional<T>(row: unknown, map: (row: Row) => T): T | null {
  return row === undefined ? null : map(row as Row);
}

function toConversation(row: Row): Conversation {
  return {
    id: String(row.id),
    title: String(row.title),
    createdAt: String(row.created_at),
    updatedAt: String(row.updated_at),
    activeTurnId: row.active_turn === null ? null : String(row.active_turn),
  };
}

function toTurn(row: Row): Turn {
  return {
    id: String(row.id),
    conversationId: String(row.conversation_id),
    userText: String(row.user_text),
    reasoning: String(row.reasoning),
    reasoningMs: row.reasoning_ms as number | null,
    answer: String(row.answer),
    status: row.status as TurnStatus,
    finish: row.finish as Turn['finish'],
    error:
      row.error_code === null ? null : { code: String(row.error_code), message: String(row.error_message) },
    model: String(row.model),
    usage: row.usage === null ? null : JSON.parse(String(row.usage)),
    timings: row.timings === null ? null : JSON.parse(String(row.timings)),
    droppedTurns: Number(row.dropped_turns),
    createdAt: String(row.created_at),
    seq: Number(row.seq),
  };
}
