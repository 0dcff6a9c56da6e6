/**
 * A pull runs in a process of its own, under the network guard with a grant of exactly its hosts. This process becomes that
 * one: same command line, same terminal, same process id.
 */
import { spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { PullError } from '#models/pull/error.ts';
import { grantTargets } from '#models/pull/grant-targets.ts';
import type { CompiledPolicy } from '#policies/compiled.ts';
import { decide } from '#policies/decide.ts';
import { gatewayNodeFlags } from '#server/egress/flags.mjs';
import { loadPolicyInForce } from '#server/egress/launcher.ts';
import { contextVariable, type EgressContext, isGuardLoaded } from '#server/egress/state.ts';

const main = fileURLToPath(new URL('../../main.ts', import.meta.url));

export interface PullGrant {
  readonly hosts: readonly string[];
  readonly endpoint: URL;
  /** The administrator named this endpoint; it may lie on the own network. */
  readonly isMirror: boolean;
}

/** True in the granted process: go on and pull. Otherwise this does not return on POSIX. */
export async function becomeGranted(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  grant: PullGrant,
): Promise<boolean> {
  if (isGuardLoaded()) return true;
  const context: EgressContext = { policy: await grantedPolicy(env, grant), phase: 'pull', applied: null };
  const { STILLROOM_POLICY: _read, ...kept } = env;
  const nextEnv = { ...kept, [contextVariable]: JSON.stringify(context) } as Record<string, string>;
  const args = [...gatewayNodeFlags(), main, ...argv];
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.execve(process.execPath, [process.execPath, ...args], nextEnv);
  }
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit', env: nextEnv }).status ?? 1;
  return false;
}

/** The policy in force plus one allow rule for this pull. What the policy denies stays denied. */
async function grantedPolicy(
  env: NodeJS.ProcessEnv,
  { hosts, endpoint, isMirror }: PullGrant,
): Promise<CompiledPolicy> {
  const policy = policyInForce(env);
  const bareHost = endpoint.hostname.replace(/^\[|\]$/gu, '');
  // Before the name is asked of any server: a denied name is not even looked up.
  const { decision, ruleId, reason } = decide(
    policy,
    { phase: 'pull', layer: 'name', host: bareHost },
    Date.now(),
  );
  if (decision === 'deny' && ruleId !== 'default-deny' && ruleId !== 'loopback-closed') {
    throw new PullError(
      'not_granted',
      `The network policy denies ${endpoint.hostname} (rule ${ruleId}). ${reason}`,
    );
  }
  const resolved = isMirror && isIP(bareHost) === 0 ? await addressesOf(bareHost) : [];
  const { to, loopbackPorts } = grantTargets(hosts, endpoint.protocol === 'https:' ? 443 : 80, resolved);
  return {
    ...policy,
    loopbackPorts: [...policy.loopbackPorts, ...loopbackPorts],
    rules: [
      ...policy.rules,
      {
        id: 'pull-grant',
        action: 'allow',
        mode: 'enforce',
        phases: ['pull'],
        reason: 'Granted to this pull by whoever started it.',
        pack: null,
        to: [...to],
        source: null,
        certainty: null,
        expires: null,
      },
    ],
  };
}

function policyInForce(env: NodeJS.ProcessEnv): CompiledPolicy {
  try {
    return loadPolicyInForce(env);
  } catch (error) {
    throw new PullError('bad_source', (error as Error).message, { cause: error });
  }
}

/** A mirror that can't be looked up gets its error where it is fetched from. */
async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
