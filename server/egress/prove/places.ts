import { join } from 'node:path';

/** Named by the harness; a fixed place in /tmp could be prepared by somebody else. */
export const folderVariable = 'STILLROOM_INTERNAL_PROVE';
export const proveFolder = process.env[folderVariable] ?? '';

/** The fake internet's addresses (documentation ranges, on `lo` of an own namespace) and what they stand for. */
export const places = {
  /** The official cloud: every name below deepseek.com. */
  cloud: '203.0.113.10',
  cloud6: '2001:db8::10',
  /** A destination that a policy may allow: ok.example. */
  partner: '203.0.113.20',
  resolver: '203.0.113.53',
  relayPort: 3128,
  unixSocket: join(proveFolder, 'relay.sock'),
  abstractSocket: '\0stillroom-prove',
} as const;

/** Ports on which the fake internet listens, on every address. */
export const sinkPorts = [53, 80, 443, 1080, 8080, places.relayPort];

/** Printed by an attempt's process right before it tries; a process that died earlier proves nothing. */
export const startedMark = 'attempting';

/** The one attempt that must succeed under the guard. */
export const allowedId = 'allowed-destination';
