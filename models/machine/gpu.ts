/** Which accelerators there are, and for each why the engine can or can't use it. Looks, never loads a driver. */
import type { SystemFiles } from './files.ts';

export interface Accelerator {
  readonly kind: 'cuda' | 'vulkan' | 'metal';
  readonly name: string;
  /** Bytes; null when not known without the driver. */
  readonly memory: number | null;
  readonly usable: boolean;
  /** Why it is not usable, with the remedy; or what it will be used for. */
  readonly sentence: string;
}

export interface GpuFacts {
  readonly platform: string;
  readonly architecture: string;
  /** Output of `nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits`; null when it did not run. */
  readonly nvidiaSmi: string | null;
  /** Engine packages that are installed, like "linux-x64-cuda". */
  readonly enginePackages: readonly string[];
}

const vendors: Readonly<Record<string, string>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };

export function findAccelerators(files: SystemFiles, facts: GpuFacts): Accelerator[] {
  if (facts.platform === 'darwin') return metal(facts);
  return [...nvidia(files, facts), ...vulkan(files, facts)];
}

function metal(facts: GpuFacts): Accelerator[] {
  if (facts.architecture !== 'arm64') return [];
  const installed = facts.enginePackages.some((name) => name.includes('metal'));
  return [
    {
      kind: 'metal',
      name: 'Apple GPU',
      memory: null,
      usable: installed,
      sentence: installed
        ? 'Will be used through Metal; it shares the main memory.'
        : notInstalled('Metal', facts),
    },
  ];
}

function nvidia(files: SystemFiles, facts: GpuFacts): Accelerator[] {
  const driver = files.read('/proc/driver/nvidia/version');
  const devices = files.list('/dev').filter((name) => /^nvidia\d+$/u.test(name));
  if (driver === null && devices.length === 0 && facts.nvidiaSmi === null) return [];
  const installed = facts.enginePackages.some((name) => name.includes('cuda'));
  const cards = (facts.nvidiaSmi ?? '')
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 2);
  if (cards.length === 0) {
    const sentence =
      devices.length === 0
        ? 'The NVIDIA driver is loaded but no device is visible here. In a container, start it with the GPU passed in.'
        : 'An NVIDIA device is there but nvidia-smi does not answer. Install or repair the driver.';
    return [{ kind: 'cuda', name: 'NVIDIA GPU', memory: null, usable: false, sentence }];
  }
  return cards.map(([name = 'NVIDIA GPU', mebibytes]) => ({
    kind: 'cuda',
    name,
    memory: Number(mebibytes) * 1024 * 1024,
    usable: installed,
    sentence: installed ? 'Will be used through CUDA.' : notInstalled('CUDA', facts),
  }));
}

function vulkan(files: SystemFiles, facts: GpuFacts): Accelerator[] {
  const loader = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].some(
    (folder) => files.list(folder).some((name) => name.startsWith('libvulkan.so')),
  );
  const installed = facts.enginePackages.some((name) => name.includes('vulkan'));
  return files
    .list('/sys/class/drm')
    .filter((name) => /^card\d+$/u.test(name))
    .flatMap((card) => {
      const id = files.read(`/sys/class/drm/${card}/device/vendor`);
      const vendor = vendors[id ?? ''];
      // NVIDIA cards are better served by CUDA, and virtual display adapters compute nothing.
      if (vendor === undefined || vendor === 'NVIDIA') return [];
      const memory = Number(files.read(`/sys/class/drm/${card}/device/mem_info_vram_total`) ?? Number.NaN);
      return [vulkanCard(vendor, Number.isFinite(memory) ? memory : null, loader, installed, facts)];
    });
}

function vulkanCard(
  vendor: string,
  memory: number | null,
  loader: boolean,
  installed: boolean,
  facts: GpuFacts,
): Accelerator {
  const remedy = !loader
    ? 'The Vulkan loader is missing. Install the system package libvulkan1 and the driver of the card.'
    : notInstalled('Vulkan', facts);
  const usable = loader && installed;
  return {
    kind: 'vulkan',
    name: `${vendor} GPU`,
    memory,
    usable,
    sentence: usable ? 'Will be used through Vulkan.' : remedy,
  };
}

/** `overrides` in package.json leave the accelerators' binaries out, and npm refuses to install what is overridden by name. */
function notInstalled(library: 'CUDA' | 'Vulkan' | 'Metal', { platform, architecture }: GpuFacts): string {
  if (platform === 'linux' && architecture !== 'x64')
    return `The engine has no ${library} binary for ${architecture}; the processor is used.`;
  return `The engine's ${library} binary is left out by default. In Stillroom's folder run: npm pkg delete overrides && npm install (610 MB).`;
}
