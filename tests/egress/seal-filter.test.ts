import { describe, expect, it } from 'vitest';
import { assembleFilter, type SealKind, syscallNumbers } from '#server/egress/seal/filter.ts';

const EACCES = 13;
const EAFNOSUPPORT = 97;

/** Runs a classic BPF program as the kernel does; the arm64 filter can't be loaded on another machine, but it can be run. */
function run(program: Buffer, data: { nr: number; arch: number; args: number[] }): string {
  const memory = Buffer.alloc(64);
  memory.writeUInt32LE(data.nr, 0);
  memory.writeUInt32LE(data.arch, 4);
  for (const [index, value] of data.args.entries()) memory.writeUInt32LE(value >>> 0, 16 + index * 8);
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const [whenTrue, whenFalse] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const value = program.readUInt32LE(at * 8 + 4);
    const jump = (condition: boolean) => (at += condition ? whenTrue : whenFalse);
    if (code === 0x20) accumulator = memory.readUInt32LE(value);
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x15) jump(accumulator === value);
    else if (code === 0x35) jump(accumulator >= value);
    else if (code === 0x45) jump((accumulator & value) !== 0);
    else if (code === 0x06) {
      if (value === 0x7fff0000) return 'allow';
      return value === 0x80000000 ? 'kill' : `errno ${value & 0xffff}`;
    } else throw new Error(`unknown instruction ${code}`);
  }
}

describe.each(['x64', 'arm64'] as const)('the seccomp filter on %s', (architecture) => {
  const numbers = syscallNumbers(architecture);
  if (numbers === null) throw new Error('no numbers');
  const call = (kind: SealKind, nr: number, ...args: number[]) =>
    run(assembleFilter(kind, numbers), { nr, arch: numbers.auditArchitecture, args });

  it('lets a server listen and accept, and never connect', () => {
    expect(call('sealed', numbers.accept4)).toBe('allow');
    expect(call('sealed', numbers.bind)).toBe('allow');
    expect(call('sealed', numbers.connect)).toBe(`errno ${EACCES}`);
    expect(call('private', numbers.connect)).toBe('allow');
    expect(call('private', numbers.socket, 2, 2, 0)).toBe(`errno ${EACCES}`);
    expect(call('private', numbers.socket, 1, 1, 0)).toBe(`errno ${EACCES}`);
    expect(call('private-unix', numbers.socket, 1, 1, 0)).toBe('allow');
  });

  it('gives TCP and stream Unix sockets, and no others', () => {
    const cloexec = 0x80000;
    const cases: [string, number, number, number, string][] = [
      ['TCP', 2, 1, 0, 'allow'],
      ['TCP, flags', 2, 1 | cloexec, 6, 'allow'],
      ['TCP over IPv6', 10, 1, 6, 'allow'],
      ['UDP', 2, 2, 0, `errno ${EACCES}`],
      ['UDP over IPv6', 10, 2 | cloexec, 17, `errno ${EACCES}`],
      ['raw', 2, 3, 1, `errno ${EACCES}`],
      ['SCTP', 2, 1, 132, `errno ${EACCES}`],
      ['multipath TCP', 2, 1, 262, `errno ${EACCES}`],
      ['Unix stream', 1, 1, 0, 'allow'],
      ['Unix datagram', 1, 2, 0, `errno ${EACCES}`],
      ['routing netlink', 16, 3, 0, 'allow'],
      ['other netlink', 16, 3, 12, `errno ${EACCES}`],
      ['packet', 17, 3, 0, `errno ${EAFNOSUPPORT}`],
      ['Bluetooth', 31, 1, 0, `errno ${EAFNOSUPPORT}`],
      ['VSOCK', 40, 1, 0, `errno ${EAFNOSUPPORT}`],
    ];
    for (const [name, domain, type, protocol, verdict] of cases) {
      expect(call('sealed', numbers.socket, domain, type, protocol), name).toBe(verdict);
    }
  });

  it('closes the ways round connect', () => {
    const fastOpen = 0x20000000;
    expect(call('sealed', numbers.sendto, 3, 0, 0, fastOpen | 0x4000)).toBe(`errno ${EACCES}`);
    expect(call('sealed', numbers.sendto, 3, 0, 0, 0x4000)).toBe('allow');
    expect(call('sealed', numbers.sendmsg, 3, 0, fastOpen)).toBe(`errno ${EACCES}`);
    expect(call('sealed', numbers.sendmmsg, 3, 0, 1, fastOpen)).toBe(`errno ${EACCES}`);
    expect(call('sealed', numbers.setsockopt, 3, 6, 19)).toBe(`errno ${EACCES}`);
    expect(call('sealed', numbers.setsockopt, 3, 6, 1)).toBe('allow');
    for (const nr of [425, 438, numbers.ptrace, numbers.processVmWritev])
      expect(call('sealed', nr)).toBe(`errno ${EACCES}`);
  });

  it('leaves a child no socket but a stream pair', () => {
    for (const nr of [
      numbers.socket,
      numbers.connect,
      numbers.bind,
      numbers.listen,
      numbers.accept,
      numbers.accept4,
    ]) {
      expect(call('child', nr, 1, 1, 0)).toBe(`errno ${EACCES}`);
    }
    expect(call('child', numbers.socketpair, 1, 1, 0)).toBe('allow');
    expect(call('child', numbers.socketpair, 1, 2, 0)).toBe(`errno ${EACCES}`);
  });

  it('ends a process that speaks another system-call interface', () => {
    const program = assembleFilter('sealed', numbers);
    expect(run(program, { nr: 1, arch: 0x40000003, args: [] })).toBe('kill');
    if (architecture === 'x64') expect(call('sealed', 0x40000000 + numbers.connect)).toBe('kill');
  });
});
