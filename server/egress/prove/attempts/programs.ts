/** Other programs and other processes. */
import { exec, execFile, fork, spawn, spawnSync } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { places } from '../places.ts';
import { type Attempt, done } from './attempt.ts';
import { nativeLibrary } from './native.ts';

const url = `http://${places.cloud}/`;
const connectCode = `require('node:net').connect(80, '${places.cloud}').on('connect', function () { this.end('x') }).on('error', () => {})`;
const self = fileURLToPath(new URL('../attempt-process.ts', import.meta.url));
const curl = '/usr/bin/curl';
const bash = '/bin/bash';
const python =
  ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path)) ?? '/usr/bin/python3';
const bashCode = `exec 3<>/dev/tcp/${places.cloud}/80; echo x >&3`;

export const programs: Attempt[] = [
  {
    id: 'curl',
    title: 'curl',
    needs: curl,
    run: () => done((callback) => execFile(curl, ['-s', '-m', '1', url], callback)),
  },
  {
    id: 'curl-sync',
    title: 'curl, synchronous',
    needs: curl,
    run: () => spawnSync(curl, ['-s', '-m', '1', url]),
  },
  {
    id: 'shell',
    title: 'curl through a shell',
    needs: curl,
    run: () => done((callback) => exec(`curl -s -m 1 ${url}`, callback)),
  },
  { id: 'bash', title: 'bash /dev/tcp', needs: bash, run: () => once(spawn(bash, ['-c', bashCode]), 'exit') },
  {
    id: 'bash-detached',
    title: 'bash, detached',
    needs: bash,
    run: async () => {
      const child = spawn(bash, ['-c', bashCode], { detached: true, stdio: 'ignore' });
      await once(child, 'exit');
    },
  },
  {
    id: 'python',
    title: 'python',
    needs: python,
    run: () =>
      spawnSync(python, [
        '-c',
        `import socket; socket.create_connection(("${places.cloud}", 80), 1).send(b"x")`,
      ]),
  },
  {
    id: 'node-child',
    title: 'node -e',
    run: () => once(spawn(process.execPath, ['-e', connectCode]), 'exit'),
  },
  {
    id: 'node-child-bare',
    title: 'node -e without environment',
    run: () => once(spawn(process.execPath, ['-e', connectCode], { env: {} }), 'exit'),
  },
  {
    id: 'node-child-options',
    title: 'node -e with own NODE_OPTIONS',
    run: () =>
      once(spawn(process.execPath, ['-e', connectCode], { env: { NODE_OPTIONS: '--no-warnings' } }), 'exit'),
  },
  {
    id: 'node-internals',
    title: 'node --expose-internals',
    run: () =>
      once(
        spawn(process.execPath, [
          '--expose-internals',
          '-e',
          `const { internalBinding } = require('internal/test/binding'); const t = internalBinding('tcp_wrap'); new t.TCP(0).connect(new t.TCPConnectWrap(), '${places.cloud}', 80)`,
        ]),
        'exit',
      ),
  },
  {
    id: 'node-sync',
    title: 'node, synchronous',
    run: () => spawnSync(process.execPath, ['-e', connectCode], { env: {} }),
  },
  {
    id: 'fork',
    title: 'fork',
    run: () => once(fork(self, ['tcp-address'], { execArgv: [], stdio: 'ignore' }), 'exit'),
  },
  {
    id: 'fork-bare',
    title: 'fork without flags and environment',
    run: () => once(fork(self, ['tcp-address'], { execArgv: [], env: {}, stdio: 'ignore' }), 'exit'),
  },
  {
    id: 'cluster',
    title: 'cluster worker',
    run: async () => {
      cluster.setupPrimary({ exec: self, args: ['tcp-address'], execArgv: [], silent: true });
      await once(cluster.fork(), 'exit');
    },
  },
  {
    id: 'exec-replace',
    title: 'process.execve to curl',
    needs: curl,
    run: () => process.execve?.(curl, [curl, '-s', '-m', '1', url], {}),
  },
  {
    id: 'exec-replace-node',
    title: 'process.execve to node',
    run: () => process.execve?.(process.execPath, [process.execPath, '-e', connectCode], {}),
  },
  {
    id: 'child-preload',
    title: 'node child with LD_PRELOAD',
    needs: nativeLibrary,
    run: () => once(spawn(process.execPath, ['-e', '0'], { env: { LD_PRELOAD: nativeLibrary } }), 'exit'),
  },
  {
    id: 'child-openssl',
    title: 'node child with an OpenSSL configuration that loads a library',
    needs: nativeLibrary,
    run: async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'stillroom-attempt-')), 'openssl.cnf');
      writeFileSync(
        file,
        `nodejs_conf = start\n[start]\nproviders = list\n[list]\nleave = leave\n[leave]\nmodule = ${nativeLibrary}\nactivate = 1\n`,
      );
      await once(spawn(process.execPath, ['-e', '0'], { env: { OPENSSL_CONF: file } }), 'exit');
      await once(spawn(process.execPath, [`--openssl-config=${file}`, '-e', '0'], { env: {} }), 'exit');
    },
  },
  {
    id: 'worker-program',
    title: 'program started by a worker',
    needs: curl,
    run: () =>
      done((callback) => {
        // Another thread, in case only the main thread's spawn is guarded.
        import('node:worker_threads').then(
          ({ Worker }) =>
            new Worker(`require('node:child_process').spawnSync('${curl}', ['-s', '-m', '1', '${url}'])`, {
              eval: true,
            })
              .on('exit', () => callback(null))
              .on('error', callback),
          callback,
        );
      }),
  },
];
