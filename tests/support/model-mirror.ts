/** A hub-like server on loopback: answers with redirects to a storage path, byte ranges, linked size and checksum. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MirrorFile {
  /** repository/path, as in the address. */
  name: string;
  bytes: Buffer;
  /** What the hub claims; the truth unless a test says otherwise. */
  sha256?: string | null;
  claimedBytes?: number;
}

interface MirrorRequest {
  method: string;
  path: string;
  range: string | null;
  authorization: string | null;
}

type Hook = (
  request: MirrorRequest,
  response: ServerResponse,
  file: MirrorFile | undefined,
) => boolean | Promise<boolean>;

export interface Mirror {
  endpoint: string;
  host: string;
  requests: MirrorRequest[];
  /** Runs before the ordinary answer; true = it has answered. */
  hook: Hook | null;
  /** Where redirects for file contents point; null = the file is served directly, like a plain mirror. */
  storageOrigin: string | null;
  ranges: boolean;
  token: string | null;
  close(): Promise<void>;
}

export async function startMirror(files: MirrorFile[]): Promise<Mirror> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const mirror: Mirror = {
    endpoint: `http://${host}`,
    host,
    requests: [],
    hook: null,
    storageOrigin: `http://${host}`,
    ranges: true,
    token: null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? '/', mirror.endpoint).pathname);
    const seen: MirrorRequest = {
      method: request.method ?? '',
      path,
      range: request.headers.range ?? null,
      authorization: request.headers.authorization ?? null,
    };
    mirror.requests.push(seen);
    const stored = path.startsWith('/storage/');
    const file = files.find(
      (candidate) => path === (stored ? `/storage/${candidate.name}` : resolvePath(candidate.name)),
    );
    if (mirror.hook !== null && (await mirror.hook(seen, response, file))) return;
    if (file === undefined) return void response.writeHead(404).end();
    if (!stored && mirror.token !== null && seen.authorization !== `Bearer ${mirror.token}`)
      return void response.writeHead(401).end();
    const sha256 = checksum(file);
    if (!stored && mirror.storageOrigin !== null) {
      const linked = {
        'x-linked-size': String(file.claimedBytes ?? file.bytes.byteLength),
        ...(sha256 !== null && { 'x-linked-etag': `"${sha256}"` }),
      };
      return void response
        .writeHead(302, { location: `${mirror.storageOrigin}/storage/${file.name}`, ...linked })
        .end();
    }
    sendBytes(seen, response, file);
  }

  function sendBytes(request: MirrorRequest, response: ServerResponse, file: MirrorFile): void {
    const range = mirror.ranges ? /^bytes=(\d+)-(\d+)$/u.exec(request.range ?? '') : null;
    const total = file.bytes.byteLength;
    if (range === null) {
      response.writeHead(200, { 'content-length': file.claimedBytes ?? total });
      response.end(request.method === 'HEAD' ? undefined : file.bytes);
      return;
    }
    const start = Number(range[1]);
    const end = Math.min(Number(range[2]) + 1, total);
    response.writeHead(206, {
      'content-length': end - start,
      'content-range': `bytes ${start}-${end - 1}/${total}`,
    });
    response.end(file.bytes.subarray(start, end));
  }

  return mirror;
}

const checksums = new WeakMap<Buffer, string>();

/** What the file claims, or the truth, computed once. */
function checksum(file: MirrorFile): string | null {
  if (file.sha256 !== undefined) return file.sha256;
  const sha256 = checksums.get(file.bytes) ?? createHash('sha256').update(file.bytes).digest('hex');
  checksums.set(file.bytes, sha256);
  return sha256;
}

/** "org/repo/folder/file.gguf" → "/org/repo/resolve/main/folder/file.gguf". */
function resolvePath(name: string): string {
  const [organisation, repository, ...rest] = name.split('/');
  return `/${organisation}/${repository}/resolve/main/${rest.join('/')}`;
}
