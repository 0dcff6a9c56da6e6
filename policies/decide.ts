/**
 * The one decision. Pure: the same policy, target and time give the same answer in the guard, the CLI and the tests.
 *
 * Precedence, first that applies wins:
 *   1. A target that can't be read is denied (`malformed-target`).
 *   2. Any enforced deny that matches the name, the address, or the IPv4 address inside an IPv6 one. No allow can lift it,
 *      order in the file is irrelevant.
 *   3. Own machine: looking up `localhost` is no network (asking a DNS server for it, or the system for a name below it, is:
 *      `loopback-query`); connecting needs its port listed (`loopback-listed`, else `loopback-closed`).
 *   4. An allow that has not expired, for this phase and port. By network: the address lies in it. By name: the name
 *      matches and, where an address is known, it is a public one (`private-address` otherwise: a public name that
 *      points inside is an attack) or one that an allow by network covers.
 *   5. Everything else is denied (`default-deny`).
 * Unix sockets, programs and addons are allowed only by an exact entry of their list.
 */
import {
  addressKind,
  canonicalAddress,
  cidrContains,
  embeddedIPv4,
  isOwnMachine,
  type ParsedAddress,
  parseAddress,
  parseCidr,
} from './addresses.ts';
import { allowsInForce, type CompiledPolicy, type CompiledRule } from './compiled.ts';
import { canonicalHost, isBelow, isLocalName } from './hosts.ts';
import type { Phase, Target } from './schema.ts';

type Layer =
  | 'name'
  | 'dns'
  | 'dns.query'
  | 'dns.answer'
  | 'tcp'
  | 'udp'
  | 'unix'
  | 'sni'
  | 'l7'
  | 'spawn'
  | 'addon'
  | 'ffi';

export interface DecisionTarget {
  layer: Layer;
  phase: Phase;
  /** Name as asked for; a literal address is fine too. */
  host?: string;
  /** Address about to be used, or answered. */
  address?: string;
  /** Absent where no port is known yet, as in a DNS query. */
  port?: number;
  /** Socket, program or addon. */
  path?: string;
}

export interface Decision {
  decision: 'allow' | 'deny';
  ruleId: string;
  pack: string | null;
  /** A sentence for people. */
  reason: string;
  layer: Layer;
  canonical: { name: string | null; address: string | null; port: number | null; path: string | null };
  /** Report-only denies that matched and changed nothing. */
  reported: string[];
}

interface Parsed {
  name: string | null;
  address: ParsedAddress | null;
  addressText: string | null;
  port: number | null;
}

/** Decides about one target. `now` in milliseconds since 1970, for expiring grants. Never throws. */
export function decide(policy: CompiledPolicy, target: DecisionTarget, now: number): Decision {
  if (target.path !== undefined) return decidePath(policy, target, target.path);
  const parsed = parseTarget(target);
  const answer = (
    decision: 'allow' | 'deny',
    ruleId: string,
    reason: string,
    pack: string | null = null,
  ): Decision => ({
    decision,
    ruleId,
    pack,
    reason,
    layer: target.layer,
    canonical: {
      name: typeof parsed === 'string' ? null : parsed.name,
      address: typeof parsed === 'string' ? null : parsed.addressText,
      port: target.port ?? null,
      path: null,
    },
    reported: typeof parsed === 'string' ? [] : reportedBy(policy, parsed, target.phase),
  });

  // 1.
  if (typeof parsed === 'string')
    return answer('deny', 'malformed-target', `The target ${parsed}, so it is refused.`);

  // 2.
  const denied = policy.rules.find(
    (rule) => rule.action === 'deny' && rule.mode === 'enforce' && ruleMatches(rule, parsed, target.phase),
  );
  if (denied !== undefined) return answer('deny', denied.id, denied.reason, denied.pack);

  // 3.
  const kind = parsed.address === null ? null : addressKind(parsed.address);
  if (
    (kind !== null && isOwnMachine(kind)) ||
    (kind === null && parsed.name !== null && isLocalName(parsed.name))
  ) {
    return decideOwnMachine(policy, parsed, target.layer, answer);
  }

  // 4.
  const allows = allowsInForce(policy, target.phase, now);
  const byNetwork = allows.find((rule) => ruleMatchesBy(rule, parsed, target.phase, 'cidr'));
  const byName = allows.find((rule) => ruleMatchesBy(rule, parsed, target.phase, 'name'));
  if (byNetwork !== undefined) return answer('allow', byNetwork.id, byNetwork.reason, byNetwork.pack);
  if (byName !== undefined) {
    if (kind === null || kind === 'public') return answer('allow', byName.id, byName.reason, byName.pack);
    return answer(
      'deny',
      'private-address',
      `The allowed name ${parsed.name} points to ${parsed.addressText}, a ${kind} address; allow that network by "cidr" if it is meant.`,
    );
  }

  // 5.
  return answer(
    'deny',
    'default-deny',
    'No rule allows this destination; nothing leaves this machine unless a rule says so.',
  );
}

function decideOwnMachine(
  policy: CompiledPolicy,
  parsed: Parsed,
  layer: Layer,
  answer: (decision: 'allow' | 'deny', ruleId: string, reason: string) => Decision,
): Decision {
  const isAsked =
    layer === 'dns.query' || (layer === 'dns' && parsed.address === null && parsed.name !== 'localhost');
  if (isAsked)
    return answer(
      'deny',
      'loopback-query',
      'A DNS server is not asked about the own machine: the question would carry words outside.',
    );
  if (parsed.port === null)
    return answer('allow', 'loopback-name', 'The name of the own machine; looking it up sends nothing.');
  if (policy.loopbackPorts.includes(parsed.port)) {
    return answer(
      'allow',
      'loopback-listed',
      `Port ${parsed.port} of the own machine is listed in "loopback.ports".`,
    );
  }
  return answer(
    'deny',
    'loopback-closed',
    `Port ${parsed.port} of the own machine is not listed in "loopback.ports"; a local proxy there could relay outside.`,
  );
}

const pathLists = {
  unix: { key: 'sockets', what: 'Unix socket' },
  spawn: { key: 'exec', what: 'Program' },
  addon: { key: 'addons', what: 'Native addon' },
} as const;

function decidePath(policy: CompiledPolicy, target: DecisionTarget, path: string): Decision {
  const list =
    target.layer === 'unix' || target.layer === 'spawn' || target.layer === 'addon'
      ? pathLists[target.layer]
      : null;
  const listed =
    list !== null &&
    policy[list.key].some(
      (entry) =>
        entry === path ||
        (list.key === 'addons' && path.startsWith(`${entry.replace(/\/$/u, '')}/`) && !path.includes('/../')),
    );
  return {
    decision: listed ? 'allow' : 'deny',
    ruleId: listed ? `${target.layer}-listed` : `${target.layer}-closed`,
    pack: null,
    reason:
      list === null
        ? 'Native code can be reached only through listed addons.'
        : `${list.what} ${path} is ${listed ? '' : 'not '}listed in "${list.key}".`,
    layer: target.layer,
    canonical: { name: null, address: null, port: null, path },
    reported: [],
  };
}

function parseTarget(target: DecisionTarget): Parsed | string {
  const host = target.host === undefined ? null : canonicalHost(target.host);
  if (host?.kind === 'invalid') return host.problem;
  const hostAddress = host?.kind === 'address' ? host.address : null;
  const given = target.address === undefined ? null : canonicalAddress(target.address);
  if (target.address !== undefined && given === null) return 'has an unreadable address';
  const addressText = given ?? hostAddress;
  const name = host?.kind === 'name' ? host.name : null;
  if (addressText === null && name === null) return 'names no host';
  return {
    name,
    address: addressText === null ? null : parseAddress(addressText),
    addressText,
    port: target.port ?? null,
  };
}

function ruleMatches(rule: CompiledRule, parsed: Parsed, phase: Phase): boolean {
  return rule.phases.includes(phase) && rule.to.some((to) => targetMatches(to, parsed) !== null);
}

function ruleMatchesBy(rule: CompiledRule, parsed: Parsed, phase: Phase, by: 'name' | 'cidr'): boolean {
  return rule.phases.includes(phase) && rule.to.some((to) => targetMatches(to, parsed) === by);
}

/** Which part of the target the rule's target caught. A port that is not known yet matches every port. */
function targetMatches(to: Target, parsed: Parsed): 'name' | 'cidr' | null {
  if (to.ports !== undefined && parsed.port !== null && !to.ports.includes(parsed.port)) return null;
  if (to.cidr !== undefined) {
    const cidr = parseCidr(to.cidr);
    if (cidr === null || parsed.address === null) return null;
    const inner = embeddedIPv4(parsed.address);
    return cidrContains(cidr, parsed.address) || (inner !== null && cidrContains(cidr, inner))
      ? 'cidr'
      : null;
  }
  if (parsed.name === null) return null;
  if (to.name !== undefined) return parsed.name === to.name ? 'name' : null;
  return to.suffix !== undefined && isBelow(parsed.name, to.suffix) ? 'name' : null;
}

function reportedBy(policy: CompiledPolicy, parsed: Parsed, phase: Phase): string[] {
  return policy.rules
    .filter((rule) => rule.mode === 'report' && ruleMatches(rule, parsed, phase))
    .map((rule) => rule.id);
}

/** Ids of every rule whose target matches, whatever decides in the end; for `policy explain`. */
export function matchingRules(policy: CompiledPolicy, target: DecisionTarget): CompiledRule[] {
  const parsed = parseTarget(target);
  return typeof parsed === 'string'
    ? []
    : policy.rules.filter((rule) => ruleMatches(rule, parsed, target.phase));
}
