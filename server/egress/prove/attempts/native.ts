/** Native code: addons, extensions and system calls, where no JavaScript can look. */
import crypto from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';
import { places, proveFolder } from '../places.ts';
import type { Attempt } from './attempt.ts';
import { done } from './attempt.ts';

/** Built by the harness when there is a C compiler: a library that connects as soon as it is loaded. */
export const nativeLibrary = join(proveFolder, 'native.node');

export const nativeSource = `
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
__attribute__((constructor)) static void leave(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(80) };
  inet_pton(AF_INET, "${places.cloud}", &to.sin_addr);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) write(fd, "x", 1);
  close(fd);
}
`;

const isArm = process.arch === 'arm64';
const call = {
  socket: isArm ? 198 : 41,
  connect: isArm ? 203 : 42,
  sendto: isArm ? 206 : 44,
  mmap: isArm ? 222 : 9,
  ioctl: isArm ? 29 : 16,
  ioUringSetup: 425,
  ioUringEnter: 426,
};

interface Ffi {
  dlopen(path: null, signatures: object): { functions: { syscall(...parameters: bigint[]): bigint } };
  getRawPointer(bytes: Buffer): bigint;
  setUint32(pointer: bigint, offset: number, value: number): void;
  getUint32(pointer: bigint, offset: number): number;
  setUint8(pointer: bigint, offset: number, value: number): void;
  setUint64(pointer: bigint, offset: number, value: bigint): void;
  setInt32(pointer: bigint, offset: number, value: number): void;
}

function openFfi() {
  const ffi = createRequire(import.meta.url)('node:ffi') as Ffi;
  const { functions } = ffi.dlopen(null, { syscall: { return: 'int64', arguments: Array(7).fill('int64') } });
  return {
    ffi,
    syscall: (...parameters: (number | bigint)[]) =>
      Number(functions.syscall(...([...parameters, 0, 0, 0, 0, 0, 0].slice(0, 7).map(BigInt) as bigint[]))),
  };
}

/** struct sockaddr_in of the cloud. */
function cloudAddress(port: number): Buffer {
  return Buffer.from([
    2,
    0,
    port >> 8,
    port & 255,
    ...places.cloud.split('.').map(Number),
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
}

function connectBySyscall(protocol = 0): void {
  const { ffi, syscall } = openFfi();
  const fd = syscall(call.socket, 2, 1, protocol);
  const address = cloudAddress(80);
  const result = syscall(call.connect, fd, ffi.getRawPointer(address), address.length);
  if (result !== 0) throw new Error('refused');
}

function sendBySyscall(
  type: number,
  port: number,
  flags: number,
  protocol = 0,
  payload = Buffer.from('x'),
): void {
  const { ffi, syscall } = openFfi();
  const fd = syscall(call.socket, 2, type, protocol);
  const address = cloudAddress(port);
  if (
    syscall(
      call.sendto,
      fd,
      ffi.getRawPointer(payload),
      payload.length,
      flags,
      ffi.getRawPointer(address),
      address.length,
    ) < 0
  )
    throw new Error('refused');
}

/** IORING_OP_CONNECT through a hand-made ring: no connect() system call is ever made. */
function connectByRing(): void {
  const { ffi, syscall } = openFfi();
  const parameters = Buffer.alloc(120);
  const ring = syscall(call.ioUringSetup, 4, ffi.getRawPointer(parameters));
  if (ring < 0) throw new Error('refused');
  const map = (size: number, offset: number) => BigInt(syscall(call.mmap, 0, size, 3, 0x8001, ring, offset));
  const [tail = 0, array = 0] = [44, 64].map((offset) => parameters.readUInt32LE(offset));
  const queue = map(array + 64, 0);
  const entry = map(256, 0x10000000);
  const address = cloudAddress(80);
  ffi.setUint8(entry, 0, 16);
  ffi.setInt32(entry, 4, syscall(call.socket, 2, 1, 0));
  ffi.setUint64(entry, 8, BigInt(address.length));
  ffi.setUint64(entry, 16, ffi.getRawPointer(address));
  ffi.setUint32(queue, array, 0);
  ffi.setUint32(queue, tail, ffi.getUint32(queue, tail) + 1);
  if (syscall(call.ioUringEnter, ring, 1, 1, 1, 0, 0) < 0) throw new Error('refused');
}

/** A packet written to a TUN device enters the network as if a cable had brought it. Needs network administration rights. */
function sendByTunnel(): void {
  const { ffi, syscall } = openFfi();
  const device = openSync('/dev/net/tun', 'r+');
  const request = Buffer.alloc(40);
  request.write('leave', 0, 'latin1');
  // IFF_TUN | IFF_NO_PI
  request.writeUInt16LE(0x1001, 16);
  if (syscall(call.ioctl, device, 0x400454ca, ffi.getRawPointer(request)) !== 0) throw new Error('refused');
  // IFF_UP, by any socket: a stream one is left to sealed processes.
  request.writeUInt16LE(1, 16);
  const socket = syscall(call.socket, 2, 1, 0);
  if (syscall(call.ioctl, socket, 0x8914, ffi.getRawPointer(request)) !== 0) throw new Error('refused');
  const ports = [0x9c, 0xbb, 1, 0xbb, 0, 9, 0, 0, 0x78];
  const header = [
    0x45,
    0,
    0,
    20 + ports.length,
    0,
    1,
    0,
    0,
    64,
    17,
    0,
    0,
    198,
    51,
    100,
    9,
    ...places.cloud.split('.').map(Number),
  ];
  let sum = 0;
  for (let index = 0; index < 20; index += 2) sum += ((header[index] ?? 0) << 8) | (header[index + 1] ?? 0);
  const checksum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
  header[10] = checksum >> 8;
  header[11] = checksum & 0xff;
  writeSync(device, Buffer.from([...header, ...ports]));
}

export const native: Attempt[] = [
  {
    id: 'addon',
    title: 'native addon',
    needs: nativeLibrary,
    run: () => createRequire(import.meta.url)(nativeLibrary),
  },
  {
    id: 'addon-dlopen',
    title: 'process.dlopen',
    needs: nativeLibrary,
    run: () => process.dlopen({ exports: {} }, nativeLibrary),
  },
  {
    id: 'sqlite-extension',
    title: 'SQLite extension',
    needs: nativeLibrary,
    run: () => new DatabaseSync(':memory:', { allowExtension: true }).loadExtension(nativeLibrary),
  },
  {
    id: 'openssl-engine',
    title: 'OpenSSL engine',
    needs: nativeLibrary,
    run: () => crypto.setEngine(nativeLibrary),
  },
  {
    id: 'openssl-engine-tls',
    title: 'OpenSSL engine for a client certificate',
    needs: nativeLibrary,
    run: () => tls.createSecureContext({ clientCertEngine: nativeLibrary }),
  },
  { id: 'ffi-connect', title: 'FFI: connect()', run: () => connectBySyscall() },
  { id: 'ffi-mptcp', title: 'FFI: multipath TCP', run: () => connectBySyscall(262) },
  { id: 'ffi-udp', title: 'FFI: UDP', run: () => sendBySyscall(2, 443, 0) },
  {
    id: 'ffi-fast-open',
    title: 'FFI: TCP fast open (sendto instead of connect)',
    run: () => sendBySyscall(1, 80, 0x20000000),
  },
  {
    id: 'ffi-raw',
    title: 'FFI: raw socket',
    run: () => sendBySyscall(3, 0, 0, 17, Buffer.from([0x9c, 0xbb, 1, 0xbb, 0, 9, 0, 0, 0x78])),
  },
  { id: 'ffi-tunnel', title: 'FFI: TUN device', needs: '/dev/net/tun', run: sendByTunnel },
  { id: 'ffi-io-uring', title: 'FFI: io_uring connect', run: connectByRing },
  {
    id: 'ffi-worker',
    title: 'FFI in a worker',
    run: () =>
      done((callback) =>
        new Worker(
          `
    const ffi = require('node:ffi');
    const { functions } = ffi.dlopen(null, { syscall: { return: 'int64', arguments: Array(7).fill('int64') } });
    const to = Buffer.from([2, 0, 0, 80, ${places.cloud.split('.').join(', ')}, 0, 0, 0, 0, 0, 0, 0, 0]);
    const fd = functions.syscall(${call.socket}n, 2n, 1n, 0n, 0n, 0n, 0n);
    functions.syscall(${call.connect}n, fd, ffi.getRawPointer(to), 16n, 0n, 0n, 0n);
  `,
          { eval: true, execArgv: [] },
        )
          .on('error', callback)
          .on('exit', () => callback(null)),
      ),
  },
];
