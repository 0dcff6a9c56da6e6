/** TCP and Unix sockets: every connect, whoever asks for it, and the first bytes that could name another host. */
import net from 'node:net';
import { canonicalAddress } from '#policies/addresses.ts';
import type { EgressBlockedError } from '../blocked.ts';
import { block, judge, refuse } from '../state.ts';
import { type Bindings, replace, UV_EACCES } from './bindings.ts';
import { namesFor } from './tickets.ts';
import { guardWrites } from './writes.ts';

export function guardConnections({ tcp, pipe }: Bindings): void {
  const outbound = new WeakSet<object>();
  for (const method of ['connect', 'connect6']) {
    replace(
      tcp,
      method,
      (original) =>
        function (this: object, request: unknown, address: unknown, port: unknown, ...rest: unknown[]) {
          if (refuseAddress(String(address), Number(port)) !== null) return UV_EACCES;
          outbound.add(this);
          return original.call(this, request, address, port, ...rest);
        },
    );
  }
  replace(
    pipe,
    'connect',
    (original) =>
      function (this: object, request: unknown, path: unknown, ...rest: unknown[]) {
        if (refuse({ layer: 'unix', path: String(path) }) !== null) return UV_EACCES;
        outbound.add(this);
        return original.call(this, request, path, ...rest);
      },
  );
  guardWrites(tcp, (handle) => outbound.has(handle));
  guardWrites(pipe, (handle) => outbound.has(handle));
  explainConnect();
}

/** An address is fine by itself (allow by network) or by a name that was answered with it. */
function refuseAddress(text: string, port: number): EgressBlockedError | null {
  const bare = judge({ layer: 'tcp', address: text, port });
  if (bare.decision === 'allow') return null;
  if (bare.ruleId === 'default-deny') {
    for (const host of namesFor(canonicalAddress(text) ?? text)) {
      if (judge({ layer: 'tcp', host, address: text, port }).decision === 'allow') return null;
    }
  }
  return block(bare);
}

/**
 * Refuses by name before anything is looked up, only for the better error: what gets past here still meets the native
 * connect above.
 */
function explainConnect(): void {
  type Normalized = [{ host?: string; port?: number | string; path?: string }, unknown];
  const normalize = (net as unknown as { _normalizeArgs(parameters: unknown[]): Normalized })._normalizeArgs;
  const original = net.Socket.prototype.connect as (this: net.Socket, ...parameters: unknown[]) => net.Socket;
  function connect(this: net.Socket, ...parameters: unknown[]): net.Socket {
    const [first] = parameters;
    const [options] = Array.isArray(first) ? (first as unknown as Normalized) : normalize(parameters);
    const error =
      typeof options.path === 'string'
        ? refuse({ layer: 'unix', path: options.path })
        : refuseName(options.host ?? 'localhost', Number(options.port));
    if (error === null) return original.apply(this, parameters);
    process.nextTick(() => this.destroy(error));
    return this;
  }
  Object.defineProperty(net.Socket.prototype, 'connect', {
    value: connect,
    writable: false,
    configurable: false,
  });
}

function refuseName(host: string, port: number): EgressBlockedError | null {
  const withPort = Number.isInteger(port) ? { port } : {};
  return net.isIP(host) === 0 ? refuse({ layer: 'name', host, ...withPort }) : refuseAddress(host, port);
}
