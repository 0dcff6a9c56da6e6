/**
 * Runs in a network namespace of its own: an office whose DNS answers api.deepseek.com with the gateway. Real dnsmasq with
 * the exported file, real nginx with the made certificate, the real sealed product, unmodified clients.
 * Arguments: exported dnsmasq file, folder of the CA, model, folder to work in. Prints what happened as JSON.
 */
import { spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { nodeArguments } from '#server/egress/flags.mjs';
import { prepareNetwork } from '#server/egress/prove/namespace.ts';
import { places } from '#server/egress/prove/places.ts';
import { startDaemon, untilListening } from './lab.ts';

const [dnsFile = '', caFolder = '', model = '', folder = ''] = process.argv.slice(2);
const key = process.env.TEST_CLIENT_KEY ?? '';

export interface RedirectOutcome {
  /** Exit code of curl that does not know the CA; 60 = certificate refused. */
  untrusted: number | null;
  curlStatus: string;
  openai: { models: string[]; text: string };
  /** Connections to the cloud's addresses and queries to the outer resolver. */
  outside: string[];
}

async function watchOutside(outside: string[]): Promise<void> {
  for (const port of [80, 443]) {
    const server = net.createServer((socket) => {
      outside.push(`tcp ${places.cloud}:${port}`);
      socket.destroy();
    });
    await once(server.listen(port, places.cloud), 'listening');
  }
  const resolver = dgram.createSocket('udp4', () => outside.push('dns'));
  resolver.bind(53, places.resolver);
  await once(resolver, 'listening');
}

async function startProxy(gateway: string): Promise<void> {
  const config = join(folder, 'nginx.conf');
  mkdirSync(join(folder, 'nginx'));
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, 'nginx', name)};`,
  );
  writeFileSync(
    config,
    `user root; daemon off; master_process off; pid ${join(folder, 'nginx.pid')}; error_log ${join(folder, 'nginx-error.log')} notice;
events {}
http {
  access_log ${join(folder, 'nginx-access.log')}; ${paths.join(' ')}
  server {
    listen ${places.partner}:443 ssl;
    server_name api.deepseek.com;
    ssl_certificate ${join(caFolder, 'server.pem')};
    ssl_certificate_key ${join(caFolder, 'server-key.pem')};
    location / {
      proxy_pass ${gateway};
      proxy_http_version 1.1;
      proxy_buffering off;
      # The cloud key ends here: the gateway has no use for it.
      proxy_set_header Authorization "";
    }
  }
}
`,
  );
  const child = spawn('nginx', ['-c', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`nginx ended with ${code}`);
  });
  ended.catch(() => undefined);
  await Promise.race([untilListening(places.partner, 443), ended]);
}

const client = `
import OpenAI from 'openai';
const api = new OpenAI({ baseURL: 'https://api.deepseek.com/v1', apiKey: process.env.TEST_CLIENT_KEY });
const models = (await api.models.list()).data.map((model) => model.id);
let text = '';
const stream = await api.chat.completions.create({ model: models[0], stream: true, max_tokens: 80, messages: [{ role: 'user', content: 'hello' }] });
for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
console.log(JSON.stringify({ models, text }));
`;

prepareNetwork();
writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
const outside: string[] = [];
await watchOutside(outside);
await startDaemon(
  'dnsmasq',
  [
    '--no-daemon',
    '--user=root',
    '--listen-address=127.0.0.1',
    '--bind-interfaces',
    '--no-resolv',
    '--no-hosts',
    `--server=${places.resolver}`,
    `--conf-file=${dnsFile}`,
    `--pid-file=${join(folder, 'dns.pid')}`,
  ],
  /started/u,
);
const gateway = await startDaemon(
  process.execPath,
  nodeArguments(['start', '--require-seal']),
  /Ready\. Open (http:\S+) to chat/u,
  {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      STILLROOM_PORT: '0',
      STILLROOM_DATA: join(folder, 'data'),
      STILLROOM_MODEL: model,
      STILLROOM_LOG: 'debug',
    },
  },
);
await startProxy(gateway);

const url = 'https://api.deepseek.com/v1/models';
const auth = ['-H', `Authorization: Bearer ${key}`];
const untrusted = spawnSync('curl', ['-s', ...auth, url]).status;
const curlStatus = spawnSync(
  'curl',
  ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--cacert', join(caFolder, 'ca.pem'), ...auth, url],
  { encoding: 'utf8' },
).stdout;
const root = join(import.meta.dirname, '../..');
const answer = spawnSync(process.execPath, ['--input-type=module', '-e', client], {
  cwd: root,
  encoding: 'utf8',
  env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: join(caFolder, 'ca.pem'), TEST_CLIENT_KEY: key },
});
if (answer.status !== 0) throw new Error(`the client ended with ${answer.status}: ${answer.stderr}`);
await setImmediate();
const outcome: RedirectOutcome = {
  untrusted,
  curlStatus,
  openai: JSON.parse(answer.stdout) as RedirectOutcome['openai'],
  outside,
};
console.log(JSON.stringify(outcome));
process.exit(0);
