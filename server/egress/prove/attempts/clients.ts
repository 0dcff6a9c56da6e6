/** Ordinary clients, as an unsuspecting dependency would use them. */
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { places } from '../places.ts';
import { type Attempt, done, finish, tcp } from './attempt.ts';

const get = (module: { get: typeof http.get }, url: string, options: http.RequestOptions = {}) =>
  new Promise((resolve, reject) => {
    module.get(url, options, (response) => response.resume().on('end', resolve)).on('error', reject);
  });

export const clients: Attempt[] = [
  { id: 'tcp-address', title: 'net.connect to an address', run: () => tcp(places.cloud, 80) },
  { id: 'tcp-name', title: 'net.connect to a name', run: () => tcp('api.deepseek.com', 80) },
  { id: 'tcp-ipv6', title: 'net.connect to an IPv6 address', run: () => tcp(places.cloud6, 80) },
  {
    id: 'tcp-two-families',
    title: 'happy eyeballs over both families',
    run: () => finish(net.connect({ host: 'multi.example', port: 80, autoSelectFamily: true })),
  },
  {
    id: 'tcp-custom-lookup',
    title: 'net.connect with its own lookup function',
    run: () =>
      finish(
        net.connect({
          host: 'ok.example',
          port: 80,
          lookup: (_name, _options, callback) => callback(null, [{ address: places.cloud, family: 4 }]),
        }),
      ),
  },
  {
    id: 'tcp-bound',
    title: 'net.Socket bound to a local port first',
    run: () =>
      finish(
        new net.Socket().connect({
          host: places.cloud,
          port: 80,
          localAddress: '0.0.0.0',
          localPort: 40_123,
        }),
      ),
  },
  {
    id: 'tls',
    title: 'tls.connect',
    run: () =>
      done((callback) =>
        tls
          .connect(443, places.cloud, { servername: 'api.deepseek.com', rejectUnauthorized: false })
          .on('error', callback)
          .on('close', () => callback(null)),
      ),
  },
  { id: 'http', title: 'http.get', run: () => get(http, 'http://api.deepseek.com/') },
  { id: 'https', title: 'https.get', run: () => get(https, 'https://api.deepseek.com/') },
  {
    id: 'http-own-connection',
    title: 'http.get with createConnection',
    run: () => get(http, 'http://ok.example/', { createConnection: () => net.connect(80, places.cloud) }),
  },
  {
    id: 'http-agent',
    title: 'http.Agent with keep-alive',
    run: () =>
      get(http, 'http://api.deepseek.com/', { agent: new http.Agent({ keepAlive: true, maxSockets: 2 }) }),
  },
  {
    id: 'http2',
    title: 'http2.connect',
    run: () =>
      done((callback) =>
        http2
          .connect('http://api.deepseek.com')
          .on('error', callback)
          .on('close', () => callback(null))
          .request({ ':path': '/' })
          .on('error', () => undefined),
      ),
  },
  { id: 'fetch', title: 'fetch', run: () => fetch('https://api.deepseek.com/v1/models') },
  { id: 'fetch-address', title: 'fetch of an address', run: () => fetch(`http://${places.cloud}/`) },
  {
    id: 'fetch-redirect',
    title: 'fetch that follows a redirect',
    run: () => fetch('http://ok.example/redirect'),
  },
  {
    id: 'websocket',
    title: 'WebSocket',
    run: () =>
      done((callback) => {
        const socket = new WebSocket('ws://chat.deepseek.com/');
        socket.onerror = () => callback(new Error('failed'));
        socket.onclose = () => callback(null);
      }),
  },
  {
    id: 'event-source',
    title: 'EventSource',
    flags: ['--experimental-eventsource'],
    run: () =>
      done((callback) => {
        const Source = (
          globalThis as unknown as {
            EventSource: new (url: string) => { onerror: () => void; close(): void };
          }
        ).EventSource;
        const source = new Source('http://api.deepseek.com/');
        source.onerror = () => {
          source.close();
          callback(new Error('failed'));
        };
      }),
  },
  {
    id: 'ws-package',
    title: 'the ws package',
    run: async () => {
      const { WebSocket: Client } = (await import('ws' as string)) as {
        WebSocket: new (url: string) => net.Socket;
      };
      await done((callback) =>
        new Client('ws://chat.deepseek.com/').on('error', callback).on('close', () => callback(null)),
      );
    },
  },
];
