/**
 * What the kernel really refuses to this process: /proc/self/status, and two harmless tries (a connect to a loopback
 * port, a UDP socket) past the guard. The level shown anywhere comes from here and from nowhere else.
 */
import { readFileSync } from 'node:fs';

export interface SealReading {
  /** `Seccomp:` of /proc/self/status is 2. */
  seccomp: boolean;
  seccompFilters: number;
  noNewPrivileges: boolean;
  /** A TCP connect was refused with EACCES. */
  connectRefused: boolean;
  /** A UDP socket was refused with EACCES. */
  udpRefused: boolean;
}

interface Probes {
  connect(): number;
  udp(): number;
}

type HandleClass = new (
  type?: number,
) => { close(): void } & Record<string, (...parameters: unknown[]) => number>;
type ProbeModule = { TCP: HandleClass; TCPConnectWrap: new () => object; UDP: HandleClass };

const EACCES = -13;
/** Discard: nothing answers there, and no policy lists it. */
const probePort = 9;

let probes: Probes | null = null;

/** Keeps the unguarded native calls for the two tries. Must run before the guard replaces them. */
export function captureProbes(): void {
  if (probes !== null) return;
  const binding = (process as unknown as { binding(name: string): ProbeModule }).binding.bind(process);
  const { TCP, TCPConnectWrap } = binding('tcp_wrap');
  const { UDP } = binding('udp_wrap');
  const connect = TCP.prototype.connect as (this: object, ...parameters: unknown[]) => number;
  probes = {
    connect() {
      const handle = new TCP(0);
      try {
        return connect.call(handle, new TCPConnectWrap(), '127.0.0.1', probePort);
      } finally {
        handle.close();
      }
    },
    udp() {
      const handle = new UDP();
      try {
        return handle.bind?.('127.0.0.1', 0, 0) ?? 0;
      } finally {
        handle.close();
      }
    },
  };
}

export function readSeal(): SealReading {
  captureProbes();
  const status = readStatus('self');
  return {
    seccomp: status.Seccomp === '2',
    seccompFilters: Number(status.Seccomp_filters ?? 0),
    noNewPrivileges: status.NoNewPrivs === '1',
    connectRefused: probes?.connect() === EACCES,
    udpRefused: probes?.udp() === EACCES,
  };
}

/** The fields of /proc/PID/status; empty where there is no /proc. */
export function readStatus(pid: number | 'self'): Record<string, string> {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    );
  } catch {
    return {};
  }
}
