/**
 * The certificates of redirect mode: a CA that can speak for one domain only (a critical name constraint, so a stolen key
 * is useless for anything else), and a short leaf. ECDSA P-256. No tool outside the runtime is needed.
 */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import {
  bits,
  boolean,
  integer,
  objectIdentifier,
  octets,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from './der.ts';

export interface Issued {
  certificatePem: string;
  keyPem: string;
}

const dayMs = 86_400_000;
/** Clients with a slow clock should accept a fresh certificate. */
const backdateMs = 3_600_000;

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/** A CA for `domain` and everything below it, path length 0. */
export function createAuthority(domain: string, commonName: string, days: number, now: number): Issued {
  const { publicKey, privateKey } = newKey();
  const name = distinguishedName(commonName);
  const extensions = [
    extension('2.5.29.19', true, sequence(boolean(true), integer(Buffer.from([0])))),
    // keyCertSign, cRLSign
    extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1)),
    extension('2.5.29.14', false, octets(keyIdentifier(publicKey))),
    // permittedSubtrees: the domain, and no address at all (a constraint on names leaves addresses open).
    extension(
      '2.5.29.30',
      true,
      sequence(
        tagged(0xa0, sequence(tagged(0x82, Buffer.from(domain)))),
        tagged(0xa1, sequence(tagged(0x87, Buffer.alloc(8))), sequence(tagged(0x87, Buffer.alloc(32)))),
      ),
    ),
  ];
  return issue({
    subject: name,
    issuer: name,
    publicKey,
    signer: privateKey,
    key: privateKey,
    days,
    now,
    extensions,
  });
}

/** A server certificate for exactly these names. */
export function createLeaf(
  authority: Issued,
  authorityName: string,
  names: string[],
  days: number,
  now: number,
): Issued {
  const { publicKey, privateKey } = newKey();
  const signerPublic = createPublicKey(authority.certificatePem);
  const extensions = [
    extension('2.5.29.19', true, sequence()),
    // digitalSignature
    extension('2.5.29.15', true, bits(Buffer.from([0x80]), 7)),
    // serverAuth
    extension('2.5.29.37', false, sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...names.map((name) => tagged(0x82, Buffer.from(name))))),
    extension('2.5.29.14', false, octets(keyIdentifier(publicKey))),
    extension('2.5.29.35', false, sequence(tagged(0x80, keyIdentifier(signerPublic)))),
  ];
  return issue({
    subject: distinguishedName(names[0] ?? ''),
    issuer: distinguishedName(authorityName),
    publicKey,
    signer: authority.keyPem,
    key: privateKey,
    days,
    now,
    extensions,
  });
}

interface Request {
  subject: Buffer;
  issuer: Buffer;
  publicKey: KeyObject;
  signer: KeyObject | string;
  key: KeyObject;
  days: number;
  now: number;
  extensions: Buffer[];
}

function issue(request: Request): Issued {
  const serial = randomBytes(16);
  serial.writeUInt8(serial.readUInt8(0) & 0x7f, 0);
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    request.issuer,
    sequence(time(new Date(request.now - backdateMs)), time(new Date(request.now + request.days * dayMs))),
    request.subject,
    request.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...request.extensions)),
  );
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, request.signer)));
  const lines = certificate.toString('base64').match(/.{1,64}/gu) ?? [];
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    keyPem: request.key.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function newKey() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8(commonName))));
}

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), ...(critical ? [boolean(true)] : []), octets(value));
}

/** SHA-1 of the key bits, as RFC 5280 4.2.1.2 suggests; an identifier, not a safeguard. */
function keyIdentifier(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return createHash('sha1').update(point).digest();
}
