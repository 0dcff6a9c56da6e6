/**
 * IP addresses as numbers: one canonical spelling per address, CIDR matching, the IPv4 address an IPv6 one carries
 * inside, and what kind of network it belongs to. Pure; no lookups.
 */
import { isIP, isIPv4, isIPv6 } from 'node:net';

export type AddressKind =
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'multicast'
  | 'reserved'
  | 'public';

export interface ParsedAddress {
  family: 4 | 6;
  value: bigint;
}

/**
 * Parses a dotted IPv4 or any IPv6 spelling (zone id ignored); null when it is neither. An IPv4 address has no zone: with
 * one it is a name, which resolvers ask for.
 */
export function parseAddress(text: string): ParsedAddress | null {
  if (isIPv4(text)) return { family: 4, value: parseIPv4(text) };
  const bare = text.replace(/%.*$/u, '');
  if (isIPv6(bare)) return { family: 6, value: parseIPv6(bare) };
  return null;
}

function parseIPv4(text: string): bigint {
  return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseIPv6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/u.exec(text);
  const plain =
    dotted?.[1] !== undefined && dotted[2] !== undefined
      ? dotted[1] +
        [parseIPv4(dotted[2]) >> 16n, parseIPv4(dotted[2]) & 0xffffn].map((n) => n.toString(16)).join(':')
      : text;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...new Array<string>(gap).fill('0'), ...right].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

/** The one spelling used everywhere: dotted IPv4, RFC 5952 IPv6; null when `text` is no address. */
export function canonicalAddress(text: string): string | null {
  const parsed = parseAddress(text);
  if (parsed === null) return null;
  return parsed.family === 4 ? formatIPv4(parsed.value) : formatIPv6(parsed.value);
}

function formatIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function formatIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  ).join(':');
  // The URL parser shortens the longest run of zeros by RFC 5952.
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

export interface Cidr {
  family: 4 | 6;
  network: bigint;
  prefix: number;
}

/** Parses `10.0.0.0/8`, `fd00::/8` or a bare address (a /32 or /128); null when it is neither or has host bits set. */
export function parseCidr(text: string): Cidr | null {
  const [address = '', prefixText, extra] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === null || extra !== undefined || isIP(address) === 0) return null;
  const bits = parsed.family === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/u.test(prefixText)) return null;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return null;
  const hostBits = BigInt(bits - prefix);
  if ((parsed.value >> hostBits) << hostBits !== parsed.value) return null;
  return { family: parsed.family, network: parsed.value, prefix };
}

export function cidrContains(cidr: Cidr, address: ParsedAddress): boolean {
  if (cidr.family !== address.family) return false;
  const hostBits = BigInt((cidr.family === 4 ? 32 : 128) - cidr.prefix);
  return cidr.network >> hostBits === address.value >> hostBits;
}

/** Ranges whose lowest or shifted bits are an IPv4 address that the packet finally reaches. */
const carriers: { cidr: Cidr; extract: (value: bigint) => bigint }[] = [
  // ::ffff:a.b.c.d, sockets treat it as IPv4.
  { cidr: mustParse('::ffff:0:0/96'), extract: low32 },
  // ::a.b.c.d, deprecated "compatible" form.
  { cidr: mustParse('::/96'), extract: low32 },
  // NAT64, well known and local-use.
  { cidr: mustParse('64:ff9b::/96'), extract: low32 },
  { cidr: mustParse('64:ff9b:1::/48'), extract: low32 },
  // 6to4 keeps the IPv4 address after the first 16 bits.
  { cidr: mustParse('2002::/16'), extract: (value) => (value >> 80n) & 0xffffffffn },
  // Teredo keeps the client's IPv4 address inverted at the end.
  { cidr: mustParse('2001::/32'), extract: (value) => ~value & 0xffffffffn },
];

function low32(value: bigint): bigint {
  return value & 0xffffffffn;
}

function mustParse(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(`Not a network in CIDR form: ${text}`);
  return cidr;
}

/** The IPv4 address carried inside an IPv6 one (mapped, compatible, NAT64, 6to4, Teredo), else null. */
export function embeddedIPv4(address: ParsedAddress): ParsedAddress | null {
  // :: and ::1 lie in the "compatible" range and carry nothing.
  if (address.family === 4 || address.value <= 1n) return null;
  for (const carrier of carriers) {
    if (cidrContains(carrier.cidr, address)) return { family: 4, value: carrier.extract(address.value) };
  }
  return null;
}

const kinds: { kind: AddressKind; ranges: Cidr[] }[] = (
  [
    // 0.0.0.0 and :: reach the own machine on Linux.
    ['unspecified', ['0.0.0.0/8', '::/128']],
    ['loopback', ['127.0.0.0/8', '::1/128']],
    ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10']],
    ['link-local', ['169.254.0.0/16', 'fe80::/10']],
    ['multicast', ['224.0.0.0/4', 'ff00::/8']],
    [
      'reserved',
      [
        '192.0.0.0/24',
        '192.0.2.0/24',
        '198.18.0.0/15',
        '198.51.100.0/24',
        '203.0.113.0/24',
        '240.0.0.0/4',
        '2001:db8::/32',
        '100::/64',
      ],
    ],
  ] as [AddressKind, string[]][]
).map(([kind, ranges]) => ({ kind, ranges: ranges.map(mustParse) }));

/** What kind of network an address belongs to; an embedded IPv4 address decides for its carrier. */
export function addressKind(address: ParsedAddress): AddressKind {
  const inner = embeddedIPv4(address);
  if (inner !== null) return addressKind(inner);
  return kinds.find(({ ranges }) => ranges.some((range) => cidrContains(range, address)))?.kind ?? 'public';
}

export function isOwnMachine(kind: AddressKind): boolean {
  return kind === 'loopback' || kind === 'unspecified';
}
