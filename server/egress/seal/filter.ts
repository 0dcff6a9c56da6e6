/**
 * The seccomp filters, as data first: which system calls are refused and which arguments decide. `assembleFilter` turns
 * them into BPF, policies' docker-seccomp export and the docs describe the same rules.
 *
 * `sealed`  a server needs accept() and never connect(): no connects, no UDP or raw sockets (so no DNS), no way around
 *           (io_uring, TCP fast open, TCP repair, another process's memory or descriptors).
 * `private` the same, but connect() stays for TCP; Landlock limits its ports and the guard the addresses.
 * `private-unix` as private, and Unix sockets too, which only the guard can tell apart.
 * `child`   the engine: no sockets at all beyond the inherited pipe to its parent and stream pairs for its own children.
 */

export type SealKind = 'sealed' | 'private' | 'private-unix' | 'child';

interface SyscallNumbers {
  auditArchitecture: number;
  /** x86-64 only: numbers from here on are the x32 interface, a second door to the same calls. */
  x32Bit: number | null;
  seccomp: number;
  socket: number;
  socketpair: number;
  connect: number;
  bind: number;
  listen: number;
  accept: number;
  accept4: number;
  sendto: number;
  sendmsg: number;
  sendmmsg: number;
  setsockopt: number;
  ptrace: number;
  processVmWritev: number;
}

// Same number on both architectures (asm-generic numbering since 5.1).
const ioUringSetup = 425;
const pidfdGetfd = 438;

const numbers: Partial<Record<NodeJS.Architecture, SyscallNumbers>> = {
  x64: {
    auditArchitecture: 0xc000003e,
    x32Bit: 0x40000000,
    seccomp: 317,
    socket: 41,
    socketpair: 53,
    connect: 42,
    bind: 49,
    listen: 50,
    accept: 43,
    accept4: 288,
    sendto: 44,
    sendmsg: 46,
    sendmmsg: 307,
    setsockopt: 54,
    ptrace: 101,
    processVmWritev: 311,
  },
  arm64: {
    auditArchitecture: 0xc00000b7,
    x32Bit: null,
    seccomp: 277,
    socket: 198,
    socketpair: 199,
    connect: 203,
    bind: 200,
    listen: 201,
    accept: 202,
    accept4: 242,
    sendto: 206,
    sendmsg: 211,
    sendmmsg: 269,
    setsockopt: 208,
    ptrace: 117,
    processVmWritev: 271,
  },
};

/** Null where the architecture has no tested numbering. */
export function syscallNumbers(architecture: NodeJS.Architecture): SyscallNumbers | null {
  return numbers[architecture] ?? null;
}

const AF = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const SOCK_STREAM = 1;
const SOCK_TYPE_MASK = 0xf;
const IPPROTO_TCP = 6;
const NETLINK_ROUTE = 0;
const MSG_FASTOPEN = 0x20000000;
const TCP_REPAIR = 19;
const EACCES = 13;
const EAFNOSUPPORT = 97;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const refuseWith = (errno: number) => 0x00050000 | errno;

interface Instruction {
  code: number;
  jumpTrue: number;
  jumpFalse: number;
  value: number;
}

const load = (offset: number): Instruction => ({ code: 0x20, jumpTrue: 0, jumpFalse: 0, value: offset });
/** Low half of an argument; every argument looked at here is an int. Both architectures are little-endian. */
const loadArgument = (index: number) => load(16 + index * 8);
const mask = (value: number): Instruction => ({ code: 0x54, jumpTrue: 0, jumpFalse: 0, value });
const answer = (value: number): Instruction => ({ code: 0x06, jumpTrue: 0, jumpFalse: 0, value });
/** Runs `block` when equal, else jumps over it. */
const whenEqual = (value: number, block: Instruction[]): Instruction[] => [
  { code: 0x15, jumpTrue: 0, jumpFalse: block.length, value },
  ...block,
];
const whenAtLeast = (value: number, block: Instruction[]): Instruction[] => [
  { code: 0x35, jumpTrue: 0, jumpFalse: block.length, value },
  ...block,
];
const whenAnyBit = (value: number, block: Instruction[]): Instruction[] => [
  { code: 0x45, jumpTrue: 0, jumpFalse: block.length, value },
  ...block,
];

const allow = [answer(ALLOW)];
const refuse = [answer(refuseWith(EACCES))];

const onlyStream = (argument: number, then: Instruction[]) => [
  loadArgument(argument),
  mask(SOCK_TYPE_MASK),
  ...whenEqual(SOCK_STREAM, then),
  ...refuse,
];

/** TCP only: SCTP can connect by setsockopt, MPTCP and raw sockets have no use here. */
const onlyTcp = onlyStream(1, [
  loadArgument(2),
  ...whenEqual(0, allow),
  ...whenEqual(IPPROTO_TCP, allow),
  ...refuse,
]);

const socketRules = (kind: SealKind) => [
  loadArgument(0),
  // Datagrams would need no connect: /dev/log, a resolver's socket.
  ...whenEqual(AF.unix, kind === 'private' ? refuse : onlyStream(1, allow)),
  ...whenEqual(AF.inet, onlyTcp),
  ...whenEqual(AF.inet6, onlyTcp),
  ...whenEqual(AF.netlink, [loadArgument(2), ...whenEqual(NETLINK_ROUTE, allow), ...refuse]),
  answer(refuseWith(EAFNOSUPPORT)),
];

const noFastOpen = (flags: number) => [loadArgument(flags), ...whenAnyBit(MSG_FASTOPEN, refuse), ...allow];

function syscallRules(kind: SealKind, call: SyscallNumbers): [number, Instruction[]][] {
  const sockets: [number, Instruction[]][] =
    kind === 'child'
      ? [call.socket, call.connect, call.bind, call.listen, call.accept, call.accept4].map((number) => [
          number,
          refuse,
        ])
      : [
          [call.socket, socketRules(kind)],
          ...(kind === 'sealed' ? [[call.connect, refuse] as [number, Instruction[]]] : []),
        ];
  return [
    ...sockets,
    [call.socketpair, onlyStream(1, allow)],
    [call.sendto, noFastOpen(3)],
    [call.sendmsg, noFastOpen(2)],
    [call.sendmmsg, noFastOpen(3)],
    // With CAP_NET_ADMIN a repaired socket is connected without connect().
    [
      call.setsockopt,
      [
        loadArgument(1),
        ...whenEqual(IPPROTO_TCP, [loadArgument(2), ...whenEqual(TCP_REPAIR, refuse), ...allow]),
        ...allow,
      ],
    ],
    [ioUringSetup, refuse],
    [pidfdGetfd, refuse],
    [call.ptrace, refuse],
    [call.processVmWritev, refuse],
  ];
}

/** The filter as an array of `struct sock_filter`, ready for the kernel (or for `bwrap --seccomp`). */
export function assembleFilter(kind: SealKind, call: SyscallNumbers): Buffer {
  const program: Instruction[] = [
    load(4),
    ...whenEqual(call.auditArchitecture, [
      load(0),
      ...(call.x32Bit === null ? [] : whenAtLeast(call.x32Bit, [answer(KILL_PROCESS)])),
      ...syscallRules(kind, call).flatMap(([number, block]) => [...whenEqual(number, block)]),
      ...allow,
    ]),
    answer(KILL_PROCESS),
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, jumpTrue, jumpFalse, value }, index) => {
    if (jumpTrue > 255 || jumpFalse > 255) throw new Error('A BPF jump is too long; split the filter.');
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}
