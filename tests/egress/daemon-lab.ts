/**
 * Runs in a network namespace of its own: starts one real daemon with an exported file, asks it, prints what it did as JSON.
 * Arguments: what to run, the exported file, a folder to work in.
 */
import { spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { dnsQuery } from '#server/egress/prove/attempts/datagrams.ts';
import { type FakeInternet, startFakeInternet } from '#server/egress/prove/fake-internet.ts';
import { prepareNetwork } from '#server/egress/prove/namespace.ts';
import { places } from '#server/egress/prove/places.ts';
import { startDaemon, untilListening } from './lab.ts';

const [kind = '', file = '', folder = ''] = process.argv.slice(2);
const port = 5_300;

/** `blocked`, or the addresses that were answered. */
export type Verdicts = Record<string, string>;

const dnsCases = [
  'api.deepseek.com',
  'API.DeepSeek.COM',
  'deepseek.com',
  'a.b.deepseek.com',
  'notdeepseek.com',
  'ok.example',
  'cloak.example',
  'rebind.example',
];

function ask(name: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    socket.on('message', (reply) => {
      socket.close();
      resolve(describeReply(reply));
    });
    socket.send(dnsQuery(name), port, '127.0.0.1');
  });
}

/** Response code 3 or no address = blocked; else every A record in the answer. */
function describeReply(reply: Buffer): string {
  const answers = reply.readUInt16BE(6);
  const addresses: string[] = [];
  let at = 12;
  const skipName = () => {
    for (;;) {
      const length = reply[at] ?? 0;
      at += length >= 0xc0 ? 2 : length + 1;
      if (length === 0 || length >= 0xc0) return;
    }
  };
  skipName();
  at += 4;
  for (let index = 0; index < answers; index += 1) {
    skipName();
    const type = reply.readUInt16BE(at);
    const size = reply.readUInt16BE(at + 8);
    if (type === 1) addresses.push([...reply.subarray(at + 10, at + 14)].join('.'));
    at += 10 + size;
  }
  return addresses.length === 0 ? 'blocked' : addresses.join(' ');
}

async function dnsVerdicts(internet: FakeInternet): Promise<Verdicts> {
  const verdicts: Verdicts = {};
  for (const name of dnsCases) {
    await internet.takeArrivals();
    const verdict = await ask(name);
    const asked = (await internet.takeArrivals()).filter(({ kind: type }) => type === 'dns');
    // A denied name that is asked upstream has already told the outside which name it was.
    const leaked = verdict === 'blocked' && asked.some(({ text }) => /(^|\.)deepseek\.com$/iu.test(text));
    verdicts[name] = leaked ? 'blocked, but asked upstream' : verdict;
  }
  return verdicts;
}

async function dnsmasq(internet: FakeInternet): Promise<Verdicts> {
  await startDaemon(
    'dnsmasq',
    [
      '--no-daemon',
      '--user=root',
      `--port=${port}`,
      '--listen-address=127.0.0.1',
      '--bind-interfaces',
      '--no-resolv',
      '--no-hosts',
      `--server=${places.resolver}`,
      `--conf-file=${file}`,
      `--pid-file=${join(folder, 'pid')}`,
    ],
    /started/u,
  );
  return dnsVerdicts(internet);
}

async function unbound(internet: FakeInternet, rpz: boolean): Promise<Verdicts> {
  const config = join(folder, 'unbound.conf');
  writeFileSync(
    config,
    `server:
  interface: 127.0.0.1@${port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: "${join(folder, 'pid')}"
  use-syslog: no
  logfile: ""
  verbosity: 1
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  module-config: "${rpz ? 'respip ' : ''}iterator"
forward-zone:
  name: "."
  forward-addr: ${places.resolver}
${rpz ? `rpz:\n  name: rpz.stillroom\n  zonefile: "${file}"\n` : `include: "${file}"\n`}`,
  );
  await startDaemon('unbound', ['-d', '-p', '-c', config], /start of service/u);
  return dnsVerdicts(internet);
}

async function bind(internet: FakeInternet): Promise<Verdicts> {
  const config = join(folder, 'named.conf');
  writeFileSync(
    config,
    `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file "${join(folder, 'pid')}"; session-keyfile "${join(folder, 'key')}";
  recursion yes; forward only; forwarders { ${places.resolver}; }; dnssec-validation no; allow-query { any; }; empty-zones-enable no;
  response-policy { zone "rpz.stillroom"; } qname-wait-recurse no; };
controls { };
zone "rpz.stillroom" { type master; file "${file}"; allow-query { none; }; };
`,
  );
  await startDaemon('named', ['-g', '-n', '1', '-c', config], /rpz\.stillroom: reload done/u);
  return dnsVerdicts(internet);
}

function viaProxy(method: 'GET' | 'CONNECT', target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: '127.0.0.1',
      port: 3_129,
      method,
      path: target,
      headers: { host: new URL(target.includes('://') ? target : `http://${target}`).host },
    });
    const done = (response: http.IncomingMessage) => {
      response.destroy();
      request.destroy();
      resolve(response.statusCode === 403 ? 'blocked' : String(response.statusCode));
    };
    request.on('response', done).on('connect', done).on('error', reject).end();
  });
}

async function squid(): Promise<Verdicts> {
  const config = join(folder, 'squid.conf');
  writeFileSync(
    config,
    `include ${file}
http_access allow all
http_port 127.0.0.1:3129
dns_nameservers ${places.resolver}
cache deny all
cache_effective_user proxy
access_log none
cache_log ${join(folder, 'cache.log')}
cache_store_log none
pid_filename ${join(folder, 'squid.pid')}
coredump_dir ${folder}
pinger_enable off
shutdown_lifetime 0 seconds
`,
  );
  // Squid never works as root; its own user needs the folder.
  chmodSync(folder, 0o777);
  // A Squid that was killed leaves shared memory behind that stops the next one.
  run('mount', ['-t', 'tmpfs', 'tmpfs', '/dev/shm']);
  await startDaemon('squid', ['-N', '-d', '1', '-f', config], /Accepting HTTP Socket connections/u);
  // It says so a moment before it does.
  await untilListening('127.0.0.1', 3_129);
  const verdicts: Verdicts = {};
  for (const host of [
    'api.deepseek.com',
    'API.DeepSeek.COM.',
    'a.b.deepseek.com',
    'notdeepseek.com',
    'ok.example',
    'cloak.example',
    'rebind.example',
    places.cloud,
  ]) {
    verdicts[host] = await viaProxy('GET', `http://${host}/`);
  }
  verdicts['CONNECT api.deepseek.com'] = await viaProxy('CONNECT', 'api.deepseek.com:443');
  verdicts['CONNECT ok.example'] = await viaProxy('CONNECT', 'ok.example:443');
  return verdicts;
}

function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Connects as a user over an interface that is not `lo`; `refused` only when the rule answers, else nothing does. */
async function connectAs(uid: number, host: string): Promise<string> {
  // Changes its user itself: another one may not be allowed to enter the folder that Node lies in.
  const code = `process.setuid(${uid}); require('node:net').connect({ host: '${host}', port: 80, timeout: 400 }).on('connect', () => { console.log('connected'); process.exit() }).on('timeout', () => { console.log('sent'); process.exit() }).on('error', (e) => { console.log(e.code); process.exit() })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString();
  });
  await once(child, 'close');
  return text.trim();
}

async function nft(): Promise<Verdicts> {
  run('ip', ['link', 'add', 'outside', 'type', 'veth', 'peer', 'name', 'far']);
  run('ip', ['address', 'add', '198.51.100.1/24', 'dev', 'outside']);
  run('ip', ['link', 'set', 'outside', 'up']);
  // Twice: an older table of ours must not be in the way.
  run('nft', ['-f', file]);
  run('nft', ['-f', file]);
  const verdicts: Verdicts = {
    'service to outside': await connectAs(64_900, '198.51.100.2'),
    'other user to outside': await connectAs(0, '198.51.100.2'),
    'other user to denied network': await connectAs(0, '198.51.100.200'),
  };
  verdicts['service to own machine'] = await connectAs(64_900, '127.0.0.9');
  const counters = run('nft', ['list', 'counters', 'table', 'inet', 'stillroom']);
  for (const name of ['service_denied', 'network_denied']) {
    verdicts[name] =
      new RegExp(`counter ${name} \\{\\s*packets (\\d+)`, 'u').exec(counters)?.[1] ?? 'missing';
  }
  return verdicts;
}

prepareNetwork();
const internet = await startFakeInternet();
const labs: Record<string, () => Promise<Verdicts>> = {
  dnsmasq: () => dnsmasq(internet),
  unbound: () => unbound(internet, false),
  'unbound-rpz': () => unbound(internet, true),
  bind: () => bind(internet),
  squid,
  nft,
};
const lab = labs[kind];
if (lab === undefined) throw new Error(`unknown lab ${kind}`);
console.log(JSON.stringify(await lab()));
process.exit(0);
