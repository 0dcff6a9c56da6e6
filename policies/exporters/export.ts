/** What every exporter gets and gives. One policy in, one file for one kind of gear out. */

import { isBelow } from '../hosts.ts';
import type { LoadedPolicy } from '../load.ts';

export interface ExportOptions {
  mode: 'block' | 'redirect';
  /** Redirect: IPv4 address of the gateway that answers instead. */
  gateway: string | null;
  /** Redirect: exact names answered by the gateway. */
  names: string[];
  /** Take report-only rules and packs as if they were enforced. */
  includeReport: boolean;
  /** nftables: numeric user the gateway runs as. */
  uid: number;
  /** Squid was built with OpenSSL (Debian: squid-openssl), so it can look at server names. */
  squidOpenssl: boolean;
  /** Kubernetes: label selector of the gateway's pods. */
  selector: string;
}

/** Name rules and networks that the policy denies, reduced: nothing below a listed suffix is listed again. */
export interface DenyList {
  suffixes: string[];
  names: string[];
  networks: string[];
  /** Below the suffixes, hosts that were seen; for formats without wildcards. */
  seenHosts: string[];
}

interface Export {
  text: string;
  /** What the format catches and what it can't express; goes into the header. */
  limits: string[];
}

export interface Exporter {
  format: string;
  title: string;
  /** Comment sign of the format, or how to wrap the header; null = the format has no comments (JSON). */
  comment: string | null;
  supportsRedirect: boolean;
  /** Usual file name. */
  file: string;
  write(list: DenyList, policy: LoadedPolicy, options: ExportOptions): Export;
}

/** Denies of single ports are left out, because nearly no format can say them: see `portDenies`. */
export function collectDenies(policy: LoadedPolicy, includeReport: boolean): DenyList {
  const { packs } = policy;
  const targets = deniedTargets(policy, includeReport).filter((to) => to.ports === undefined);
  const all = unique(targets.flatMap((to) => to.suffix ?? []));
  const suffixes = all.filter((suffix) => !all.some((other) => other !== suffix && isBelow(suffix, other)));
  const covered = (name: string) => suffixes.some((suffix) => isBelow(name, suffix));
  const seen = packs.flatMap(({ pack }) =>
    pack.entries.flatMap((entry) => (entry.seen ?? []).map((host) => host.name)),
  );
  return {
    suffixes,
    names: unique(targets.flatMap((to) => to.name ?? [])).filter((name) => !covered(name)),
    networks: unique(targets.flatMap((to) => to.cidr ?? [])),
    seenHosts: unique(seen).filter(covered),
  };
}

/** Denied targets that an export leaves out because they are about single ports, as a head can name them. */
export function portDenies(policy: LoadedPolicy, includeReport: boolean): string[] {
  return deniedTargets(policy, includeReport)
    .filter((to) => to.ports !== undefined)
    .map((to) => `${to.suffix ?? to.name ?? to.cidr ?? ''} port ${to.ports?.join(', ')}`);
}

/** What is denied while serving: a rule for pulls alone is about Stillroom, not about the office. */
function deniedTargets({ compiled }: LoadedPolicy, includeReport: boolean) {
  return compiled.rules
    .filter((rule) => rule.action === 'deny' && (includeReport || rule.mode === 'enforce'))
    .filter((rule) => rule.phases.includes('serve'))
    .flatMap((rule) => rule.to);
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}

export const isIPv6Network = (cidr: string) => cidr.includes(':');
/** A bare address is a network of one. */
export const withPrefix = (cidr: string) =>
  cidr.includes('/') ? cidr : `${cidr}/${isIPv6Network(cidr) ? 128 : 32}`;

export const noAddresses =
  'Names only: a client that knows the address, uses DNS over HTTPS or a relay is not stopped here.';
