/** Names hidden inside a connection to somewhere else: proxies, SOCKS, fronting, relays. */
import http from 'node:http';
import tls from 'node:tls';
import { places } from '../places.ts';
import { type Attempt, done, tcp } from './attempt.ts';

const request = (options: http.RequestOptions) =>
  new Promise((resolve, reject) => {
    http
      .request(options, (response) => response.resume().on('end', resolve))
      .on('connect', (_response, socket) => resolve(socket.destroy()))
      .on('error', reject)
      .end();
  });

const proxyEnv = {
  HTTP_PROXY: 'http://ok.example:8080',
  HTTPS_PROXY: 'http://ok.example:8080',
  http_proxy: 'http://ok.example:8080',
};

function overTls(servername: string, host: string): Promise<unknown> {
  return done((callback) => {
    const socket = tls.connect({ host: 'ok.example', port: 443, servername, rejectUnauthorized: false }, () =>
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    );
    socket
      .on('data', () => socket.end())
      .on('error', callback)
      .on('close', () => callback(null));
  });
}

export const fronting: Attempt[] = [
  {
    id: 'proxy-environment',
    title: 'proxy from the environment',
    env: { ...proxyEnv, NODE_USE_ENV_PROXY: '1' },
    run: () => fetch('https://api.deepseek.com/'),
  },
  {
    id: 'proxy-flag',
    title: '--use-env-proxy',
    flags: ['--use-env-proxy'],
    env: proxyEnv,
    run: () => request({ host: 'api.deepseek.com', path: '/' }),
  },
  {
    id: 'proxy-connect',
    title: 'CONNECT through an allowed host',
    run: () => request({ host: 'ok.example', port: 8080, method: 'CONNECT', path: 'api.deepseek.com:443' }),
  },
  {
    id: 'proxy-absolute',
    title: 'absolute request to an allowed host',
    run: () => request({ host: 'ok.example', port: 8080, path: 'http://api.deepseek.com/' }),
  },
  {
    id: 'proxy-socks5',
    title: 'SOCKS5 with a name',
    run: () => tcp('ok.example', 8080, `\x05\x01\x00\x03\x10api.deepseek.com\x01\xbb`),
  },
  {
    id: 'proxy-socks4a',
    title: 'SOCKS4a with a name',
    run: () => tcp('ok.example', 8080, `\x04\x01\x01\x00\x00\x00\x00\x01user\0api.deepseek.com\0`),
  },
  {
    id: 'front-host',
    title: 'Host header of another name',
    run: () => request({ host: 'ok.example', headers: { host: 'api.deepseek.com' } }),
  },
  {
    id: 'front-host-raw',
    title: 'the same by hand',
    run: () => tcp('ok.example', 80, 'GET / HTTP/1.1\r\nX: y\r\nhOST:\t API.deepseek.com\r\n\r\n'),
  },
  {
    id: 'front-sni',
    title: 'TLS server name of another name',
    run: () => overTls('api.deepseek.com', 'ok.example'),
  },
  {
    id: 'front-inside-tls',
    title: 'Host header inside TLS',
    run: () => overTls('ok.example', 'api.deepseek.com'),
  },
  { id: 'relay-loopback', title: 'relay on 127.0.0.1', run: () => tcp('127.0.0.1', places.relayPort) },
  { id: 'relay-any', title: 'relay on 0.0.0.0', run: () => tcp('0.0.0.0', places.relayPort) },
  { id: 'relay-loopback6', title: 'relay on ::1', run: () => tcp('::1', places.relayPort) },
  { id: 'relay-localhost', title: 'relay on localhost', run: () => tcp('localhost', places.relayPort) },
  {
    id: 'relay-unix',
    title: 'relay on a Unix socket',
    run: () =>
      done((callback) =>
        http.get({ socketPath: places.unixSocket, path: '/' }, () => callback(null)).on('error', callback),
      ),
  },
  {
    id: 'relay-abstract',
    title: 'relay on an abstract Unix socket',
    run: () =>
      done((callback) =>
        http
          .get({ socketPath: places.abstractSocket, path: '/' }, () => callback(null))
          .on('error', callback),
      ),
  },
];
