/**
 * Names as DNS would see them. Everything that compares names (decisions, guard, exports, CLI) goes through here, so
 * that `API.DeepSeek.com.`, full-width letters, ideographic dots and `0x7f.1` are one thing each.
 */
import { domainToASCII } from 'node:url';
import { canonicalAddress } from './addresses.ts';

export type CanonicalHost =
  | { kind: 'name'; name: string }
  | { kind: 'address'; address: string }
  | { kind: 'invalid'; problem: string };

/** Canonical form of a host as a person, a URL or a program may write it. Never throws. */
export function canonicalHost(input: string): CanonicalHost {
  const dotted = input.replace(/[。．｡]/gu, '.');
  const unbracketed = /^\[(.*)\]$/u.exec(dotted)?.[1] ?? dotted;
  const literal = canonicalAddress(unbracketed);
  if (literal !== null) return { kind: 'address', address: literal };
  // domainToASCII stops at these instead of refusing them, so "good.example/evil.example" would pass as the first.
  if (/[/\\?#@:\s]/u.test(unbracketed)) return invalid('holds a character that no host name has');
  const ascii = stripTrailingDots(domainToASCII(stripTrailingDots(unbracketed)));
  if (ascii === '') return invalid('is empty or not a valid international domain name');
  // domainToASCII folds decimal, octal and hexadecimal spellings of IPv4 as browsers do.
  const folded = canonicalAddress(ascii);
  if (folded !== null) return { kind: 'address', address: folded };
  if (ascii.length > 253) return invalid('is longer than 253 characters');
  const badLabel = ascii.split('.').find((label) => !/^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/u.test(label));
  if (badLabel !== undefined) return invalid(`has the invalid label "${badLabel.slice(0, 63)}"`);
  return { kind: 'name', name: ascii };
}

function invalid(problem: string): CanonicalHost {
  return { kind: 'invalid', problem };
}

function stripTrailingDots(text: string): string {
  return text.replace(/\.+$/u, '');
}

/** True when `name` is `suffix` or lies below it. Both canonical. Whole labels: notdeepseek.com is not below deepseek.com. */
export function isBelow(name: string, suffix: string): boolean {
  return name === suffix || name.endsWith(`.${suffix}`);
}

/** `localhost` and everything below it (RFC 6761): names of the own machine. */
export function isLocalName(name: string): boolean {
  return isBelow(name, 'localhost');
}

const defaultPorts: Record<string, number> = {
  'http:': 80,
  'https:': 443,
  'ws:': 80,
  'wss:': 443,
  'ftp:': 21,
};

/** Splits a URL, `host`, `host:port`, `[v6]:port` or address into host and port, as `policy explain` accepts them. */
export function splitTarget(text: string): { host: string; port: number | null } {
  const trimmed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(trimmed) && URL.canParse(trimmed)) {
    const url = new URL(trimmed);
    return {
      host: url.hostname,
      port: url.port === '' ? (defaultPorts[url.protocol] ?? null) : Number(url.port),
    };
  }
  const withPort = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/u.exec(trimmed);
  if (withPort?.[1] !== undefined && Number(withPort[2]) <= 65_535)
    return { host: withPort[1], port: Number(withPort[2]) };
  return { host: trimmed, port: null };
}
