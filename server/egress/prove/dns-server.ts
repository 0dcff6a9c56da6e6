/** A DNS server for the fake internet: answers a handful of names and tells which name was asked. */
import { places } from './places.ts';

const A = 1;
const CNAME = 5;
const AAAA = 28;
const NXDOMAIN = 3;

interface Answer {
  type: number;
  data: Buffer;
}

/** The name in a query, or null when the packet is none. */
export function questionOf(query: Buffer): { name: string; type: number; end: number } | null {
  const labels: string[] = [];
  let at = 12;
  while (at < query.length) {
    const length = query[at] ?? 0;
    at += 1;
    if (length === 0)
      return at + 4 <= query.length
        ? { name: labels.join('.'), type: query.readUInt16BE(at), end: at + 4 }
        : null;
    if (length > 63) return null;
    labels.push(query.subarray(at, at + length).toString('latin1'));
    at += length;
  }
  return null;
}

const address4 = (text: string): Answer => ({ type: A, data: Buffer.from(text.split('.').map(Number)) });
const cloud6: Answer = { type: AAAA, data: Buffer.from('20010db8000000000000000000000010', 'hex') };

function encodeName(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function answersFor(name: string): Answer[] | null {
  const lower = name.toLowerCase();
  if (lower === 'deepseek.com' || lower.endsWith('.deepseek.com')) return [address4(places.cloud)];
  // Ends like the cloud's name and is somebody else's: a rule that matches it is wrong.
  if (lower === 'ok.example' || lower === 'notdeepseek.com') return [address4(places.partner)];
  if (lower === 'rebind.example') return [address4(places.cloud)];
  if (lower === 'multi.example') return [address4(places.cloud), cloud6];
  if (lower === 'cloak.example')
    return [{ type: CNAME, data: encodeName('api.deepseek.com') }, address4(places.cloud)];
  return null;
}

/** The reply to a query. A CNAME chain is answered whole, as a resolver would. */
export function replyTo(query: Buffer): Buffer | null {
  const question = questionOf(query);
  if (question === null) return null;
  const all = answersFor(question.name);
  const answers = (all ?? []).filter(
    ({ type }) => type === question.type || (type === CNAME && question.type === A),
  );
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | (all === null ? NXDOMAIN : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt32BE(0, 8);
  const owner = answers[0]?.type === CNAME ? encodeName('api.deepseek.com') : Buffer.from([0xc0, 12]);
  const records = answers.map(({ type, data }, index) => {
    const fixed = Buffer.alloc(10);
    fixed.writeUInt16BE(type, 0);
    fixed.writeUInt16BE(1, 2);
    fixed.writeUInt32BE(5, 4);
    fixed.writeUInt16BE(data.length, 8);
    return Buffer.concat([index === 0 ? Buffer.from([0xc0, 12]) : owner, fixed, data]);
  });
  return Buffer.concat([header, query.subarray(12, question.end), ...records]);
}
