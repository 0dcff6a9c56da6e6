/**
 * The outside world inside an own network namespace: it listens on every address and port that the attempts use, notes
 * what arrives, and is the only judge of what got out. Must run alone in the namespace.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import tls from 'node:tls';
import { createAuthority, createLeaf } from '../ca/certificate.ts';
import { questionOf, replyTo } from './dns-server.ts';
import { places, sinkPorts } from './places.ts';

export interface Arrival {
  kind: 'tcp' | 'udp' | 'dns' | 'unix';
  /** Address and port, or the socket's path. */
  to: string;
  /** First bytes; for DNS the name asked for. */
  text: string;
}

export interface PacketCounters {
  /** TCP connections this namespace tried to open (SYNs sent). */
  tcpOpened: number;
  /** UDP datagrams sent. */
  udpSent: number;
}

export interface FakeInternet {
  /** Everything since the last call. */
  takeArrivals(): Promise<Arrival[]>;
  close(): void;
}

const textLimit = 4096;

export async function startFakeInternet(): Promise<FakeInternet> {
  const arrivals: Arrival[] = [];
  const closers: (() => void)[] = [];
  const tlsServer = makeTlsServer(arrivals);

  const receive = (socket: net.Socket) => {
    const address = (socket.localAddress ?? '').replace('::ffff:', '');
    const arrival: Arrival = { kind: 'tcp', to: `${address}:${socket.localPort}`, text: '' };
    arrivals.push(arrival);
    socket.on('error', () => undefined);
    if (address === places.partner && socket.localPort === 443) {
      tlsServer.emit('connection', socket);
      return;
    }
    socket.on('data', (data) => {
      if (arrival.text.length < textLimit) arrival.text += data.toString('latin1');
      socket.end(httpReply(arrival.text));
    });
  };
  for (const port of sinkPorts) {
    const server = net.createServer(receive).listen(port, '::');
    await once(server, 'listening');
    closers.push(() => server.close());
  }
  rmSync(places.unixSocket, { force: true });
  for (const path of [places.unixSocket, places.abstractSocket]) {
    const server = net.createServer((socket) => {
      arrivals.push({ kind: 'unix', to: path, text: '' });
      socket.on('error', () => undefined).end(httpReply(''));
    });
    await once(server.listen(path), 'listening');
    closers.push(() => server.close());
  }
  for (const port of [53, 443]) {
    const socket = dgram.createSocket('udp6');
    socket.on('message', (message, from) => {
      const name = port === 53 ? questionOf(message)?.name : undefined;
      arrivals.push({ kind: name === undefined ? 'udp' : 'dns', to: `port ${port}`, text: name ?? '' });
      const reply = name === undefined ? null : replyTo(message);
      if (reply !== null) socket.send(reply, from.port, from.address);
    });
    await once(socket.bind(port, '::'), 'listening');
    closers.push(() => socket.close());
  }
  return {
    async takeArrivals() {
      // One turn of the event loop reads what the kernel has queued; the second what those reads led to.
      await setImmediate();
      await setImmediate();
      return arrivals.splice(0);
    },
    close: () => {
      for (const close of closers) close();
    },
  };
}

function httpReply(request: string): string {
  return request.startsWith('GET /redirect')
    ? 'HTTP/1.1 302 Found\r\nlocation: http://api.deepseek.com/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'
    : 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok';
}

/** Real TLS for the allowed host, to see what hides inside. */
function makeTlsServer(arrivals: Arrival[]): tls.Server {
  const authority = createAuthority('example', 'Fake internet', 1, Date.now());
  const leaf = createLeaf(authority, 'Fake internet', ['ok.example'], 1, Date.now());
  const server = tls.createServer({ cert: leaf.certificatePem, key: leaf.keyPem }, (socket) => {
    const arrival: Arrival = {
      kind: 'tcp',
      to: `${places.partner}:443`,
      text: `server name ${String(socket.servername)}\n`,
    };
    arrivals.push(arrival);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (arrival.text.length < textLimit) arrival.text += data.toString('latin1');
      socket.end(httpReply(''));
    });
  });
  server.on('tlsClientError', () => undefined);
  return server;
}

/** What the kernel of this namespace counted. A second judge, independent of the sinks. */
export function readPacketCounters(): PacketCounters {
  const tables = ['/proc/net/snmp', '/proc/net/snmp6'].map((path) => readFileSync(path, 'utf8').split('\n'));
  const [snmp = [], snmp6 = []] = tables;
  const column = (protocol: string, name: string): number => {
    const [head = '', values = ''] = snmp.filter((line) => line.startsWith(`${protocol}:`));
    return Number(values.split(' ')[head.split(' ').indexOf(name)] ?? 0);
  };
  const udp6 = Number(/^Udp6OutDatagrams\s+(\d+)/mu.exec(snmp6.join('\n'))?.[1] ?? 0);
  return { tcpOpened: column('Tcp', 'ActiveOpens'), udpSent: column('Udp', 'OutDatagrams') + udp6 };
}
