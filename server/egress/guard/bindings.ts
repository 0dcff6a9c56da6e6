/**
 * The runtime's own prototypes, where net, tls, http, http2, fetch, WebSocket, dgram, dns and child_process meet. They
 * are reached through `process.binding`, which is then closed: with it, code could make handles the guard never sees.
 */
import tls from 'node:tls';

// biome-ignore lint/suspicious/noExplicitAny: arguments of undocumented native methods
type NativeMethod = (this: object, ...parameters: any[]) => any;
export type NativePrototype = Record<string, NativeMethod>;

export interface Bindings {
  tcp: NativePrototype;
  udp: NativePrototype;
  pipe: NativePrototype;
  dns: Record<string, NativeMethod>;
  resolver: NativePrototype;
  tls: NativePrototype;
  process: NativePrototype;
  spawnSync: Record<string, NativeMethod>;
  secureContext: NativePrototype;
}

type BindingModule = Record<string, NativeMethod & { prototype: NativePrototype }>;

export function openBindings(): Bindings {
  const binding = (process as unknown as { binding(name: string): BindingModule }).binding.bind(process);
  const noDeprecation = process.noDeprecation;
  process.noDeprecation = true;
  try {
    return {
      tcp: prototypeOf(binding('tcp_wrap'), 'TCP'),
      udp: prototypeOf(binding('udp_wrap'), 'UDP'),
      pipe: prototypeOf(binding('pipe_wrap'), 'Pipe'),
      dns: binding('cares_wrap'),
      resolver: prototypeOf(binding('cares_wrap'), 'ChannelWrap'),
      tls: prototypeOf(binding('tls_wrap'), 'TLSWrap'),
      process: prototypeOf(binding('process_wrap'), 'Process'),
      spawnSync: binding('spawn_sync'),
      secureContext: secureContextPrototype(),
    };
  } finally {
    process.noDeprecation = noDeprecation ?? false;
  }
}

/** Not handed out by process.binding; a bare context leads to it without loading any certificates. */
function secureContextPrototype(): NativePrototype {
  const Context = (tls as unknown as { SecureContext: new () => { context: object } }).SecureContext;
  return Object.getPrototypeOf(new Context().context) as NativePrototype;
}

function prototypeOf(module: BindingModule, name: string): NativePrototype {
  const prototype = module[name]?.prototype;
  if (prototype === undefined) {
    throw new Error(
      `This Node ${process.version} has no native ${name}; the egress guard does not know it. Use Node 26.`,
    );
  }
  return prototype;
}

/** Replaces a method for good: it can't be set or defined again. */
export function replace(target: object, name: string, wrap: (original: NativeMethod) => NativeMethod): void {
  const original = (target as Record<string, unknown>)[name];
  if (typeof original !== 'function') {
    throw new Error(
      `This Node ${process.version} has no native ${name}(); the egress guard does not know it. Use Node 26.`,
    );
  }
  Object.defineProperty(target, name, {
    value: wrap(original as NativeMethod),
    writable: false,
    configurable: false,
    enumerable: Object.prototype.propertyIsEnumerable.call(target, name),
  });
}

export function closeBindings(): void {
  const closed = () => {
    throw Object.assign(new Error('process.binding is closed by the egress guard.'), {
      code: 'ERR_EGRESS_BLOCKED',
    });
  };
  for (const name of ['binding', '_linkedBinding']) {
    Object.defineProperty(process, name, { value: closed, writable: false, configurable: false });
  }
}

/** libuv's "permission denied", which the runtime turns into an ordinary asynchronous error. */
export const UV_EACCES = -13;
