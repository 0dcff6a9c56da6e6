import type { SystemFiles } from './files.ts';

/**
 * Folders of the control groups around this process, innermost first; limits of any of them apply. Covers cgroup v2, v1
 * (memory and cpu controllers) and containers, where the own group is mounted at the root.
 */
export function cgroupFolders(files: SystemFiles, controller: 'memory' | 'cpu' = 'memory'): string[] {
  const found: string[] = [];
  for (const line of (files.read('/proc/self/cgroup') ?? '').split('\n')) {
    const [id, controllers = '', path = ''] = line.split(':');
    if (id === '0') found.push(...upwards('/sys/fs/cgroup', path));
    else if (controllers.split(',').includes(controller))
      found.push(...upwards(`/sys/fs/cgroup/${controller}`, path));
  }
  return [...new Set(found)];
}

function upwards(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, n) =>
    [mount, ...parts.slice(0, parts.length - n)].join('/'),
  );
}
