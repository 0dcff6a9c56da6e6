import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressKind,
  canonicalAddress,
  cidrContains,
  embeddedIPv4,
  parseAddress,
  parseCidr,
} from '#policies/addresses.ts';
import { canonicalHost, splitTarget } from '#policies/hosts.ts';

function parsed(text: string) {
  const address = parseAddress(text);
  if (address === null) throw new Error(`not an address: ${text}`);
  return address;
}

describe('addresses', () => {
  it('have one spelling', () => {
    expect(canonicalAddress('2001:0DB8:0:0:0:0:0:1')).toBe('2001:db8::1');
    expect(canonicalAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(canonicalAddress('::ffff:192.0.2.1')).toBe('::ffff:c000:201');
    expect(canonicalAddress('192.0.2.1')).toBe('192.0.2.1');
    expect(canonicalAddress('192.0.2')).toBeNull();
    for (const spelling of ['0x7f.1', '2130706433', '0177.0.0.1', '127.1', '127.0.0.1.']) {
      expect(canonicalHost(spelling), spelling).toEqual({ kind: 'address', address: '127.0.0.1' });
    }
  });

  it('show the IPv4 address they carry', () => {
    for (const carrier of [
      '::ffff:10.1.2.3',
      '::10.1.2.3',
      '64:ff9b::10.1.2.3',
      '64:ff9b:1::a01:203',
      '2002:0a01:0203::1',
      '2001:0:1:2:3:4:f5fe:fdfc',
    ]) {
      expect(embeddedIPv4(parsed(carrier)), carrier).toEqual(parsed('10.1.2.3'));
      expect(addressKind(parsed(carrier)), carrier).toBe('private');
    }
    expect(embeddedIPv4(parsed('::1'))).toBeNull();
    expect(embeddedIPv4(parsed('2001:db8::1'))).toBeNull();
  });

  it('know their kind', () => {
    const kinds = [
      '0.0.0.0',
      '127.9.9.9',
      '::1',
      '172.31.0.1',
      '172.32.0.1',
      '100.64.0.1',
      '169.254.169.254',
      'fe80::1',
      '239.1.1.1',
      '255.255.255.255',
      '203.0.113.9',
      '8.8.4.4',
      '2606:4700::1',
    ].map((text) => addressKind(parsed(text)));
    expect(kinds).toEqual([
      'unspecified',
      'loopback',
      'loopback',
      'private',
      'public',
      'private',
      'link-local',
      'link-local',
      'multicast',
      'reserved',
      'reserved',
      'public',
      'public',
    ]);
  });

  it('agree with the platform about every spelling and network (property)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalAddress(text);
        expect(canonical).not.toBeNull();
        expect(canonicalAddress(canonical ?? '')).toBe(canonical);
        if (isIPv6(text)) expect(`[${canonical}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (network, address, prefix) => {
        const shift = BigInt(32 - prefix);
        const base =
          canonicalAddress(new URL(`http://${(parsed(network).value >> shift) << shift}/`).hostname) ?? '';
        const cidr = parseCidr(`${base}/${prefix}`);
        const list = new BlockList();
        list.addSubnet(base, prefix, 'ipv4');
        expect(cidr !== null && cidrContains(cidr, parsed(address))).toBe(list.check(address, 'ipv4'));
      }),
    );
  });

  it('refuse networks that are not what they seem', () => {
    for (const text of [
      '10.0.0.1/8',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      'x/8',
      '::1/129',
      '10.0.0.0/-1',
    ])
      expect(parseCidr(text), text).toBeNull();
  });
});

describe('a target as people write it', () => {
  it('splits into host and port', () => {
    expect(splitTarget('https://API.deepseek.com/v1?x=1')).toEqual({ host: 'api.deepseek.com', port: 443 });
    expect(splitTarget('wss://host.example:99')).toEqual({ host: 'host.example', port: 99 });
    expect(splitTarget('host.example:8080')).toEqual({ host: 'host.example', port: 8080 });
    expect(splitTarget('[2001:db8::1]:443')).toEqual({ host: '[2001:db8::1]', port: 443 });
    expect(splitTarget('2001:db8::1')).toEqual({ host: '2001:db8::1', port: null });
    expect(splitTarget(' host.example ')).toEqual({ host: 'host.example', port: null });
  });
});
