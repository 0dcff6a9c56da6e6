/** Puts a seal on the calling thread (launcher, before exec) or on every thread of this process (child). */

import { assembleFilter, type SealKind, syscallNumbers } from './filter.ts';
import type { NativeCalls } from './native.ts';

const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;

/** Same numbers on every architecture. */
const landlock = { createRuleset: 444, addRule: 445, restrictSelf: 446 } as const;
const LANDLOCK_CREATE_RULESET_VERSION = 1;
const LANDLOCK_ACCESS_NET_CONNECT_TCP = 2n;
const LANDLOCK_RULE_NET_PORT = 2;
/** Abstract Unix sockets and signals to processes outside. */
const LANDLOCK_SCOPES = 3n;

/**
 * What root may keep: files, signals, changing user, low ports, locked memory, priorities. Not kept, because they lead
 * outside past any filter: network administration (TUN devices, firewall, routes), raw sockets, modules, mounts, tracing.
 */
const keptCapabilities = new Set([0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 23, 24]);
const lastCapability = 63;

/** Takes the others out of the bounding set; they are gone at the next exec. Without effect for ordinary users, who have none. */
export function dropCapabilities(native: NativeCalls): void {
  for (let capability = 0; capability <= lastCapability; capability += 1) {
    if (!keptCapabilities.has(capability)) native.prctl(PR_CAPBSET_DROP, capability);
  }
}

export interface AppliedSeal {
  seccomp: boolean;
  /** 0 = the kernel has no Landlock that speaks of the network (before 6.7). */
  landlockAbi: number;
  /** Why something was left out; null when nothing was. */
  problem: string | null;
}

/** Never throws: what could not be applied is in the answer. `ports` = TCP ports that stay open for `private`. */
export function applySeal(
  native: NativeCalls,
  kind: SealKind,
  ports: number[],
  allThreads: boolean,
): AppliedSeal {
  const call = syscallNumbers(process.arch);
  if (call === null)
    return { seccomp: false, landlockAbi: 0, problem: `no filter exists for ${process.arch}` };
  if (native.prctl(PR_SET_NO_NEW_PRIVS, 1) !== 0)
    return { seccomp: false, landlockAbi: 0, problem: 'no_new_privs was refused' };
  // Landlock first: the filter stays small when it need not allow Landlock's own calls later.
  const landlockAbi = kind === 'child' ? 0 : restrictConnects(native, ports);
  const filter = assembleFilter(kind, call);
  const program = Buffer.alloc(16);
  program.writeUInt16LE(filter.length / 8, 0);
  program.writeBigUInt64LE(native.pointerTo(filter), 8);
  const result = native.syscall(
    call.seccomp,
    SECCOMP_SET_MODE_FILTER,
    allThreads ? SECCOMP_FILTER_FLAG_TSYNC : 0,
    native.pointerTo(program),
  );
  return {
    seccomp: result === 0,
    landlockAbi,
    problem: result === 0 ? null : `the kernel refused the seccomp filter (error ${-result})`,
  };
}

function restrictConnects(native: NativeCalls, ports: number[]): number {
  const abi = native.syscall(landlock.createRuleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 4) return 0;
  const attributes = Buffer.alloc(abi >= 6 ? 24 : 16);
  attributes.writeBigUInt64LE(LANDLOCK_ACCESS_NET_CONNECT_TCP, 8);
  if (abi >= 6) attributes.writeBigUInt64LE(LANDLOCK_SCOPES, 16);
  const ruleset = native.syscall(landlock.createRuleset, native.pointerTo(attributes), attributes.length, 0);
  if (ruleset < 0) return 0;
  for (const port of ports) {
    const rule = Buffer.alloc(16);
    rule.writeBigUInt64LE(LANDLOCK_ACCESS_NET_CONNECT_TCP, 0);
    rule.writeBigUInt64LE(BigInt(port), 8);
    if (native.syscall(landlock.addRule, ruleset, LANDLOCK_RULE_NET_PORT, native.pointerTo(rule), 0) !== 0)
      return 0;
  }
  return native.syscall(landlock.restrictSelf, ruleset, 0) === 0 ? abi : 0;
}
