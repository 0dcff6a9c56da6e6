/** DNS servers and filters that match names only. */
import { type Exporter, noAddresses } from './export.ts';

const cloak =
  'Not caught: a foreign name that CNAMEs to a denied one, and denied networks in answers. Use the rpz format for those.';

/** What a server that answers for whole zones catches; `names` = the exact names, which become zones too. */
function zoneLimits(names: readonly string[]): string[] {
  const below = names.length > 0 ? [`Exact names also lose what is below them: ${names.join(', ')}.`] : [];
  return ['Catches: every spelling and, for suffixes, every subdomain.', ...below, cloak, noAddresses];
}

export const unbound: Exporter = {
  format: 'unbound',
  title: 'unbound local zones',
  comment: '#',
  supportsRedirect: true,
  file: 'stillroom-unbound.conf',
  write: (list, _policy, options) => {
    const redirect = options.mode === 'redirect' ? options.names : [];
    // A name inside an always_nxdomain zone can't have data of its own, so the zone becomes static then.
    const zone = (name: string) =>
      redirect.some((own) => own === name || own.endsWith(`.${name}`)) ? 'static' : 'always_nxdomain';
    return {
      text: [
        'server:',
        ...[...list.suffixes, ...list.names].map(
          (name) =>
            `  local-zone: "${name}." ${list.suffixes.includes(name) ? zone(name) : 'always_nxdomain'}`,
        ),
        ...redirect.map((name) => `  local-data: "${name}. 300 IN A ${options.gateway}"`),
        '',
      ].join('\n'),
      limits: zoneLimits(list.names),
    };
  },
};

export const dnsmasq: Exporter = {
  format: 'dnsmasq',
  title: 'dnsmasq',
  comment: '#',
  supportsRedirect: true,
  file: 'stillroom-dnsmasq.conf',
  write: (list, _policy, options) => ({
    text: [
      // The longest match wins, so a redirected name may stand beside its denied suffix.
      ...(options.mode === 'redirect'
        ? options.names.map((name) => `address=/${name}/${options.gateway}`)
        : []),
      ...[...list.suffixes, ...list.names].map((name) => `address=/${name}/`),
      '',
    ].join('\n'),
    limits: zoneLimits(list.names),
  }),
};

export const hosts: Exporter = {
  format: 'hosts',
  title: 'hosts file',
  comment: '#',
  supportsRedirect: true,
  file: 'stillroom-hosts',
  write: (list, _policy, options) => {
    const redirect = options.mode === 'redirect' ? options.names : [];
    const exact = [...new Set([...list.suffixes, ...list.seenHosts, ...list.names])].filter(
      (name) => !redirect.includes(name),
    );
    return {
      text: [
        ...redirect.map((name) => `${options.gateway} ${name}`),
        ...exact.flatMap((name) => [`0.0.0.0 ${name}`, `:: ${name}`]),
        '',
      ].join('\n'),
      limits: [
        'Partial: the format has no wildcards, so only the hosts seen so far are listed; a new subdomain is not caught.',
        cloak,
        noAddresses,
      ],
    };
  },
};

export const adguard: Exporter = {
  format: 'adguard',
  title: 'AdGuard Home, AdGuard DNS',
  comment: '!',
  supportsRedirect: true,
  file: 'stillroom-adguard.txt',
  write: (list, _policy, options) => ({
    text: [
      ...(options.mode === 'redirect'
        ? options.names.map((name) => `|${name}^$dnsrewrite=NOERROR;A;${options.gateway}`)
        : []),
      ...list.suffixes.map((name) => `||${name}^`),
      ...list.names.map((name) => `|${name}^`),
      '',
    ].join('\n'),
    limits: [
      'Catches: every spelling and subdomains. Not loaded into a real AdGuard by our tests.',
      'Cannot express: networks, ports.',
      noAddresses,
    ],
  }),
};

export const pihole: Exporter = {
  format: 'pihole',
  title: 'Pi-hole regular expressions',
  comment: null,
  supportsRedirect: false,
  file: 'stillroom-pihole.txt',
  write: (list) => ({
    text: [
      ...list.suffixes.map((name) => `(\\.|^)${escapeDots(name)}$`),
      ...list.names.map((name) => `^${escapeDots(name)}$`),
      '',
    ].join('\n'),
    limits: [
      'Catches: every spelling and subdomains. Not loaded into a real Pi-hole by our tests.',
      'Cannot express: networks, ports.',
      noAddresses,
    ],
  }),
};

const escapeDots = (name: string) => name.replaceAll('.', '\\.');

export const firefoxCanary: Exporter = {
  format: 'firefox-doh-canary',
  title: 'Firefox DNS-over-HTTPS canary (dnsmasq syntax)',
  comment: '#',
  supportsRedirect: false,
  file: 'stillroom-firefox-canary.conf',
  write: () => ({
    text: 'address=/use-application-dns.net/\n',
    limits: [
      'Asks Firefox to leave its default DNS over HTTPS off, so that the other DNS rules are seen. A person who switched DoH on keeps it.',
      'Other browsers follow their management policies instead. Also block known DoH servers and udp/443 at the edge.',
    ],
  }),
};
