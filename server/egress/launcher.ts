/**
 * First process of `stillroom start`: loads the policy (a broken one ends here), seals itself, and becomes the gateway.
 * It seals before exec because seccomp and Landlock bind the calling thread; exec leaves exactly that one.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allowsInForce, type CompiledPolicy } from '#policies/compiled.ts';
import { defaultPolicyText, loadPolicy } from '#policies/load.ts';
import { gatewayNodeFlags } from './flags.mjs';
import { type AppliedSeal, applySeal, dropCapabilities } from './seal/apply.ts';
import { findNamespaceFlags } from './seal/namespace.ts';
import { openNativeCalls } from './seal/native.ts';
import { contextVariable, type EgressContext } from './state.ts';

const gatewayMain = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Loads the policy named by STILLROOM_POLICY, or the shipped one. Throws with a sentence. */
export function loadPolicyInForce(env: NodeJS.ProcessEnv): CompiledPolicy {
  const path = env.STILLROOM_POLICY;
  if (path === undefined || path === '')
    return loadPolicy(defaultPolicyText, 'shipped with Stillroom', Date.now()).compiled;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `The network policy ${path} (STILLROOM_POLICY) can't be read: ${(error as Error).message}. Correct the path, or unset the variable to use the shipped policy.`,
    );
  }
  return loadPolicy(text, path, Date.now()).compiled;
}

/** Ports the serving process may connect to; null = nothing at all, so the full seal fits. */
export function servingPorts(policy: CompiledPolicy): { ports: number[]; unlimited: boolean } | null {
  const allows = allowsInForce(policy, 'serve', Date.now());
  if (allows.length === 0 && policy.loopbackPorts.length === 0 && policy.sockets.length === 0) return null;
  const targets = allows.flatMap((rule) => rule.to);
  return {
    ports: [...new Set([...policy.loopbackPorts, ...targets.flatMap((to) => to.ports ?? [])])],
    unlimited: targets.some((to) => to.ports === undefined),
  };
}

const off = (problem: string): AppliedSeal => ({ seccomp: false, landlockAbi: 0, problem });

/** Seals this process as far as kernel and policy allow. */
export function seal(policy: CompiledPolicy): AppliedSeal {
  if (process.platform !== 'linux') return off(`${process.platform} has no seccomp`);
  const native = openNativeCalls();
  if (native === null) return off('this Node has no usable FFI');
  dropCapabilities(native);
  const serving = servingPorts(policy);
  if (serving === null) return applySeal(native, 'sealed', [], false);
  if (serving.unlimited)
    return off('an allow rule names no ports, so the kernel has nothing to limit; add "ports" to it');
  const applied = applySeal(
    native,
    policy.sockets.length > 0 ? 'private-unix' : 'private',
    serving.ports,
    false,
  );
  if (applied.landlockAbi > 0 || applied.problem !== null) return applied;
  return {
    ...applied,
    problem: 'private peers need Landlock rules for TCP ports (Linux 6.7 or later), and this kernel has none',
  };
}

/**
 * Becomes `node ...argv` under the seal; does not return on POSIX. Refuses (returns an exit code) when the seal is
 * required and was not applied.
 */
export function sealAndExec(
  argv: string[],
  env: NodeJS.ProcessEnv,
  options: { require: boolean; off: boolean },
): number {
  let policy: CompiledPolicy;
  try {
    policy = loadPolicyInForce(env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
  const namespaceFlags = process.platform === 'linux' && !options.off ? findNamespaceFlags() : null;
  const applied = options.off ? off('it was switched off with --no-seal') : seal(policy);
  if (options.require && applied.problem !== null) {
    process.stderr.write(
      `Stillroom did not start: --require-seal was given and the kernel seal could not be applied, because ${applied.problem}.\n`,
    );
    return 1;
  }
  const context: EgressContext = { policy, phase: 'serve', applied: { ...applied, namespaceFlags } };
  const { STILLROOM_POLICY: _read, ...kept } = env;
  const gatewayEnv = { ...kept, [contextVariable]: JSON.stringify(context) };
  if (typeof process.execve === 'function')
    process.execve(process.execPath, [process.execPath, ...argv], gatewayEnv as Record<string, string>);
  return spawnSync(process.execPath, argv, { stdio: 'inherit', env: gatewayEnv }).status ?? 1;
}

if (import.meta.main) {
  const argv = process.argv.slice(2);
  const own = ['--require-seal', '--no-seal'];
  process.exitCode = sealAndExec(
    [...gatewayNodeFlags(), gatewayMain, ...argv.filter((argument) => !own.includes(argument))],
    process.env,
    { require: argv.includes('--require-seal'), off: argv.includes('--no-seal') },
  );
}
