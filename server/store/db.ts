import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StillroomError } from '#server/errors.ts';

const migrationsFolder = join(import.meta.dirname, 'migrations');

/**
 * Opens (or creates) the database of a data folder and brings its schema up to date.
 * WAL with synchronous=FULL: what was committed survives `kill -9` and power loss.
 * @throws StillroomError data_unwritable with the cause, also when another Stillroom holds the folder.
 */
export function openDatabase(dataFolder: string): DatabaseSync {
  const path = join(dataFolder, 'stillroom.db');
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    // Also when an administrator made the folder: nobody else on the machine reads chats.
    chmodSync(dataFolder, 0o700);
    const db = new DatabaseSync(path, { enableForeignKeyConstraints: true });
    // One gateway per data folder: a second one would take the first one's running turns for broken ones.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0;');
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    migrate(db);
    return db;
  } catch (cause) {
    throw asDataError(cause, dataFolder);
  }
}

function migrate(db: DatabaseSync): void {
  const files = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const row = db.prepare('PRAGMA user_version').get();
  const version = Number(row?.user_version ?? 0);
  if (version > files.length) {
    throw new StillroomError(
      'data_unwritable',
      `The database was written by a newer Stillroom (schema ${version}, this one knows ${files.length}). Start the newer version or choose another data folder.`,
    );
  }
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const [index, name] of files.entries()) {
      if (index >= version) db.exec(readFileSync(join(migrationsFolder, name), 'utf8'));
    }
    db.exec(`PRAGMA user_version = ${files.length}`);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function asDataError(cause: unknown, dataFolder: string): StillroomError {
  if (cause instanceof StillroomError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/database is locked/.test(reason)) {
    return new StillroomError(
      'data_unwritable',
      `Another Stillroom is already using the data folder ${dataFolder}. Stop it, or give this one its own folder with STILLROOM_DATA.`,
      { cause },
    );
  }
  if (/file is not a database|malformed/.test(reason)) {
    return new StillroomError(
      'data_unwritable',
      `stillroom.db in ${dataFolder} is damaged (${reason}). Restore a backup, or move the file away to start empty.`,
      { cause },
    );
  }
  return new StillroomError(
    'data_unwritable',
    `The data folder ${dataFolder} can't be used (${reason}). Make it writable for this user, free some space, or choose another one with STILLROOM_DATA.`,
    { cause },
  );
}

/** The two halves of the sentence about a full disk: what was not done, and how to have it done. */
export interface WriteAttempt {
  failed: string;
  again: string;
}

/** Turns "disk full" and friends of SQLite into the error a person can act on; everything else passes unchanged. */
export function storageError(cause: unknown, { failed, again }: WriteAttempt): unknown {
  const code = (cause as { errcode?: number } | null)?.errcode;
  const primary = code === undefined ? undefined : code & 0xff;
  // https://sqlite.org/rescode.html: 10 IOERR, 13 FULL, 8 READONLY
  if (primary === 13 || primary === 10 || primary === 8) {
    return new StillroomError(
      'disk_full',
      `${failed}: the disk of the data folder is full or not writable. Free some space and ${again}.`,
      { cause, retryable: true },
    );
  }
  return cause;
}
