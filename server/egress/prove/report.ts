/** The signed report of a proof: what was tried, on what, and what arrived. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname } from 'node:path';
import { canonicalJson } from '#policies/canonical-json.ts';
import type { CompiledPolicy } from '#policies/compiled.ts';
import { servingPorts } from '../launcher.ts';
import type { InsideResult } from './inside.ts';
import { findObjections, tally } from './prove.ts';

export interface Report {
  schema: 'stillroom.proof/1';
  createdAt: string;
  product: { version: string; node: string };
  system: { kernel: string; architecture: string; user: number | null };
  policy: { id: string; version: string; sha256: string };
  verdict: 'proven' | 'refuted';
  objections: string[];
  tally: ReturnType<typeof tally>;
  result: InsideResult;
}

export interface SignedReport {
  report: Report;
  signature: { algorithm: 'Ed25519'; publicKey: string; fingerprint: string; value: string };
}

export function makeReport(result: InsideResult, policy: CompiledPolicy, version: string): Report {
  const objections = findObjections(result, servingPorts(policy) === null ? 'sealed' : 'private');
  return {
    schema: 'stillroom.proof/1',
    createdAt: new Date().toISOString(),
    product: { version, node: process.version },
    system: { kernel: release(), architecture: process.arch, user: process.getuid?.() ?? null },
    policy: { id: policy.id, version: policy.version, sha256: policy.sha256 },
    verdict: objections.length === 0 ? 'proven' : 'refuted',
    objections,
    tally: tally(result.attempts),
    result,
  };
}

/** Signs with the key in `keyPath`, which is made on first use. Note its fingerprint once and compare it later. */
export function signReport(report: Report, keyPath: string): SignedReport {
  if (!existsSync(keyPath)) {
    mkdirSync(dirname(keyPath), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  }
  const key = createPrivateKey(readFileSync(keyPath));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
  return {
    report,
    signature: {
      algorithm: 'Ed25519',
      publicKey,
      fingerprint: fingerprintOf(publicKey),
      value: sign(null, Buffer.from(canonicalJson(report)), key).toString('base64'),
    },
  };
}

/** True when the report is exactly what the holder of the contained key signed. Whose key it is only the fingerprint tells. */
export function verifyReport({ report, signature }: SignedReport): boolean {
  const valid = verify(
    null,
    Buffer.from(canonicalJson(report)),
    createPublicKey(signature.publicKey),
    Buffer.from(signature.value, 'base64'),
  );
  return valid && signature.fingerprint === fingerprintOf(signature.publicKey);
}

function fingerprintOf(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/u, '')}`;
}
