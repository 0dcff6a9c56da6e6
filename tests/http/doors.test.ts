import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { gatewayForAll } from '../support/gateway.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const shared = gatewayForAll();

/** A request with any headers: fetch does not let a caller forge Host or Origin. */
function raw(
  path: string,
  headers: Record<string, string>,
  base = shared.url,
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: Record<string, unknown>;
    body: string;
  }>();
  const outgoing = request(new URL(path, base), { headers }, (response) => {
    let body = '';
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
  });
  outgoing.on('upgrade', (_response, socket) => {
    socket.destroy();
    resolve({ status: 101, headers: {}, body: '' });
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('host and origin', () => {
  it.each([
    ['/api/info', 'evil.example', undefined, 403],
    ['/api/info', '127.0.0.1.evil.example', undefined, 403],
    ['/v1/models', 'rebound.example:8080', undefined, 403],
    ['/', 'evil.example', undefined, 403],
    ['/api/info', 'localhost:8080', undefined, 200],
    ['/api/info', '[::1]:8080', undefined, 200],
    ['/api/info', 'localhost:8080', 'http://localhost:8080', 200],
    ['/api/info', 'localhost:8080', 'http://localhost:9999', 403],
    ['/api/info', 'localhost:8080', 'https://evil.example', 403],
    ['/api/info', 'localhost:8080', 'null', 403],
  ])('%s with host %s and origin %s gets %d', async (path, host, origin, status) => {
    expect((await raw(path, { host, ...(origin === undefined ? {} : { origin }) })).status).toBe(status);
  });

  it.each([
    ['http://evil.example', 403],
    ['null', 403],
  ])('a web socket from a page of %s is refused', async (origin, status) => {
    expect((await raw('/api/ws', { ...upgrade, origin })).status).toBe(status);
  });

  it('a web socket from its own page is accepted', async () => {
    expect((await raw('/api/ws', { ...upgrade, origin: shared.url })).status).toBe(101);
  });

  it('a cross-site request without origin is refused by its fetch metadata', async () => {
    const fromElsewhere = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await raw('/api/info', fromElsewhere)).status).toBe(403);
  });

  it('a link on another page may lead to the chat', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await raw('/health/live', link)).status).toBe(200);
  });
});

describe('a web socket at any other address', () => {
  it('does not open, and what its address says is not logged', async () => {
    const { url, output } = await startProduct({ model: scriptedModel().path });
    const asked = await raw('/v1/realtime?api-key=SECRET', { ...upgrade, origin: url }, url);
    expect(asked.status).toBe(404);
    // The log is in order: once it has the next request, it has everything about this one.
    await raw('/health/live', {}, url);
    await expect.poll(output, { timeout: 10_000 }).toContain('/health/live');
    expect(output()).not.toContain('SECRET');
  });
});

describe('clients that offer HTTP/2', () => {
  it('are answered in HTTP/1.1, and the chat socket still opens', async () => {
    const offer = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAAQAAP__',
    };
    expect((await raw('/v1/models', offer)).status).toBe(200);
    expect((await raw('/api/ws', { ...upgrade, origin: shared.url })).status).toBe(101);
  });
});

describe('every response', () => {
  it.each(['/', '/api/info', '/v1/models', '/nowhere', '/api/conversations/unknown'])(
    '%s carries the security headers',
    async (path) => {
      const { headers } = await raw(path, {});
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    },
  );

  it('an unknown address is a JSON error with a hint', async () => {
    const { status, body } = await raw('/nowhere', {});
    expect({ status, code: JSON.parse(body).error.code }).toEqual({ status: 404, code: 'not_found' });
  });

  it('health tells live from ready', async () => {
    expect(JSON.parse((await raw('/health/live', {})).body)).toEqual({ status: 'live' });
    expect(JSON.parse((await raw('/health/ready', {})).body)).toMatchObject({
      status: 'ready',
      engine: { state: 'ready' },
    });
  });
});
