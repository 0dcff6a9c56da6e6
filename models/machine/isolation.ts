/** What the kernel offers to lock the engine and the gateway in. Facts only; the seal itself reads back what it got. */
import type { SystemFiles } from './files.ts';

type Support = 'yes' | 'no' | 'unknown';

export interface Isolation {
  readonly userNamespaces: Support;
  readonly seccomp: Support;
  readonly landlock: Support;
}

export function readIsolation(files: SystemFiles): Isolation {
  const modules = files.read('/sys/kernel/security/lsm');
  const actions = files.read('/proc/sys/kernel/seccomp/actions_avail');
  return {
    userNamespaces: userNamespaces(files),
    seccomp:
      actions === null
        ? /^Seccomp:/mu.test(files.read('/proc/self/status') ?? '')
          ? 'yes'
          : 'unknown'
        : 'yes',
    // The list is only readable where securityfs is mounted, which containers leave out.
    landlock: modules === null ? 'unknown' : modules.split(',').includes('landlock') ? 'yes' : 'no',
  };
}

function userNamespaces(files: SystemFiles): Support {
  const most = files.read('/proc/sys/user/max_user_namespaces');
  if (most === null) return 'unknown';
  const forbidden =
    most === '0' ||
    files.read('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    files.read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1';
  return forbidden ? 'no' : 'yes';
}
