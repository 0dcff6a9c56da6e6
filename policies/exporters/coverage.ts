/** Which exports carry a rule wholly, which in part, which not at all; for `policy explain`. */
import type { Target } from '../schema.ts';

export interface Coverage {
  whole: string[];
  partial: string[];
  none: string[];
}

const byName = ['rpz', 'unbound', 'dnsmasq', 'hosts', 'adguard', 'pihole', 'squid', 'pac', 'list', 'csv'];
const byNetwork = ['rpz', 'squid', 'nftables', 'list', 'csv'];
/** No wildcards there: only the hosts seen so far. */
const withoutWildcards = ['hosts'];
/** Their entry for one exact name also catches what lies below it. */
const withoutExactNames = ['unbound', 'dnsmasq', 'list'];
const withPorts = ['csv'];

export function coverageOf(target: Target): Coverage {
  const able = target.cidr === undefined ? byName : byNetwork;
  const inexact =
    target.suffix !== undefined ? withoutWildcards : target.name !== undefined ? withoutExactNames : [];
  const partial = able.filter(
    (format) => inexact.includes(format) || (target.ports !== undefined && !withPorts.includes(format)),
  );
  return {
    whole: able.filter((format) => !partial.includes(format)),
    partial,
    none: [...new Set([...byName, ...byNetwork])].filter((format) => !able.includes(format)),
  };
}
