/** Around the public API of the runtime: handles, threads, contexts, debugger, hooks. */
import inspector from 'node:inspector';
import module, { createRequire } from 'node:module';
import net from 'node:net';
import vm from 'node:vm';
import workerThreads, { SHARE_ENV, Worker, type WorkerOptions } from 'node:worker_threads';
import { places } from '../places.ts';
import { type Attempt, done, finish } from './attempt.ts';

const require = createRequire(import.meta.url);
/** CommonJS that connects, for places where only code as text goes. */
const connectCode = `require('node:net').connect(80, '${places.cloud}').on('connect', function () { this.end('x') }).on('error', () => {})`;
const dataUrl = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const moduleCode = `import net from 'node:net'; net.connect(80, '${places.cloud}').on('connect', function () { this.end('x') }).on('error', () => {})`;

function inWorker(Class: typeof Worker, file: string | URL, options: WorkerOptions): Promise<unknown> {
  return done((callback) => new Class(file, options).on('error', callback).on('exit', () => callback(null)));
}

type RawHandle = { connect(request: object, address: string, port: number): number };
type RawModule = { TCP: new (type: number) => RawHandle; TCPConnectWrap: new () => object };

function rawConnect({ TCP, TCPConnectWrap }: RawModule): Promise<void> {
  const result = new TCP(0).connect(new TCPConnectWrap(), places.cloud, 80);
  if (result !== 0) throw new Error(`error ${result}`);
  return new Promise((resolve) => setImmediate(resolve));
}

export const runtime: Attempt[] = [
  { id: 'worker', title: 'worker from code', run: () => inWorker(Worker, connectCode, { eval: true }) },
  {
    id: 'worker-bare',
    title: 'worker without flags and environment',
    run: () => inWorker(Worker, connectCode, { eval: true, execArgv: [], env: {} }),
  },
  {
    id: 'worker-shared-environment',
    title: 'worker with a shared environment',
    run: () => inWorker(Worker, connectCode, { eval: true, env: SHARE_ENV, execArgv: [] }),
  },
  {
    id: 'worker-data-url',
    title: 'worker from a data: URL',
    run: () => inWorker(Worker, dataUrl(moduleCode), { execArgv: [] }),
  },
  {
    id: 'worker-internals',
    title: 'worker with --expose-internals',
    run: () =>
      inWorker(
        Worker,
        `const { internalBinding } = require('internal/test/binding'); const t = internalBinding('tcp_wrap'); new t.TCP(0).connect(new t.TCPConnectWrap(), '${places.cloud}', 80)`,
        { eval: true, execArgv: ['--expose-internals'] },
      ),
  },
  {
    id: 'worker-constructor',
    title: 'unwrapped Worker from its prototype',
    run: () =>
      inWorker(Worker.prototype.constructor as typeof Worker, connectCode, { eval: true, execArgv: [] }),
  },
  {
    id: 'worker-prototype-chain',
    title: 'unwrapped Worker from the prototype chain',
    run: () => {
      const parent: unknown = Object.getPrototypeOf(Worker);
      const Class =
        typeof parent === 'function' && parent.name === 'Worker'
          ? (parent as typeof Worker)
          : workerThreads.Worker;
      return inWorker(Class, connectCode, { eval: true, execArgv: [] });
    },
  },
  {
    id: 'worker-nested',
    title: 'worker inside a worker',
    run: () =>
      inWorker(
        Worker,
        `new (require('node:worker_threads').Worker)(${JSON.stringify(connectCode)}, { eval: true, execArgv: [] })`,
        { eval: true },
      ),
  },
  {
    id: 'binding',
    title: 'process.binding',
    run: () => rawConnect((process as unknown as { binding(name: string): RawModule }).binding('tcp_wrap')),
  },
  {
    id: 'handle-server',
    title: 'socket on a handle meant for a server',
    run: () => {
      const make = (
        net as unknown as { _createServerHandle(address: string, port: number, family: number): object }
      )._createServerHandle;
      const socket = new net.Socket({
        handle: make('0.0.0.0', 0, 4),
      } as unknown as net.SocketConstructorOpts);
      return finish(socket.connect(80, places.cloud));
    },
  },
  {
    id: 'vm-context',
    title: 'vm context',
    run: () => finish(vm.runInNewContext('f()', { f: () => net.connect(80, places.cloud) }) as net.Socket),
  },
  {
    id: 'vm-realm',
    title: 'vm script with require',
    run: () => vm.runInThisContext(`(require) => { ${connectCode} }`)(require),
  },
  {
    id: 'builtin-module',
    title: 'process.getBuiltinModule',
    run: () => finish(process.getBuiltinModule('node:net').connect(80, places.cloud)),
  },
  {
    id: 'inspector',
    title: 'inspector session evaluates code',
    run: () => {
      const session = new inspector.Session();
      session.connect();
      return done((callback) =>
        session.post('Runtime.evaluate', { expression: connectCode, includeCommandLineAPI: true }, () =>
          setTimeout(callback, 200, null),
        ),
      );
    },
  },
  {
    id: 'module-hooks',
    title: 'module hooks thread',
    run: () => {
      const register = (module as unknown as { register?: (url: URL) => void }).register;
      if (register === undefined) throw new Error('absent');
      register(dataUrl(`${moduleCode}; export {}`));
      return new Promise((resolve) => setTimeout(resolve, 300));
    },
  },
];
