/**
 * Starting programs. Another program is outside the guard, so only the own runtime (which gets the guard forced in) and
 * programs listed in the policy start. Refusals throw: an error code from the native spawn crashes the caller's streams.
 */
import { guardPath } from '../flags.mjs';
import { childVariable } from '../seal/child.ts';
import { namespaceTool } from '../seal/namespace.ts';
import { contextVariable, egressContext, refuse } from '../state.ts';
import { type Bindings, replace } from './bindings.ts';

interface SpawnOptions {
  file: string;
  args?: string[];
  envPairs?: string[];
}

export function guardPrograms({ process: processPrototype, spawnSync }: Bindings): void {
  replace(
    processPrototype,
    'spawn',
    (original) =>
      function (
        this: object,
        file: string,
        args: string[],
        directory: unknown,
        envPairs: string[],
        ...rest: unknown[]
      ) {
        const options = guarded({ file, args, envPairs });
        return original.call(this, file, args, directory, options.envPairs, ...rest);
      },
  );
  replace(
    spawnSync,
    'spawn',
    (original) =>
      function (this: object, options: SpawnOptions, ...rest: unknown[]) {
        return original.call(this, guarded(options), ...rest);
      },
  );
  if (typeof process.execve !== 'function') return;
  replace(
    process,
    'execve',
    (original) =>
      function (this: object, file: unknown, args: unknown, env: unknown) {
        const pairs = Object.entries((env ?? process.env) as Record<string, string>).map(
          ([key, value]) => `${key}=${value}`,
        );
        const options = guarded({ file: String(file), args: (args ?? []) as string[], envPairs: pairs });
        const forced = Object.fromEntries(
          (options.envPairs ?? []).map((pair) => [
            pair.slice(0, pair.indexOf('=')),
            pair.slice(pair.indexOf('=') + 1),
          ]),
        );
        return original.call(this, file, args, forced);
      },
  );
}

function guarded(options: SpawnOptions): SpawnOptions {
  const runtimeArguments = argumentsOfOwnRuntime(options);
  if (runtimeArguments === null) {
    const error = refuse({ layer: 'spawn', path: options.file });
    if (error !== null) throw error;
    return options;
  }
  const unsafe = runtimeArguments.find((argument) => unsafeFlags.test(argument));
  if (unsafe !== undefined) {
    const error = refuse({ layer: 'spawn', path: `${options.file} ${unsafe.split('=', 1)[0]}` });
    if (error !== null) throw error;
  }
  return { ...options, envPairs: withGuard(options.envPairs ?? []) };
}

/** Arguments after the own Node executable, started directly or in its own network namespace; null for other programs. */
function argumentsOfOwnRuntime({ file, args = [] }: SpawnOptions): string[] | null {
  if (isOwnRuntime(file)) return args.slice(1);
  const flags = egressContext().applied?.namespaceFlags ?? null;
  if (file !== namespaceTool || flags === null) return null;
  const [program, ...rest] = args.slice(1 + flags.length);
  const sameFlags = flags.every((flag, index) => args[1 + index] === flag);
  return sameFlags && isOwnRuntime(program ?? '') ? rest : null;
}

/** Noted before anybody can change it, and compared as it is: a name or a link may lead elsewhere when it is started. */
const ownRuntime = process.execPath;

function isOwnRuntime(file: string): boolean {
  return file === ownRuntime;
}

/** Internals would hand out unguarded handles; an OpenSSL configuration loads libraries before the guard. */
const unsafeFlags = /^--(expose[-_]internals|openssl[-_](shared[-_])?config)/u;
const forced = ['NODE_OPTIONS', contextVariable, childVariable];
/** What makes the system load foreign libraries before the guard. LD_LIBRARY_PATH stays: GPU drivers need it. */
const dropped = ['LD_PRELOAD', 'LD_AUDIT', 'OPENSSL_CONF', 'OPENSSL_MODULES', 'OPENSSL_ENGINES'];

function withGuard(pairs: string[]): string[] {
  const context = JSON.stringify(egressContext());
  return [
    ...pairs.filter((pair) => ![...forced, ...dropped].some((name) => pair.startsWith(`${name}=`))),
    // Nothing of what was given: it could load code or libraries before the guard.
    `NODE_OPTIONS=--disable-warning=ExperimentalWarning --require ${JSON.stringify(guardPath)}`,
    `${contextVariable}=${context}`,
    // Children need no sockets at all: the guard seals them tighter before anything of theirs runs.
    `${childVariable}=1`,
  ];
}
