/** The seal in force as people see it: health, web, CLI. */

import { allowsInForce, type CompiledPolicy, type CompiledRule } from '#policies/compiled.ts';
import type { ServerInfo } from '#server/api/app/contract.ts';
import { readSeal, type SealReading } from './seal/read.ts';
import { blockedCount, egressContext, isGuardLoaded } from './state.ts';

let reading: SealReading | null = null;

/** Read once: a seal can't be loosened while the process lives. */
export function sealReading(): SealReading {
  reading ??= readSeal();
  return reading;
}

/** Level, sentence, allowed destinations and blocked attempts. `extraBlocked`: attempts that children reported. */
export function egressStatus(extraBlocked = 0): ServerInfo['egress'] {
  const { policy, applied } = egressContext();
  const allowed = allowedDestinations(policy);
  return {
    ...judgeLevel(sealReading(), isGuardLoaded(), allowed.length === 0, applied?.problem ?? null),
    allowed,
    blockedAttempts: blockedCount() + extraBlocked,
  };
}

/** Pure: what may be claimed for a reading. Never more than was read back. */
export function judgeLevel(
  seal: SealReading,
  guardLoaded: boolean,
  nothingAllowed: boolean,
  problem: string | null,
): { level: ServerInfo['egress']['level']; sentence: string } {
  const kernel = seal.seccomp && seal.noNewPrivileges && seal.connectRefused && seal.udpRefused;
  if (kernel && nothingAllowed) {
    return {
      level: 'sealed',
      sentence: 'The kernel refuses every outbound connection of this process and its children.',
    };
  }
  if (kernel) {
    return {
      level: 'private',
      sentence:
        'The kernel refuses UDP and every TCP port but those of the declared private peers; the guard checks their addresses.',
    };
  }
  const because = problem === null ? '' : ` The kernel seal is off: ${problem}.`;
  return {
    level: 'guarded',
    sentence: guardLoaded
      ? `Only the in-process guard refuses outbound connections; native code could get past it.${because}`
      : `Nothing refuses outbound connections in this process: the guard is not loaded. Start it with "stillroom start".${because}`,
  };
}

/** Every destination an allow rule opens while serving; an empty list is the normal case. */
export function allowedDestinations(policy: CompiledPolicy): string[] {
  const serving = allowsInForce(policy, 'serve', Date.now());
  return [
    ...serving.flatMap(describeTargets),
    ...policy.loopbackPorts.map((port) => `127.0.0.1:${port}`),
    ...policy.sockets.map((path) => `unix:${path}`),
  ];
}

function describeTargets(rule: CompiledRule): string[] {
  return rule.to.map((to) => {
    const host = to.suffix === undefined ? (to.name ?? to.cidr ?? '') : `*.${to.suffix}`;
    return to.ports === undefined ? host : `${host}:${to.ports.join(',')}`;
  });
}
