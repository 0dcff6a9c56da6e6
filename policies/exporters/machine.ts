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
      `  set denied_${family} { type ${family}_addr; flags interval; elements = { ${networks.join(', ')} } }\n`,
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

const EACCES = 13;
const EAFNOSUPPORT = 97;
const MSG_FASTOPEN = 0x20000000;

export const dockerSeccomp: Exporter = {
  format: 'docker-seccomp',
  title: 'Docker and Podman seccomp profile',
  comment: null,
  supportsRedirect: false,
  file: 'stillroom-seccomp.json',
  write: (_list, policy) => {
    const profile = {
      comment: `Stillroom policy ${policy.policy.id} ${policy.policy.version}, sha256 ${policy.compiled.sha256}; generated. Everything is allowed but what a server that only accepts never needs.`,
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
      syscalls: [
        {
          names: [
            'connect',
            'io_uring_setup',
            'io_uring_enter',
            'io_uring_register',
            'ptrace',
            'process_vm_writev',
            'pidfd_getfd',
          ],
          action: 'SCMP_ACT_ERRNO',
          errnoRet: EACCES,
        },
        // TCP fast open connects by sending.
        ...['sendto', 'sendmmsg'].map((name) => ({
          names: [name],
          action: 'SCMP_ACT_ERRNO',
          errnoRet: EACCES,
          args: [{ index: 3, value: MSG_FASTOPEN, valueTwo: MSG_FASTOPEN, op: 'SCMP_CMP_MASKED_EQ' }],
        })),
        // libseccomp takes the default (allow) where no rule matches, so the refused kinds are listed, not the allowed ones.
        ...refusedSockets(),
      ],
    };
    return {
      text: `${JSON.stringify(profile, null, 2)}\n`,
      limits: [
        "It takes the place of the runtime's default profile, which refuses other things: add it to a container that also drops all capabilities.",
        'Cannot express: names, or that answered connections are fine while opened ones are not; it refuses opening any.',
      ],
    };
  },
};

function refusedSockets(): object[] {
  const families = { unix: 1, inet: 2, netlink: 16, inet6: 10 };
  // Every family but the four above; AF_MAX is 46.
  const others = Array.from({ length: 46 }, (_, family) => family).filter(
    (family) => !Object.values(families).includes(family),
  );
  const datagram = 2;
  const raw = 3;
  return [
    ...others.map((family) => ({
      names: ['socket'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: EAFNOSUPPORT,
      args: [{ index: 0, value: family, op: 'SCMP_CMP_EQ' }],
    })),
    ...[families.inet, families.inet6, families.unix].flatMap((family) =>
      [datagram, raw].map((type) => ({
        names: ['socket'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: EACCES,
        args: [
          { index: 0, value: family, op: 'SCMP_CMP_EQ' },
          { index: 1, value: 0xf, valueTwo: type, op: 'SCMP_CMP_MASKED_EQ' },
        ],
      })),
    ),
  ];
}

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
