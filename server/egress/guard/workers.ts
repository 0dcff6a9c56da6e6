/** Workers get the guard whatever `execArgv` and `env` say. */
import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';
import { gatewayNodeFlags } from '../flags.mjs';
import { contextVariable, egressContext } from '../state.ts';

const workerFlags = gatewayNodeFlags();

export function guardWorkers(): void {
  const original = workerThreads.Worker;
  // A proxy and not a subclass: a subclass leads back to the unguarded class through its prototype chain.
  const guarded = new Proxy(original, {
    construct(target, [file, options]: [string | URL, WorkerOptions | undefined], newTarget) {
      // A shared environment can't carry the policy: it becomes a copy.
      const env = options?.env === undefined || typeof options.env === 'symbol' ? process.env : options.env;
      // Options of the environment are read before those of the guard and could load code before it.
      const { NODE_OPTIONS: _unread, ...kept } = env;
      const guardedEnv = { ...kept, [contextVariable]: JSON.stringify(egressContext()) };
      return Reflect.construct(
        target,
        [file, { ...options, env: guardedEnv, execArgv: workerFlags }],
        newTarget,
      ) as object;
    },
  });
  Object.defineProperty(original.prototype, 'constructor', {
    value: guarded,
    writable: false,
    configurable: false,
  });
  Object.defineProperty(workerThreads, 'Worker', {
    value: guarded,
    writable: false,
    configurable: false,
    enumerable: true,
  });
  syncBuiltinESMExports();
}
