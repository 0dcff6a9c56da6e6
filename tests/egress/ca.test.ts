import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { caCommand } from '#server/cli/ca.ts';
import { createAuthority, createLeaf, type Issued } from '#server/egress/ca/certificate.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testIo } from './test-io.ts';

const now = Date.now();
const authority = createAuthority('deepseek.com', 'Stillroom local authority', 825, now);
const leafFor = (...names: string[]) => createLeaf(authority, 'Stillroom local authority', names, 90, now);

/** What a client that trusts the CA makes of a server with this certificate. */
async function connect(leaf: Issued, name: string): Promise<string> {
  const server = tls.createServer(
    { cert: leaf.certificatePem + authority.certificatePem, key: leaf.keyPem },
    (socket) => socket.end(),
  );
  server.on('tlsClientError', () => undefined);
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = tls.connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    servername: name,
    ca: authority.certificatePem,
  });
  try {
    await once(socket, 'secureConnect');
    return 'trusted';
  } catch (error) {
    return (error as Error).message;
  } finally {
    socket.destroy();
  }
}

describe('the authority of redirect mode', () => {
  it('is trusted for its domain', async () => {
    expect(await connect(leafFor('api.deepseek.com'), 'api.deepseek.com')).toBe('trusted');
  });

  it('is worthless for any other name, whatever its stolen key signs', async () => {
    expect(await connect(leafFor('mail.example'), 'mail.example')).toBe('permitted subtree violation');
    expect(await connect(leafFor('notdeepseek.com'), 'notdeepseek.com')).toBe('permitted subtree violation');
    expect(await connect(leafFor('api.deepseek.com', 'mail.example'), 'mail.example')).toBe(
      'permitted subtree violation',
    );
  });

  it('cannot make further authorities, and its leaves live ninety days', () => {
    const certificate = new X509Certificate(authority.certificatePem);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const leaf = new X509Certificate(leafFor('api.deepseek.com').certificatePem);
    expect([leaf.ca, leaf.checkIssued(certificate), leaf.subjectAltName]).toEqual([
      false,
      true,
      'DNS:api.deepseek.com',
    ]);
    expect(Math.round((leaf.validToDate.getTime() - now) / 86_400_000)).toBe(90);
  });

  it.runIf(existsSync('/usr/bin/openssl'))('is read by OpenSSL as it is meant', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'ca.pem'), authority.certificatePem);
    const verdictOf = (...names: string[]) => {
      writeFileSync(join(folder, 'leaf.pem'), leafFor(...names).certificatePem);
      return spawnSync('openssl', [
        'verify',
        '-x509_strict',
        '-CAfile',
        join(folder, 'ca.pem'),
        join(folder, 'leaf.pem'),
      ]).status;
    };
    expect(verdictOf('api.deepseek.com')).toBe(0);
    expect(verdictOf('mail.example')).not.toBe(0);
    const text = spawnSync('openssl', ['x509', '-noout', '-text', '-in', join(folder, 'ca.pem')], {
      encoding: 'utf8',
    }).stdout;
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE, pathlen:0/u);
    expect(text).toMatch(/X509v3 Name Constraints: critical\s+Permitted:\s+DNS:deepseek\.com\s+Excluded:/u);
  });

  it('is made by one command, with private keys for the owner only, and never overwritten', async () => {
    const folder = join(tempFolder(), 'ca');
    const io = testIo();
    expect(await caCommand(['create', '--out', folder], io)).toBe(0);
    for (const key of ['ca-key.pem', 'server-key.pem'])
      expect(statSync(join(folder, key)).mode & 0o777, key).toBe(0o600);
    expect(readFileSync(join(folder, 'server.pem'), 'utf8').match(/BEGIN CERTIFICATE/gu)).toHaveLength(2);
    expect(await caCommand(['create', '--out', folder], io)).toBe(1);
    expect(io.written.err).toMatch(/holds a CA already/u);
    expect(await caCommand(['create', '--out', `${folder}2`, '--name', 'mail.example'], io)).toBe(2);
  });
});
