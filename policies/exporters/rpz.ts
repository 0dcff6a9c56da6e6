import { parseAddress } from '../addresses.ts';
import { type Exporter, isIPv6Network, withPrefix } from './export.ts';

/** Response policy zone. The one DNS format that also sees CNAME targets and answered addresses. */
export const rpz: Exporter = {
  format: 'rpz',
  title: 'DNS response policy zone (BIND, unbound, Knot, PowerDNS)',
  comment: ';',
  supportsRedirect: true,
  file: 'stillroom.rpz',
  write(list, policy, options) {
    const serial = serialOf(policy.policy.version);
    const redirected =
      options.mode === 'redirect' ? options.names.map((name) => `${name} A ${options.gateway}`) : [];
    const lines = [
      '$TTL 300',
      `@ SOA localhost. hostmaster.localhost. ${serial} 3600 600 86400 300`,
      '@ NS localhost.',
      ...redirected,
      // A name has one answer: what is redirected is not blocked, too.
      ...[...list.suffixes.flatMap((suffix) => [suffix, `*.${suffix}`]), ...list.names]
        .filter((name) => options.mode === 'block' || !options.names.includes(name))
        .map((name) => `${name} CNAME .`),
      ...list.networks.map((cidr) => `${rpzAddress(cidr)}.rpz-ip CNAME .`),
    ];
    return {
      text: `${lines.join('\n')}\n`,
      limits: [
        'Catches: every spelling, subdomains, names that CNAME to a denied one, and (unbound: module-config "respip validator iterator") answered addresses of denied networks.',
        'unbound: rpz: name: rpz.stillroom, zonefile: FILE, rpz-log: yes. BIND: response-policy { zone "rpz.stillroom"; } qname-wait-recurse no.',
        'Cannot express: ports, Stillroom phases, expiry. A client with its own resolver (DoH) is not stopped here.',
      ],
    };
  },
};

/** RPZ writes a network as prefix and reversed address: 24.0.113.0.203, or 128.zz.1 with zz for the longest run of zeros. */
function rpzAddress(cidr: string): string {
  const [address = '', prefix = ''] = withPrefix(cidr).split('/');
  if (!isIPv6Network(cidr)) return [prefix, ...address.split('.').reverse()].join('.');
  const value = parseAddress(address)?.value ?? 0n;
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  const text = groups.join(':');
  const run = [...text.matchAll(/(?<![0-9a-f])0(?::0(?![0-9a-f]))+/gu)].sort(
    (a, b) => b[0].length - a[0].length,
  )[0];
  const shortened =
    run === undefined
      ? groups
      : [
          text.slice(0, run.index).split(':').filter(Boolean),
          'zz',
          text
            .slice(run.index + run[0].length)
            .split(':')
            .filter(Boolean),
        ].flat();
  return [prefix, ...shortened.reverse()].join('.');
}

/** SOA serials are numbers; versions like 2026.11.24 become 20261124, others 1. */
function serialOf(version: string): number {
  const digits = Number(version.replace(/\D/gu, '').slice(0, 9));
  return digits > 0 ? digits : 1;
}
