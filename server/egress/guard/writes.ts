/**
 * What is written on an allowed connection may name another host: a proxy's CONNECT or absolute request, SOCKS, or a Host
 * header that differs from where we connected (fronting). Those names are decided like any other, with every write: SOCKS
 * greets first, and a connection that is kept carries several requests.
 */
import { splitTarget } from '#policies/hosts.ts';
import type { EgressBlockedError } from '../blocked.ts';
import { refuse } from '../state.ts';
import { type NativePrototype, replace, UV_EACCES } from './bindings.ts';
import { destroyOwner } from './owner.ts';

const longestHead = 16_384;

/** Checks what is written to every handle that `isClient` accepts. */
export function guardWrites(prototype: NativePrototype, isClient: (handle: object) => boolean): void {
  const check = (handle: object, bytes: () => Buffer): number | null => {
    if (!isClient(handle)) return null;
    const error = refuseNamedHost(bytes());
    if (error === null) return null;
    destroyOwner(handle, error);
    return UV_EACCES;
  };
  const encodings = {
    writeUtf8String: 'utf8',
    writeLatin1String: 'latin1',
    writeAsciiString: 'ascii',
    writeUcs2String: 'utf16le',
  } as const;
  for (const [method, encoding] of Object.entries(encodings)) {
    replace(
      prototype,
      method,
      (original) =>
        function (this: object, request: unknown, text: unknown, ...rest: unknown[]) {
          return (
            check(this, () => Buffer.from(String(text).slice(0, longestHead), encoding)) ??
            original.call(this, request, text, ...rest)
          );
        },
    );
  }
  replace(
    prototype,
    'writeBuffer',
    (original) =>
      function (this: object, request: unknown, data: unknown, ...rest: unknown[]) {
        return check(this, () => toBuffer(data)) ?? original.call(this, request, data, ...rest);
      },
  );
  replace(
    prototype,
    'writev',
    (original) =>
      function (this: object, request: unknown, chunks: unknown, ...rest: unknown[]) {
        return check(this, () => joinChunks(chunks)) ?? original.call(this, request, chunks, ...rest);
      },
  );
}

function toBuffer(data: unknown): Buffer {
  if (!ArrayBuffer.isView(data)) return Buffer.alloc(0);
  return Buffer.from(data.buffer, data.byteOffset, Math.min(data.byteLength, longestHead));
}

/** writev passes buffers only, or text and encoding in turn. */
function joinChunks(chunks: unknown): Buffer {
  if (!Array.isArray(chunks)) return Buffer.alloc(0);
  const parts: Buffer[] = [];
  for (let index = 0; index < chunks.length; index += 1) {
    const chunk: unknown = chunks[index];
    if (typeof chunk !== 'string') parts.push(toBuffer(chunk));
    else {
      const encoding: unknown = chunks[index + 1];
      const known = typeof encoding === 'string' && Buffer.isEncoding(encoding);
      parts.push(Buffer.from(chunk, known ? encoding : 'latin1'));
      index += 1;
    }
  }
  return Buffer.concat(parts).subarray(0, longestHead);
}

function refuseNamedHost(bytes: Buffer): EgressBlockedError | null {
  for (const { host, port } of namedHosts(bytes)) {
    const error = refuse({ layer: 'l7', host, ...(port === null ? {} : { port }) });
    if (error !== null) return error;
  }
  return null;
}

/** Every host that is named by what a client writes at once. */
function namedHosts(bytes: Buffer): { host: string; port: number | null }[] {
  // SOCKS5 request with a domain name; SOCKS4a with one after the user id.
  if (bytes[0] === 5 && bytes[2] === 0 && bytes[3] === 3) {
    const length = bytes[4] ?? 0;
    return [{ host: bytes.subarray(5, 5 + length).toString('latin1'), port: null }];
  }
  if (bytes[0] === 4 && bytes[1] === 1 && bytes[4] === 0 && bytes[5] === 0 && bytes[6] === 0) {
    return [{ host: bytes.subarray(8).toString('latin1').split('\0')[1] ?? '', port: null }];
  }
  const head = bytes.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  const request = /^([A-Z]{3,10}) (\S+) HTTP\/1\.[01]/u.exec(head);
  if (request === null) return [];
  const hosts: { host: string; port: number | null }[] = [];
  const target = request[2] ?? '';
  if (request[1] === 'CONNECT' || /^[a-z]+:\/\//iu.test(target)) hosts.push(splitTarget(target));
  for (const header of head.matchAll(/\r\nhost:[ \t]*([^\r\n]*)/giu))
    hosts.push({ ...splitTarget(header[1] ?? ''), port: null });
  return hosts;
}
