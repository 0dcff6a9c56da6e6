/** Web proxies and browsers. */
import { type Exporter, withPrefix } from './export.ts';

export const squid: Exporter = {
  format: 'squid',
  title: 'Squid access rules',
  comment: '#',
  supportsRedirect: false,
  file: 'stillroom-squid.conf',
  write: (list, _policy, { squidOpenssl }) => {
    const domains = [...list.suffixes.map((name) => `.${name}`), ...list.names];
    // -n: the name as asked for, without a reverse lookup of addresses.
    const lines = domains.length > 0 ? [`acl stillroom_names dstdomain -n ${domains.join(' ')}`] : [];
    if (list.networks.length > 0)
      lines.push(`acl stillroom_networks dst ${list.networks.map(withPrefix).join(' ')}`);
    if (squidOpenssl && domains.length > 0)
      lines.push(`acl stillroom_tls ssl::server_name ${domains.join(' ')}`);
    const rules = lines.map((line) => `http_access deny ${line.split(' ')[1]}`);
    return {
      text: [...lines, ...rules, ''].join('\n'),
      limits: [
        'Catches: requests and CONNECT by name, in every spelling and with subdomains. Include it before the first "http_access allow".',
        list.networks.length > 0
          ? 'Denied networks are caught for every name that resolves into them, CNAMEs included.'
          : 'Not caught: a foreign name that CNAMEs to a denied one, and addresses (the policy denies no networks).',
        squidOpenssl
          ? 'Server names inside CONNECT tunnels are seen where ssl_bump peeks; needs squid-openssl.'
          : 'Not seen: the server name inside a CONNECT tunnel to another host (needs squid-openssl and --squid-openssl).',
        'Only traffic that goes through the proxy; block direct web traffic at the edge.',
      ],
    };
  },
};

export const pac: Exporter = {
  format: 'pac',
  title: 'proxy auto-config',
  comment: '//',
  supportsRedirect: false,
  file: 'stillroom.pac',
  write: (list) => ({
    text: `function FindProxyForURL(url, host) {
  host = host.toLowerCase().replace(/\\.+$/, '');
  var suffixes = ${JSON.stringify(list.suffixes)};
  var names = ${JSON.stringify(list.names)};
  for (var i = 0; i < suffixes.length; i++) {
    if (host === suffixes[i] || host.slice(-suffixes[i].length - 1) === '.' + suffixes[i]) return 'PROXY 127.0.0.1:9';
  }
  if (names.indexOf(host) !== -1) return 'PROXY 127.0.0.1:9';
  return 'DIRECT';
}
`,
    limits: [
      'A convenience, not a barrier: programs that ignore the PAC file are not stopped.',
      'Denied hosts are sent to a closed port. Replace DIRECT with your own proxy where you have one.',
      'Cannot express: networks (a PAC file would have to look every name up).',
    ],
  }),
};
