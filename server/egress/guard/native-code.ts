/** Native addons and FFI: code that no JavaScript guard can see into. Only the engine's own addon and listed ones load. */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { refuse } from '../state.ts';
import { type Bindings, replace } from './bindings.ts';

const packageRoot = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const engineFolders = ['@node-llama-cpp', 'node-llama-cpp'].map(
  (name) => path.join(packageRoot, name) + path.sep,
);

export function guardNativeCode({ secureContext }: Bindings): void {
  replace(
    process,
    'dlopen',
    (original) =>
      function (this: object, module: unknown, file: unknown, ...rest: unknown[]) {
        const resolved = path.resolve(String(file));
        if (!engineFolders.some((folder) => resolved.startsWith(folder))) {
          const error = refuse({ layer: 'addon', path: resolved });
          if (error !== null) throw error;
        }
        return original.call(this, module, file, ...rest);
      },
  );
  // The two other ways by which the runtime itself loads libraries.
  for (const method of ['loadExtension', 'enableLoadExtension']) {
    replace(DatabaseSync.prototype, method, () => refuseLibrary('node:sqlite', method));
  }
  replace(crypto, 'setEngine', () => refuseLibrary('node:crypto', 'setEngine'));
  for (const method of ['setClientCertEngine', 'setEngineKey']) {
    if (typeof secureContext[method] === 'function')
      replace(secureContext, method, () => refuseLibrary('node:tls', method));
  }
  closeFfi();
  syncBuiltinESMExports();
}

function refuseLibrary(module: string, method: string): () => never {
  return () => {
    throw refuse({ layer: 'ffi', path: `${module} ${method}` });
  };
}

function closeFfi(): void {
  const ffi = process.getBuiltinModule('node:ffi') as Record<string, unknown> | undefined;
  if (ffi === undefined) return;
  for (const [name, value] of Object.entries(ffi)) {
    if (typeof value !== 'function') continue;
    Object.defineProperty(ffi, name, {
      value: refuseLibrary('node:ffi', name),
      writable: false,
      configurable: false,
      enumerable: true,
    });
  }
}
