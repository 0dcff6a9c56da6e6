/** `stillroom ca create`: the certificates of redirect mode, where the gateway answers for api.deepseek.com. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalHost, isBelow } from '#policies/hosts.ts';
import { type CliIo, processIo } from '#server/cli/io.ts';
import { createAuthority, createLeaf } from '#server/egress/ca/certificate.ts';

const help = `Usage: stillroom ca create [options]

Makes a certificate authority that can speak for one domain only (critical name constraint), and a server
certificate for the redirected names. Give ca.pem to the machines that shall trust it; the key stays here.

  --out FOLDER     where the files go (must not hold a CA already)    ./stillroom-ca
  --domain NAME    the only domain the CA can speak for               deepseek.com
  --name NAME      a name for the server certificate; may be repeated api.deepseek.com

Files: ca.pem, ca-key.pem (mode 0600), server.pem (90 days, with the CA), server-key.pem (mode 0600)
`;

const authorityName = 'Stillroom local authority';
const authorityDays = 825;
const leafDays = 90;

/** @returns the exit code */
export async function caCommand(args: string[], io: CliIo = processIo()): Promise<number> {
  const options = {
    help: { type: 'boolean', short: 'h' },
    out: { type: 'string' },
    domain: { type: 'string' },
    name: { type: 'string', multiple: true },
  } as const;
  let parsed: ReturnType<
    typeof parseArgs<{ args: string[]; options: typeof options; allowPositionals: true }>
  >;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    io.err(`${(error as Error).message}\nSee: stillroom ca --help\n`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help === true || positionals[0] !== 'create') {
    io.out(help);
    return values.help === true ? 0 : 2;
  }
  const domain = canonicalHost(values.domain ?? 'deepseek.com');
  const names = (values.name ?? ['api.deepseek.com']).map(canonicalHost);
  const good = names.flatMap((host) =>
    host.kind === 'name' && domain.kind === 'name' && isBelow(host.name, domain.name) ? [host.name] : [],
  );
  if (domain.kind !== 'name' || good.length !== names.length) {
    io.err(
      'Every --name must be a host name below --domain, because the authority can speak for nothing else.\n',
    );
    return 2;
  }
  const folder = values.out ?? join(io.workingFolder, 'stillroom-ca');
  if (existsSync(join(folder, 'ca-key.pem'))) {
    io.err(
      `${folder} holds a CA already. A new one would have to be given to every machine again: choose another folder, or remove the old one first.\n`,
    );
    return 1;
  }
  const now = Date.now();
  const authority = createAuthority(domain.name, authorityName, authorityDays, now);
  const leaf = createLeaf(authority, authorityName, good, leafDays, now);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'ca.pem'), authority.certificatePem);
  writeFileSync(join(folder, 'ca-key.pem'), authority.keyPem, { mode: 0o600 });
  writeFileSync(join(folder, 'server.pem'), leaf.certificatePem + authority.certificatePem);
  writeFileSync(join(folder, 'server-key.pem'), leaf.keyPem, { mode: 0o600 });
  io.out(
    `Wrote a CA for ${domain.name} and a certificate for ${good.join(', ')} (${leafDays} days) to ${folder}\n` +
      `Clients trust it with: curl --cacert ca.pem · NODE_EXTRA_CA_CERTS=ca.pem · SSL_CERT_FILE=ca.pem (Python)\n` +
      `Tell people: their programs send real cloud keys to this gateway from now on. It never stores them; revoke them.\n`,
  );
  return 0;
}
