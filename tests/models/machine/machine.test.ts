import { describe, expect, it } from 'vitest';
import { clockNote, readBoard } from '#models/machine/board.ts';
import { findAccelerators } from '#models/machine/gpu.ts';
import { readIsolation } from '#models/machine/isolation.ts';
import { readMemory } from '#models/machine/memory.ts';
import { readProcessor } from '#models/machine/processor.ts';
import { readStorage } from '#models/machine/storage.ts';
import { fakeSystem } from '../../support/fake-system.ts';

const mib = 1024 * 1024;
const meminfo = (total: number, available: number, swap = 0, swapFree = swap) =>
  `MemTotal:       ${total} kB\nMemFree:  1 kB\nMemAvailable:   ${available} kB\nSwapTotal:      ${swap} kB\nSwapFree:       ${swapFree} kB\n`;

describe('memory a model may take', () => {
  it('is what the kernel calls available when nothing limits it', () => {
    expect(readMemory(fakeSystem({ '/proc/meminfo': meminfo(8_000_000, 6_000_000) }))).toMatchObject({
      total: 8_000_000 * 1024,
      usable: 6_000_000 * 1024,
      limit: null,
    });
  });

  it('ends at the limit of a container, without counting its cached files', () => {
    const memory = readMemory(
      fakeSystem({
        '/proc/meminfo': meminfo(64_000_000, 60_000_000),
        '/proc/self/cgroup': '0::/',
        '/sys/fs/cgroup/memory.max': String(4096 * mib),
        '/sys/fs/cgroup/memory.current': String(3000 * mib),
        '/sys/fs/cgroup/memory.stat': `anon 5\ninactive_file ${1500 * mib}\nactive_file ${500 * mib}\n`,
      }),
    );
    expect(memory.limit).toBe(4096 * mib);
    expect(memory.usable).toBe((4096 - 1000) * mib);
  });

  it('counts the cached files of groups below, too, as cgroup v1 lists them', () => {
    const memory = readMemory(
      fakeSystem({
        '/proc/meminfo': meminfo(64_000_000, 60_000_000),
        '/proc/self/cgroup': '4:memory:/box',
        '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': String(4096 * mib),
        '/sys/fs/cgroup/memory/box/memory.usage_in_bytes': String(3000 * mib),
        '/sys/fs/cgroup/memory/box/memory.stat': `inactive_file 1\nactive_file 2\ntotal_inactive_file ${2000 * mib}\ntotal_active_file ${500 * mib}\n`,
      }),
    );
    expect(memory.usable).toBe((4096 - 500) * mib);
  });

  it('ends at the tightest limit of all groups around the process', () => {
    const memory = readMemory(
      fakeSystem({
        '/proc/meminfo': meminfo(64_000_000, 60_000_000),
        '/proc/self/cgroup': '0::/system.slice/stillroom.service',
        '/sys/fs/cgroup/system.slice/memory.max': String(2048 * mib),
        '/sys/fs/cgroup/system.slice/stillroom.service/memory.max': 'max',
      }),
    );
    expect(memory.usable).toBe(2048 * mib);
  });

  it('knows the older kind of control group and its "no limit"', () => {
    const system = {
      '/proc/meminfo': meminfo(8_000_000, 6_000_000),
      '/proc/self/cgroup': '4:memory:/box\n1:cpu:/box',
      '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': String(1024 * mib),
      '/sys/fs/cgroup/memory/box/memory.usage_in_bytes': String(100 * mib),
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    };
    expect(readMemory(fakeSystem(system)).usable).toBe(924 * mib);
  });

  it('tells swap that is in use', () => {
    expect(
      readMemory(fakeSystem({ '/proc/meminfo': meminfo(4_000_000, 500_000, 2_000_000, 500_000) })),
    ).toMatchObject({
      swapTotal: 2_000_000 * 1024,
      swapUsed: 1_500_000 * 1024,
    });
  });
});

describe('the processor', () => {
  const cpuinfo = (count: number, rest: string) =>
    Array.from({ length: count }, (_, n) => `processor\t: ${n}\n${rest}`).join('\n\n');

  it('of a Raspberry Pi 5 is known by its instructions and its board', () => {
    const processor = readProcessor(
      fakeSystem({
        '/proc/cpuinfo': `${cpuinfo(4, 'Features\t: fp asimd evtstrm aes crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp')}\n\nModel\t: Raspberry Pi 5 Model B Rev 1.0\n`,
        '/proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
        '/proc/self/status': 'Cpus_allowed_list:\t0-3\n',
      }),
      'arm64',
    );
    expect(processor).toEqual({
      model: 'Raspberry Pi 5 Model B Rev 1.0',
      architecture: 'arm64',
      features: ['asimd', 'asimddp'],
      logicalCores: 4,
      physicalCores: 4,
      allowedCores: 4,
      quotaCores: null,
      usableCores: 4,
    });
  });

  it('counts hyper-threads of a core once, and no core that it may not use', () => {
    const files: Record<string, string> = {
      '/proc/cpuinfo': cpuinfo(
        8,
        'model name\t: Some CPU @ 3.00GHz\nflags\t\t: fpu sse4_2 avx avx2 fma f16c',
      ),
      '/proc/self/status': 'Cpus_allowed_list:\t0-1,4-5\n',
    };
    for (let n = 0; n < 8; n++)
      files[`/sys/devices/system/cpu/cpu${n}/topology/thread_siblings_list`] = `${n % 4},${(n % 4) + 4}`;
    expect(readProcessor(fakeSystem(files), 'x64')).toMatchObject({
      physicalCores: 4,
      allowedCores: 4,
      usableCores: 4,
    });
    files['/proc/self/status'] = 'Cpus_allowed_list:\t0\n';
    expect(readProcessor(fakeSystem(files), 'x64').usableCores).toBe(1);
  });

  it.each([
    [{ '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cpu.max': '150000 100000' }, 1.5, 1],
    [{ '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cpu.max': '50000 100000' }, 0.5, 1],
    [{ '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cpu.max': 'max 100000' }, null, 4],
    [
      {
        '/proc/self/cgroup': '1:cpu,cpuacct:/box',
        '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '200000',
        '/sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '100000',
      },
      2,
      2,
    ],
  ])('respects the time limit of a container: %j', (limits, quotaCores, usableCores) => {
    const processor = readProcessor(
      fakeSystem({ '/proc/cpuinfo': cpuinfo(4, 'flags\t: avx2'), ...limits }),
      'x64',
    );
    expect(processor).toMatchObject({ quotaCores, usableCores });
  });
});

describe('accelerators', () => {
  const facts = { platform: 'linux', architecture: 'x64', nvidiaSmi: null, enginePackages: ['linux-x64'] };

  it('are none on a plain server', () => {
    expect(findAccelerators(fakeSystem({ '/sys/class/drm/card0/device/vendor': '0x1234' }), facts)).toEqual(
      [],
    );
  });

  it('an NVIDIA card without the engine package is named with the remedy', () => {
    const found = findAccelerators(
      fakeSystem({ '/dev/nvidia0': '', '/proc/driver/nvidia/version': 'NVRM' }),
      {
        ...facts,
        nvidiaSmi: 'NVIDIA GeForce RTX 4090, 24564',
      },
    );
    expect(found).toEqual([
      {
        kind: 'cuda',
        name: 'NVIDIA GeForce RTX 4090',
        memory: 24564 * mib,
        usable: false,
        sentence: expect.stringMatching(/CUDA binary .*npm pkg delete overrides/u),
      },
    ]);
  });

  it('an NVIDIA card with the engine package is used', () => {
    const found = findAccelerators(fakeSystem({ '/dev/nvidia0': '' }), {
      ...facts,
      nvidiaSmi: 'NVIDIA A, 100\nNVIDIA B, 200',
      enginePackages: ['linux-x64', 'linux-x64-cuda'],
    });
    expect(found.map((each) => each.usable)).toEqual([true, true]);
  });

  it.each([
    [{ '/proc/driver/nvidia/version': 'NVRM' }, 'In a container'],
    [{ '/dev/nvidia0': '' }, 'repair the driver'],
  ])('a half-visible NVIDIA card is explained: %j', (files, sentence) => {
    expect(findAccelerators(fakeSystem(files as unknown as Record<string, string>), facts)[0]).toMatchObject({
      usable: false,
      sentence: expect.stringContaining(sentence),
    });
  });

  it('an AMD card needs loader and package, in this order', () => {
    const card = {
      '/sys/class/drm/card0/device/vendor': '0x1002',
      '/sys/class/drm/card0/device/mem_info_vram_total': String(16 * 1024 * mib),
    };
    expect(findAccelerators(fakeSystem(card), facts)[0]).toMatchObject({
      kind: 'vulkan',
      memory: 16 * 1024 * mib,
      sentence: expect.stringContaining('libvulkan1'),
    });
    const loader = { ...card, '/usr/lib/x86_64-linux-gnu/libvulkan.so.1': '' };
    expect(findAccelerators(fakeSystem(loader), facts)[0]?.sentence).toMatch(/Vulkan binary .*overrides/u);
    expect(
      findAccelerators(fakeSystem(loader), { ...facts, enginePackages: ['linux-x64-vulkan'] })[0]?.usable,
    ).toBe(true);
  });

  it('where the engine has no binary for a card, nothing is offered to be installed', () => {
    const [found] = findAccelerators(fakeSystem({ '/dev/nvidia0': '' }), {
      ...facts,
      architecture: 'arm64',
      nvidiaSmi: 'NVIDIA Thor, 1000',
    });
    expect(found).toMatchObject({
      usable: false,
      sentence: 'The engine has no CUDA binary for arm64; the processor is used.',
    });
  });

  it('Apple silicon has Metal', () => {
    const mac = { ...facts, platform: 'darwin', architecture: 'arm64' };
    expect(findAccelerators(fakeSystem({}), { ...mac, enginePackages: ['mac-arm64-metal'] })).toMatchObject([
      { kind: 'metal', usable: true },
    ]);
    expect(findAccelerators(fakeSystem({}), mac)).toMatchObject([
      { kind: 'metal', usable: false, sentence: expect.stringContaining('overrides') },
    ]);
  });
});

describe('a board', () => {
  it('that is throttled and undervolted says so, from the program or from the kernel', () => {
    for (const board of [
      readBoard(fakeSystem({}), 'throttled=0x50005'),
      readBoard(fakeSystem({ '/sys/devices/platform/soc/soc:firmware/get_throttled': '50005' })),
    ]) {
      expect(board.throttled).toBe(true);
      expect(board.notes[0]).toMatch(/supply voltage is too low right now/u);
    }
  });

  it('that was throttled earlier says that', () => {
    const board = readBoard(fakeSystem({}), 'throttled=0x40000');
    expect(board).toMatchObject({
      throttled: false,
      notes: [expect.stringContaining('happened since the board was switched on')],
    });
  });

  it('reports its hottest zone and a capped frequency', () => {
    const board = readBoard(
      fakeSystem({
        '/sys/class/thermal/thermal_zone0/temp': '61234',
        '/sys/class/thermal/thermal_zone0/type': 'cpu-thermal',
        '/sys/class/thermal/thermal_zone1/temp': '48000',
        '/sys/class/thermal/cooling_device0/type': 'pwm-fan',
        '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq': '2400000',
        '/sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq': '1500000',
      }),
    );
    expect(board.temperature).toBeCloseTo(61.2, 1);
    expect(board.zones).toHaveLength(2);
    expect(board.notes).toEqual(['The processor is limited to 1.5 of 2.4 GHz.']);
  });

  it('without a battery-backed clock is told to set it', () => {
    expect(clockNote(new Date('1970-01-01T00:01:00Z'), fakeSystem({}))).toContain("can't be");
    expect(
      clockNote(new Date('2027-01-01T00:00:00Z'), fakeSystem({ '/run/systemd/timesync/clock': '' })),
    ).toContain('not synchronised');
    expect(
      clockNote(new Date('2027-01-01T00:00:00Z'), fakeSystem({ '/run/systemd/timesync/synchronized': '' })),
    ).toBeNull();
  });
});

describe('what the kernel offers for isolation', () => {
  it('is read, and unknown where it can’t be', () => {
    expect(readIsolation(fakeSystem({}))).toEqual({
      userNamespaces: 'unknown',
      seccomp: 'unknown',
      landlock: 'unknown',
    });
    expect(
      readIsolation(
        fakeSystem({
          '/proc/sys/user/max_user_namespaces': '1000',
          '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1',
          '/proc/sys/kernel/seccomp/actions_avail': 'kill_process allow',
          '/sys/kernel/security/lsm': 'capability,landlock,yama',
        }),
      ),
    ).toEqual({ userNamespaces: 'no', seccomp: 'yes', landlock: 'yes' });
  });
});

describe('the disk', () => {
  it('is recognised as a memory card by the longest mount point', () => {
    const mounts = '1 0 8:1 / / rw - ext4 /dev/nvme0n1p2 rw\n2 1 179:2 / /tmp rw - ext4 /dev/mmcblk0p2 rw';
    expect(readStorage(fakeSystem({ '/proc/self/mountinfo': mounts }), '/tmp/not/there/yet')).toMatchObject({
      device: '/dev/mmcblk0p2',
      isCard: true,
    });
  });
});
