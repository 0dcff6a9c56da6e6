/** The first look at a model file, in the gateway: what can be said about it without the native loader. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StillroomError } from '#server/errors.ts';

const magic = 'GGUF';
const headerBytes = 24;

/** Size in bytes. Throws `model_unreadable` (missing, a folder, no permission) or `model_invalid` (not a whole GGUF file). */
export function checkModelFile(path: string): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    const info = fstatSync(file);
    if (!info.isFile()) throw unreadable(path, { code: 'EISDIR' });
    const header = Buffer.alloc(headerBytes);
    const length = readSync(file, header, 0, headerBytes, 0);
    if (length < headerBytes) throw invalid(path, 'it is too short');
    if (header.toString('latin1', 0, 4) !== magic) throw invalid(path, 'it does not begin with GGUF');
    const version = header.readUInt32LE(4);
    if (version < 2 || version > 3) throw invalid(path, `its format version is ${version}, not 2 or 3`);
    if (header.readBigUInt64LE(8) > BigInt(info.size) || header.readBigUInt64LE(16) > BigInt(info.size)) {
      throw invalid(path, 'it announces more content than the file can hold');
    }
    return info.size;
  } catch (cause) {
    throw cause instanceof StillroomError ? cause : unreadable(path, cause);
  } finally {
    closeSync(file);
  }
}

function unreadable(path: string, cause: unknown): StillroomError {
  const code = cause instanceof Object && 'code' in cause ? String(cause.code) : 'unknown';
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file. Check the path, or choose a model of the catalogue',
    EACCES: 'this user may not read it. Give read permission to the file and its folders',
    EISDIR: 'this is a folder. Name the .gguf file inside it',
  };
  const reason = reasons[code] ?? `reading failed (${code}). Check the disk and the path`;
  return new StillroomError('model_unreadable', `The model file ${path} can't be read: ${reason}.`, {
    cause,
  });
}

function invalid(path: string, reason: string): StillroomError {
  return new StillroomError(
    'model_invalid',
    `${path} is not a usable GGUF model: ${reason}. Download or copy it again and compare its SHA-256.`,
  );
}
