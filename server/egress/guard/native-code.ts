/** Native addons and FFI: code that no JavaScript guard can see into. Only the engine's own addon and listed ones load. */
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuse } from '../state.ts';
import { replace } from './bindings.ts';

const packageRoot = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const engineFolders = ['@node-llama-cpp', 'node-llama-cpp'].map(
  (name) => path.join(packageRoot, name) + path.sep,
);

export function guardNativeCode(): void {
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
  const ffi = process.getBuiltinModule('node:ffi') as Record<string, unknown> | undefined;
  if (ffi === undefined) return;
  for (const [name, value] of Object.entries(ffi)) {
    if (typeof value !== 'function') continue;
    Object.defineProperty(ffi, name, {
      value: () => {
        throw refuse({ layer: 'ffi', path: `node:ffi ${name}` });
      },
      writable: false,
      configurable: false,
      enumerable: true,
    });
  }
  syncBuiltinESMExports();
}
