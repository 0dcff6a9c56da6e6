import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultExportOptions, exportPolicy } from '#policies/exporters/all.ts';
import type { ExportOptions } from '#policies/exporters/export.ts';
import { loadPolicy } from '#policies/load.ts';
import { folderVariable } from '#server/egress/prove/places.ts';
import { tempFolder } from '../support/temp-folder.ts';
import type { Verdicts } from './daemon-lab.ts';
import { ownNamespaces, prepareDaemons } from './debian-packages.ts';

const problem = await prepareDaemons({
  dnsmasq: 'dnsmasq-base',
  unbound: 'unbound',
  named: 'bind9',
  squid: 'squid',
  nft: 'nftables',
  ip: 'iproute2',
});

const now = Date.parse('2026-11-24T12:00:00Z');
const policy = loadPolicy(
  JSON.stringify({
    schema: 'stillroom.policy/1',
    id: 'daemons',
    version: '2026.11.24',
    default: 'deny',
    rules: [
      {
        id: 'cloud-address',
        action: 'deny',
        reason: 'Where the fake cloud lives.',
        to: [{ cidr: '203.0.113.10' }, { cidr: '198.51.100.128/25' }],
      },
    ],
    tests: [{ target: 'api.deepseek.com', expect: 'deny' }],
  }),
  'test',
  now,
);

function runLab(lab: string, format: string, options: Partial<ExportOptions> = {}): Verdicts {
  const folder = tempFolder();
  const file = join(folder, 'export');
  writeFileSync(file, exportPolicy(policy, format, { ...defaultExportOptions, ...options }).text);
  const script = join(import.meta.dirname, 'daemon-lab.ts');
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    [...ownNamespaces, process.execPath, '--disable-warning=ExperimentalWarning', script, lab, file, folder],
    {
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, [folderVariable]: folder },
    },
  );
  if (status !== 0) throw new Error(`the ${lab} laboratory ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as Verdicts;
}

const cloud = '203.0.113.10';
const partner = '203.0.113.20';
const direct = {
  'api.deepseek.com': 'blocked',
  'API.DeepSeek.COM': 'blocked',
  'deepseek.com': 'blocked',
  'a.b.deepseek.com': 'blocked',
};
const others = { 'notdeepseek.com': partner, 'ok.example': partner };
/** What the header of a names-only format says it does not catch. */
const uncaught = { 'cloak.example': cloud, 'rebind.example': cloud };
const caught = { 'cloak.example': 'blocked', 'rebind.example': 'blocked' };

if (problem !== null) console.warn(`Exports were not loaded into real daemons: ${problem}`);

describe.runIf(problem === null)('an export in the real daemon', () => {
  it('dnsmasq refuses the cloud under every name of its own, and, as the file says, no foreign name for it', () => {
    expect(runLab('dnsmasq', 'dnsmasq')).toEqual({ ...direct, ...others, ...uncaught });
  }, 60_000);

  it('unbound with local zones does the same', () => {
    expect(runLab('unbound', 'unbound')).toEqual({ ...direct, ...others, ...uncaught });
  }, 60_000);

  it('unbound with the policy zone also catches foreign names and answered addresses', () => {
    expect(runLab('unbound-rpz', 'rpz')).toEqual({ ...direct, ...others, ...caught });
  }, 60_000);

  it('BIND with the policy zone also catches foreign names and answered addresses', () => {
    expect(runLab('bind', 'rpz')).toEqual({ ...direct, ...others, ...caught });
  }, 60_000);

  it('squid refuses requests and tunnels by name and, with denied networks, by address', () => {
    expect(runLab('squid', 'squid')).toEqual({
      'api.deepseek.com': 'blocked',
      'API.DeepSeek.COM.': 'blocked',
      'a.b.deepseek.com': 'blocked',
      'notdeepseek.com': '200',
      'ok.example': '200',
      'cloak.example': 'blocked',
      'rebind.example': 'blocked',
      [cloud]: 'blocked',
      'CONNECT api.deepseek.com': 'blocked',
      'CONNECT ok.example': '200',
    });
  }, 60_000);

  it('nftables lets the service user answer and reach its own machine only, and counts', () => {
    expect(runLab('nft', 'nftables')).toMatchObject({
      'service to outside': 'ECONNREFUSED',
      'other user to outside': 'sent',
      'other user to denied network': 'ECONNREFUSED',
      'service to own machine': 'connected',
      service_denied: '1',
      network_denied: '1',
    });
  }, 60_000);

  it.each([
    ['dnsmasq', 'dnsmasq'],
    ['unbound', 'unbound'],
    ['bind', 'rpz'],
    ['unbound-rpz', 'rpz'],
  ])(
    '%s in redirect mode answers the API name with the gateway and refuses the rest of the cloud',
    (lab, format) => {
      const verdicts = runLab(lab, format, { mode: 'redirect', gateway: '192.0.2.10' });
      expect(verdicts).toMatchObject({
        'api.deepseek.com': '192.0.2.10',
        'API.DeepSeek.COM': '192.0.2.10',
        'deepseek.com': 'blocked',
        'a.b.deepseek.com': 'blocked',
        ...others,
      });
    },
    60_000,
  );
});

describe.runIf(existsSync('/usr/bin/systemd-analyze'))('the systemd drop-in', () => {
  it('is understood by systemd without a complaint', () => {
    const unit = join(tempFolder(), 'stillroom.service');
    const { text } = exportPolicy(policy, 'systemd', defaultExportOptions);
    writeFileSync(unit, `[Unit]\nDescription=Test\n${text}ExecStart=/bin/true\n`);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
    });
    expect({
      status,
      complaints: stderr.split('\n').filter((line) => line.includes('stillroom.service')),
    }).toEqual({
      status: 0,
      complaints: [],
    });
    const typo = `${unit.slice(0, -'.service'.length)}-typo.service`;
    writeFileSync(
      typo,
      `[Unit]\nDescription=Test\n${text.replaceAll('IPAddressDeny', 'IPAddresDeny')}ExecStart=/bin/true\n`,
    );
    expect(spawnSync('systemd-analyze', ['verify', '--man=no', typo], { encoding: 'utf8' }).stderr).toContain(
      'IPAddresDeny',
    );
  });
});
