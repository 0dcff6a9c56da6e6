/** A grant as the network policy speaks of it: exact names, addresses and ports. Pure. */

export interface GrantTargets {
  /** Names, each with its port; addresses as networks of one. */
  readonly to: readonly ({ name: string; ports: number[] } | { cidr: string; ports: number[] })[];
  /** Ports of this machine itself. */
  readonly loopbackPorts: readonly number[];
}

/**
 * @param hosts as `hostsNeeded` returns them: host or host:port
 * @param defaultPort of the endpoint's protocol
 * @param resolved addresses that a named mirror has now; private ones have to be granted by address, too
 */
export function grantTargets(
  hosts: readonly string[],
  defaultPort: number,
  resolved: readonly string[] = [],
): GrantTargets {
  const to: GrantTargets['to'][number][] = [];
  const loopbackPorts: number[] = [];
  for (const host of hosts) {
    const { hostname, port } = new URL(`http://${host}`);
    // The URL parser leaves out port 80, which is written only when it was meant.
    const number = port === '' ? (host.endsWith(':80') ? 80 : defaultPort) : Number(port);
    const bare = hostname.replace(/^\[|\]$/gu, '');
    if (isLoopback(bare)) loopbackPorts.push(number);
    else if (isAddress(bare)) to.push({ cidr: asNetwork(bare), ports: [number] });
    else {
      to.push({ name: bare, ports: [number] });
      if (host === hosts[0])
        to.push(...resolved.map((address) => ({ cidr: asNetwork(address), ports: [number] })));
    }
  }
  return { to, loopbackPorts };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+(\.\d+){3}$/u.test(host);
}

function asNetwork(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}
