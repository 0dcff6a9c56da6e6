import type { Exporter } from './export.ts';

/**
 * The gateway's seal as a profile for Docker, Podman and containerd. The default is "allow" and rules can only name what is
 * refused, so every refused kind is listed; a test compares the outcome with the filter that the launcher loads.
 */
export const dockerSeccomp: Exporter = {
  format: 'docker-seccomp',
  title: 'Docker and Podman seccomp profile',
  comment: null,
  supportsRedirect: false,
  file: 'stillroom-seccomp.json',
  write: (_list, { policy, compiled }) => {
    const profile = {
      comment: `Stillroom policy ${policy.id} ${policy.version}, sha256 ${compiled.sha256}; generated. Refuses what a server that only accepts never needs.`,
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
      syscalls: [
        refuse(['connect', 'io_uring_setup', 'ptrace', 'process_vm_writev', 'pidfd_getfd'], EACCES),
        ...refusedSockets(),
        // TCP fast open connects by sending.
        refuse(['sendto', 'sendmmsg'], EACCES, masked(3, MSG_FASTOPEN, MSG_FASTOPEN)),
        refuse(['sendmsg'], EACCES, masked(2, MSG_FASTOPEN, MSG_FASTOPEN)),
        // A repaired socket is connected without connect().
        refuse(['setsockopt'], EACCES, equal(1, IPPROTO_TCP), equal(2, TCP_REPAIR)),
      ],
    };
    return {
      text: `${JSON.stringify(profile, null, 2)}\n`,
      limits: [
        "It takes the place of the runtime's default profile, which refuses other things: use it for a container that also drops all capabilities.",
        'Cannot express: names, networks.',
      ],
    };
  },
};

const EACCES = 13;
const EAFNOSUPPORT = 97;
const MSG_FASTOPEN = 0x20000000;
const IPPROTO_TCP = 6;
const TCP_REPAIR = 19;
const families = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
/** AF_MAX of Linux 6. */
const familyCount = 46;
/** Datagram, raw, reliable datagram, sequenced packet, DCCP, packet: everything but a stream. */
const otherTypes = [2, 3, 4, 5, 6, 10];
/** Stream protocols that connect in their own ways: SCTP, multipath TCP. */
const otherStreams = [132, 262];

interface Condition {
  index: number;
  value: number;
  valueTwo?: number;
  op: 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_MASKED_EQ';
}

const equal = (index: number, value: number): Condition => ({ index, value, op: 'SCMP_CMP_EQ' });
/** libseccomp: value is the mask, valueTwo what must remain. */
const masked = (index: number, mask: number, value: number): Condition => ({
  index,
  value: mask,
  valueTwo: value,
  op: 'SCMP_CMP_MASKED_EQ',
});

function refuse(names: string[], errnoRet: number, ...args: Condition[]) {
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet, ...(args.length === 0 ? {} : { args }) };
}

function refusedSockets() {
  const own: number[] = Object.values(families);
  const foreign = Array.from({ length: familyCount }, (_, family) => family).filter(
    (family) => !own.includes(family),
  );
  const ofType = (call: string, type: number, ...more: Condition[]) =>
    refuse([call], EACCES, ...more, masked(1, 0xf, type));
  return [
    ...foreign.map((family) => refuse(['socket'], EAFNOSUPPORT, equal(0, family))),
    ...[families.unix, families.inet, families.inet6].flatMap((family) =>
      otherTypes.map((type) => ofType('socket', type, equal(0, family))),
    ),
    ...[families.inet, families.inet6].flatMap((family) =>
      otherStreams.map((protocol) => refuse(['socket'], EACCES, equal(0, family), equal(2, protocol))),
    ),
    refuse(['socket'], EACCES, equal(0, families.netlink), { index: 2, value: 0, op: 'SCMP_CMP_NE' }),
    ...otherTypes.map((type) => ofType('socketpair', type)),
  ];
}
