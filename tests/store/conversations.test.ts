import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createConversationStore } from '#server/store/conversations.ts';
import { openDatabase } from '#server/store/db.ts';
import { tempFolder } from '../support/temp-folder.ts';

function openStore(folder = tempFolder()) {
  const db = openDatabase(folder);
  onTestFinished(() => {
    if (db.isOpen) db.close();
  });
  return { db, folder, store: createConversationStore(db) };
}

const message = {
  owner: 'alice',
  requestId: 'r1',
  conversationId: null,
  title: 'Hi',
  userText: 'Hi there',
  model: 'm',
};

it('keeps a conversation with its turns across a restart', () => {
  const { db, folder, store } = openStore();
  const first = store.addTurn(message);
  store.saveTurn('alice', { ...first, status: 'done', finish: 'stop', reasoning: 'r', answer: 'a', seq: 4 });
  const second = store.addTurn({
    ...message,
    requestId: 'r2',
    conversationId: first.conversationId,
    userText: 'More',
  });
  db.close();
  const again = openStore(folder).store;
  expect(
    again.turns('alice', first.conversationId).map((turn) => [turn.id, turn.userText, turn.answer]),
  ).toEqual([
    [first.id, 'Hi there', 'a'],
    [second.id, 'More', ''],
  ]);
  expect(again.list('alice')).toMatchObject([
    { id: first.conversationId, title: 'Hi', activeTurnId: second.id },
  ]);
});

it('shows nobody the rows of somebody else, by any method', () => {
  const { store } = openStore();
  const turn = store.addTurn(message);
  const mallory = 'mallory';
  expect(store.list(mallory)).toEqual([]);
  expect(store.get(mallory, turn.conversationId)).toBeNull();
  expect(store.turns(mallory, turn.conversationId)).toEqual([]);
  expect(store.turn(mallory, turn.id)).toBeNull();
  expect(store.turnByRequest(mallory, 'r1')).toBeNull();
  expect(store.rename(mallory, turn.conversationId, 'mine')).toBeNull();
  expect(store.remove(mallory, turn.conversationId)).toBe(false);
  store.saveTurn(mallory, { ...turn, answer: 'forged' });
  expect(store.turn('alice', turn.id)?.answer).toBe('');
  expect(store.get('alice', turn.conversationId)?.title).toBe('Hi');
});

it('refuses the same request id twice and stores nothing of the second', () => {
  const { store } = openStore();
  store.addTurn(message);
  expect(() => store.addTurn(message)).toThrow(/UNIQUE/);
  expect(store.list('alice')).toHaveLength(1);
});

it('deletes the turns with their conversation', () => {
  const { db, store } = openStore();
  const turn = store.addTurn(message);
  expect(store.remove('alice', turn.conversationId)).toBe(true);
  expect(db.prepare('SELECT count(*) AS n FROM turns').get()).toEqual({ n: 0 });
});

it('leaves nothing of a deleted conversation in any file', () => {
  const { folder, store } = openStore();
  const secret = 'Nobody may find this again.';
  const turn = store.addTurn({ ...message, title: secret, userText: secret });
  store.saveTurn('alice', { ...turn, status: 'done', reasoning: secret.repeat(500), answer: secret });
  const holding = () =>
    readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(secret));
  expect(holding()).not.toEqual([]);
  store.remove('alice', turn.conversationId);
  store.eraseRemoved();
  expect(holding()).toEqual([]);
});

it('keeps what stands behind a null character', () => {
  const { store } = openStore();
  const turn = store.addTurn({ ...message, title: 'a\u0000b', userText: 'c\u0000d' });
  expect(turn.userText).toBe('c\ufffdd');
  expect(store.get('alice', turn.conversationId)?.title).toBe('a\ufffdb');
  store.saveTurn('alice', { ...turn, reasoning: 'e\u0000f', answer: 'g\u0000h' });
  expect(store.turn('alice', turn.id)).toMatchObject({ reasoning: 'e\ufffdf', answer: 'g\ufffdh' });
  expect(store.rename('alice', turn.conversationId, 'i\u0000j')?.title).toBe('i\ufffdj');
});

it('ends the turns that a former process left unfinished and keeps what had arrived', () => {
  const { store } = openStore();
  const turn = store.addTurn(message);
  store.saveTurn('alice', { ...turn, status: 'running', answer: 'half an ans' });
  expect(store.endInterrupted('restarted')).toBe(1);
  expect(store.turn('alice', turn.id)).toMatchObject({
    status: 'error',
    answer: 'half an ans',
    error: { code: 'interrupted', message: 'restarted' },
  });
});

it('names the remedy when a second Stillroom opens the same folder', () => {
  const { folder, store } = openStore();
  store.addTurn(message);
  expect(() => openDatabase(folder)).toThrow(
    /Another Stillroom is already using the data folder .*STILLROOM_DATA/,
  );
});

it('names the remedy when the file is not a database', () => {
  const folder = tempFolder();
  writeFileSync(
    join(folder, 'stillroom.db'),
    'this is not a database, it only looks like a file of one'.repeat(100),
  );
  expect(() => openDatabase(folder)).toThrow(/stillroom\.db in .* is damaged/);
});

it('names the remedy when the folder cannot be made', () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  expect(() => openDatabase(join(file, 'data'))).toThrow(/can't be used .*STILLROOM_DATA/);
});

it('reports a full disk as such and stays usable', () => {
  const { db, store } = openStore();
  const pages = db.prepare('PRAGMA page_count').get()?.page_count;
  db.exec(`PRAGMA max_page_count = ${Number(pages)}`);
  const big = 'x'.repeat(1_000_000);
  expect(() => store.addTurn({ ...message, userText: big })).toThrow(/disk of the data folder is full/);
  expect(store.list('alice')).toEqual([]);
  db.exec('PRAGMA max_page_count = 1000000');
  expect(store.addTurn({ ...message, userText: big }).userText).toHaveLength(1_000_000);
});

it('says of a renaming and of a deletion what could not be written', () => {
  const { db, store } = openStore();
  const { conversationId } = store.addTurn(message);
  // SQLite refuses to write as it does on a disk that is read-only.
  db.exec('PRAGMA query_only = ON');
  expect(() => store.rename('alice', conversationId, 'Better')).toThrow(
    /^The new title could not be saved: .* rename it again\.$/,
  );
  expect(() => store.remove('alice', conversationId)).toThrow(
    /^The conversation could not be deleted: .* delete it again\.$/,
  );
  expect(store.list('alice')).toMatchObject([{ id: conversationId, title: 'Hi' }]);
});

it('takes a folder that others could read out of their reach', () => {
  const folder = tempFolder();
  chmodSync(folder, 0o755);
  openStore(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
