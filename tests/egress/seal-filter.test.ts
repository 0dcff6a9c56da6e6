import { describe, expect, it } from 'vitest';
import { defaultExportOptions, exportPolicy } from '#policies/exporters/all.ts';
import { defaultPolicyText, loadPolicy } from '#policies/load.ts';
import { assembleFilter, type SealKind, syscallNumbers } from '#server/egress/seal/filter.ts';
import { runBpf as run } from './bpf.ts';

const EACCES = 13;
const EAFNOSUPPORT = 97;

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

describe('the exported container profile', () => {
  interface Rule {
    names: string[];
    errnoRet: number;
    args?: { index: number; value: number; valueTwo?: number; op: string }[];
  }
  const policy = loadPolicy(defaultPolicyText, 'default', Date.now());
  const profile = JSON.parse(exportPolicy(policy, 'docker-seccomp', defaultExportOptions).text) as {
    syscalls: Rule[];
  };

  /** As libseccomp decides: any rule of the call whose conditions all hold refuses. */
  function verdict(name: string, args: number[]): string {
    const holds = ({ index, value, valueTwo, op }: NonNullable<Rule['args']>[number]) => {
      const argument = args[index] ?? 0;
      if (op === 'SCMP_CMP_EQ') return argument === value;
      if (op === 'SCMP_CMP_NE') return argument !== value;
      return (argument & value) >>> 0 === valueTwo;
    };
    const rule = profile.syscalls.find(
      ({ names, args: conditions = [] }) => names.includes(name) && conditions.every(holds),
    );
    return rule === undefined ? 'allow' : `errno ${rule.errnoRet}`;
  }

  it("refuses exactly what the launcher's filter refuses", () => {
    const numbers = syscallNumbers('x64');
    if (numbers === null) throw new Error('no numbers');
    const program = assembleFilter('sealed', numbers);
    const compare = (name: keyof typeof numbers, ...args: number[]) => {
      const kernel = run(program, { nr: Number(numbers[name]), arch: numbers.auditArchitecture, args });
      expect(verdict(name, args), `${name}(${args.join(', ')})`).toBe(kernel);
    };
    for (let family = 0; family < 46; family += 1) {
      for (const type of [1, 2, 3, 4, 5, 6, 10, 1 | 0x80000, 2 | 0x800]) {
        for (const protocol of [0, 6, 132, 262]) {
          // Streams of an unknown protocol are the one thing the profile can't name; the kernel has none.
          if (![2, 10].includes(family) || [1, 1 | 0x80000].includes(type) || protocol === 0)
            compare('socket', family, type, protocol);
        }
      }
    }
    for (const type of [1, 2, 3, 5]) compare('socketpair', 1, type, 0);
    for (const flags of [0, 0x4000, 0x20000000, 0x20004000]) {
      compare('sendto', 3, 0, 0, flags);
      compare('sendmsg', 3, 0, flags);
      compare('sendmmsg', 3, 0, 0, flags);
    }
    for (const option of [1, 19]) compare('setsockopt', 3, 6, option);
    for (const name of ['connect', 'bind', 'listen', 'accept', 'accept4', 'ptrace'] as const)
      compare(name, 3, 0, 0);
  });
});
