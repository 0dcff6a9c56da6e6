/** The machine or container that Stillroom runs on. These do not block the cloud for others; they let Stillroom out nowhere. */
import { type Exporter, isIPv6Network, withPrefix } from './export.ts';

export const nftables: Exporter = {
  format: 'nftables',
  title: 'nftables by user id',
  comment: '#',
  supportsRedirect: false,
  file: 'stillroom.nft',
  write: (list, _policy, { uid }) => {
    const sets = (['ipv4', 'ipv6'] as const).map((family) => ({
      family,
      networks: list.networks.map(withPrefix).filter((cidr) => isIPv6Network(cidr) === (family === 'ipv6')),
    }));
    return {
      // Declared, deleted and made anew in one transaction: loads whether or not an older one is there.
      text: `table inet stillroom {}
delete table inet stillroom
table inet stillroom {
  counter service_denied {}
  counter network_denied {}
${sets
  .filter(({ networks }) => networks.length > 0)
  .map(
    ({ family, networks }) =>
      `  set denied_${family} { type ${family}_addr; flags interval; auto-merge; elements = { ${networks.join(', ')} } }\n`,
  )
  .join('')}  chain output {
    type filter hook output priority filter; policy accept;
    oifname "lo" accept
    ct state established,related accept
    meta skuid ${uid} counter name service_denied reject
${sets
  .filter(({ networks }) => networks.length > 0)
  .map(
    ({ family }) =>
      `    ${family === 'ipv4' ? 'ip' : 'ip6'} daddr @denied_${family} counter name network_denied reject\n`,
  )
  .join('')}  }
}
`,
      limits: [
        `Stillroom's user ${uid} may answer (established) and talk to the own machine, and nothing else; counters: nft list counters table inet stillroom.`,
        'Cannot express: names. Denied names are for the DNS and proxy formats; denied networks hold for every user.',
        'Programs that Stillroom starts run as the same user and are covered; programs of other users are not.',
      ],
    };
  },
};

export const systemd: Exporter = {
  format: 'systemd',
  title: 'systemd drop-in',
  comment: '#',
  supportsRedirect: false,
  file: 'stillroom.service.d/egress.conf',
  write: () => ({
    text: `[Service]
NoNewPrivileges=yes
IPAddressDeny=any
IPAddressAllow=localhost
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=~connect sendmmsg io_uring_setup io_uring_enter io_uring_register ptrace process_vm_writev pidfd_getfd
SystemCallErrorNumber=EACCES
`,
    limits: [
      'IPAddressDeny filters both directions: add IPAddressAllow= for the networks your people sit in, else only this machine reaches the chat.',
      'IPAddress* needs cgroup BPF; systemd ignores it silently where the kernel lacks it (systemd-analyze security shows it).',
      'Cannot express: names.',
    ],
  }),
};

export const kubernetes: Exporter = {
  format: 'kubernetes',
  title: 'Kubernetes NetworkPolicy',
  comment: '#',
  supportsRedirect: false,
  file: 'stillroom-networkpolicy.yaml',
  write: (_list, _policy, { selector }) => {
    const [key = 'app.kubernetes.io/name', value = 'stillroom'] = selector.split('=');
    return {
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: stillroom-no-egress
spec:
  podSelector:
    matchLabels:
      ${key}: ${value}
  policyTypes:
    - Egress
  egress: []
`,
      limits: [
        "Stillroom's pods may open no connection at all, DNS included. Needs a network plugin that enforces NetworkPolicy.",
        'Cannot express: denied names for other pods. Kubernetes deliberately has no deny by name (NPEP-133): a plugin never knows every address.',
      ],
    };
  },
};
