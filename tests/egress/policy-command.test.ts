import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultPolicyText } from '#policies/load.ts';
import { policyCommand } from '#server/cli/policy.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { testIo } from './test-io.ts';

async function run(...args: string[]) {
  const io = testIo(tempFolder());
  const code = await policyCommand(args, io);
  return { code, ...io.written };
}

function policyFile(change: (policy: Record<string, unknown>) => void): string {
  const policy = JSON.parse(defaultPolicyText) as Record<string, unknown>;
  change(policy);
  const path = join(tempFolder(), 'policy.json');
  writeFileSync(path, JSON.stringify(policy));
  return path;
}

describe('stillroom policy', () => {
  it('explains what a URL comes to, which rule decides, where the rule is from and who can carry it', async () => {
    const { code, out } = await run('explain', 'https://API.DeepSeek.com./v1/chat?key=secret');
    expect(code).toBe(0);
    expect(out).toContain('Canonical   api.deepseek.com port 443');
    expect(out).toContain('Decision    DENY by deepseek-official:deepseek.com');
    expect(out).toMatch(/Source {6}v2fly .*certainty high/u);
    expect(out).toMatch(/Exports {5}wholly: rpz, unbound, dnsmasq/u);
  });

  it('shows a report-only rule as one that changes nothing', async () => {
    const { out } = await run('explain', 'openrouter.ai', '--phase', 'pull');
    expect(out).toContain('Decision    DENY by default-deny');
    expect(out).toContain('Reported    official-api-relays:openrouter.ai (report-only, changes nothing)');
  });

  it('checks a policy and says what is wrong with it and where', async () => {
    expect(await run('check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('The policy is valid.'),
    });
    const bad = policyFile((policy) => {
      policy.rules = [{ id: 'x1', action: 'allow', reason: 'some reason', to: [{ name: '*.example' }] }];
    });
    expect(await run('check', '--policy', bad)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/rules\.0\.to\.0\.name: host name "\*\.example" has the invalid label/u),
    });
    expect(await run('check', '--policy', '/nonexistent')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ENOENT'),
    });
  });

  it('lists each test with what decided it', async () => {
    const { code, out } = await run('test');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ok {2}https:\/\/api\.deepseek\.com\/v1 +serve {2}deny {2}deepseek-official:deepseek\.com$/mu,
    );
  });

  it('writes an export to a file and tells beside it what the format cannot hold', async () => {
    const path = join(tempFolder(), 'deep', 'pihole.txt');
    const { code, err } = await run('export', 'pihole', '--out', path);
    expect(code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('(\\.|^)deepseek\\.com$\n');
    expect(err).toMatch(/Cannot express: networks, ports/u);
    expect(await run('export', 'papyrus')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no format "papyrus"'),
    });
    expect(await run('export', 'rpz', '--mode', 'both')).toMatchObject({ code: 2 });
  });

  it('redirects without being told when the policy says so, where the format can', async () => {
    const office = policyFile((policy) => {
      policy.redirect = { enabled: true, names: ['api.deepseek.com'], address: '192.0.2.10' };
    });
    expect((await run('export', 'dnsmasq', '--policy', office)).out).toContain(
      'address=/api.deepseek.com/192.0.2.10',
    );
    expect((await run('export', 'dnsmasq', '--policy', office, '--mode', 'block')).out).not.toContain(
      '192.0.2.10',
    );
    expect((await run('export', 'squid', '--policy', office)).code).toBe(0);
    expect((await run('export', 'dnsmasq')).out).not.toContain('192.0.2.10');
  });

  it('tells what changed between two policies', async () => {
    const changed = policyFile((policy) => {
      policy.version = '2';
      policy.loopback = { ports: [9000] };
      policy.packs = [{ name: 'lookalikes', mode: 'enforce' }];
      policy.rules = [
        { id: 'peer', action: 'allow', reason: 'The database.', to: [{ cidr: '10.1.2.3', ports: [5432] }] },
      ];
    });
    const same = policyFile(() => undefined);
    const { out } = await run('diff', same, '--policy', changed);
    expect(out).toMatch(/^stillroom-default 2026\.11\.24 {2}→ {2}stillroom-default 2$/mu);
    expect(out).toMatch(/^\+ peer: allow, in serve, pull$/mu);
    expect(out).toMatch(
      /^~ lookalikes:deepseekap\.org: deny, report-only.*→ {2}lookalikes:deepseekap\.org: deny, in .*\(mode\)$/mu,
    );
    expect(out).toMatch(/^- official-api-relays:openrouter\.ai/mu);
    expect(out).toContain('~ loopbackPorts: []  →  [9000]');
    expect((await run('diff', same)).out).toContain('The policies are the same.');
  });

  it('does not claim a seal for a gateway that does not answer', async () => {
    const { code, out, err } = await run('status', '--url', 'http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(out).toContain('Allowed while serving: nothing');
    expect(out).not.toContain('sealed');
    expect(err).toContain('No gateway answers');
  });

  it('helps, and refuses what it does not know', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: stillroom policy'),
    });
    expect(await run('burn')).toMatchObject({ code: 2, err: expect.stringContaining('Unknown command') });
    expect(await run('check', '--colour')).toMatchObject({ code: 2 });
    expect(await run('explain')).toMatchObject({ code: 2, err: expect.stringContaining('explain TARGET') });
  });
});
