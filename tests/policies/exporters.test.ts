import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '#policies/addresses.ts';
import { decide } from '#policies/decide.ts';
import { defaultExportOptions, exporters, exportPolicy } from '#policies/exporters/all.ts';
import { coverageOf } from '#policies/exporters/coverage.ts';
import { collectDenies } from '#policies/exporters/export.ts';
import { defaultPolicyText, loadPolicy } from '#policies/load.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const shipped = loadPolicy(defaultPolicyText, 'default', now);

function policyWith(rules: object[]) {
  return loadPolicy(
    JSON.stringify({
      schema: 'stillroom.policy/1',
      id: 'test',
      version: '3',
      default: 'deny',
      rules,
      tests: [{ target: 'api.deepseek.com', expect: 'deny' }],
    }),
    'test',
    now,
  );
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !/^[#;!]|^\/\//u.test(line));

describe('every export', () => {
  it('says which policy it is, in which version and with which hash, or can hold no comment', () => {
    for (const exporter of exporters) {
      const { text, limits } = exportPolicy(shipped, exporter.format, defaultExportOptions);
      const identified = text.includes(shipped.compiled.sha256) && text.includes(shipped.policy.version);
      expect(identified || exporter.format === 'pihole', exporter.format).toBe(true);
      // Whoever reads it learns what it can't do, in the file or beside it.
      expect(limits.length, exporter.format).toBeGreaterThan(0);
    }
  });

  it('takes enforced packs only, unless report-only ones are asked for', () => {
    const plain = exportPolicy(shipped, 'list', defaultExportOptions).text;
    const all = exportPolicy(shipped, 'list', { ...defaultExportOptions, includeReport: true }).text;
    expect(lines(plain)).toEqual(['deepseek.com']);
    expect(lines(all)).toEqual(
      expect.arrayContaining(['deepseek.com', 'openrouter.ai', 'hm.baidu.com', 'deepseekv3.net']),
    );
  });

  it('covers nothing twice: hosts below a denied suffix are left out', () => {
    const policy = policyWith([
      {
        id: 'more',
        action: 'deny',
        reason: 'Already covered.',
        to: [{ name: 'chat.deepseek.com' }, { suffix: 'api.deepseek.com' }, { suffix: 'other.example' }],
      },
    ]);
    expect(collectDenies(policy, false)).toMatchObject({
      suffixes: ['deepseek.com', 'other.example'],
      names: [],
    });
  });

  it('leaves out denies of single ports and says so, and those of pulls alone', () => {
    const policy = policyWith([
      { id: 'ssh', action: 'deny', reason: 'No remote shells.', to: [{ cidr: '10.0.0.0/8', ports: [22] }] },
      {
        id: 'all',
        action: 'deny',
        reason: 'None of these.',
        to: [{ cidr: '10.2.0.0/16' }, { cidr: '10.2.3.0/24' }],
      },
      {
        id: 'hub',
        action: 'deny',
        reason: 'No pulls there.',
        phases: ['pull'],
        to: [{ suffix: 'hub.example' }],
      },
    ]);
    const { text, limits } = exportPolicy(policy, 'nftables', defaultExportOptions);
    expect(text).toContain('auto-merge; elements = { 10.2.0.0/16, 10.2.3.0/24 }');
    expect(limits.at(-1)).toContain('10.0.0.0/8 port 22');
    expect(text).toContain(limits.at(-1));
    expect(exportPolicy(policy, 'dnsmasq', defaultExportOptions).text).not.toContain('hub.example');
  });

  it('gives a redirected name one answer, however it is spelled', () => {
    const redirect = { ...defaultExportOptions, mode: 'redirect' as const, gateway: '192.0.2.10' };
    const { text } = exportPolicy(shipped, 'rpz', { ...redirect, names: ['DeepSeek.com.'] });
    expect(lines(text)).toContain('deepseek.com A 192.0.2.10');
    expect(lines(text)).not.toContain('deepseek.com CNAME .');
    expect(lines(text)).toContain('*.deepseek.com CNAME .');
    expect(() => exportPolicy(shipped, 'rpz', { ...redirect, gateway: 'fe80::1' })).toThrow(/--gateway/u);
    expect(() => exportPolicy(shipped, 'rpz', { ...redirect, names: ['a b'] })).toThrow(/no host name/u);
  });

  it('redirects only where the format can, and only with an address', () => {
    const redirect = { ...defaultExportOptions, mode: 'redirect' as const, gateway: '192.0.2.10' };
    expect(() => exportPolicy(shipped, 'nftables', redirect)).toThrow(
      /can't redirect. These can: rpz, unbound, dnsmasq, hosts, adguard/u,
    );
    expect(() => exportPolicy(shipped, 'rpz', { ...redirect, gateway: null })).toThrow(/--gateway/u);
    const { text } = exportPolicy(shipped, 'hosts', redirect);
    expect(lines(text)[0]).toBe('192.0.2.10 api.deepseek.com');
    expect(lines(text)).not.toContain('0.0.0.0 api.deepseek.com');
    // People must know that their cloud keys arrive here.
    expect(text).toMatch(/Clients send their real cloud key there/u);
  });
});

describe('the PAC file', () => {
  it('says no to exactly the names that the policy denies (property)', () => {
    const policy = policyWith([
      { id: 'exact', action: 'deny', reason: 'One exact host.', to: [{ name: 'one.example' }] },
    ]);
    const context = vm.createContext({});
    vm.runInContext(exportPolicy(policy, 'pac', defaultExportOptions).text, context);
    const verdict = (host: string) =>
      vm.runInContext(`FindProxyForURL('', ${JSON.stringify(host)})`, context) as string;
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/u);
    const host = fc
      .tuple(
        fc.array(label, { maxLength: 2 }),
        fc.constantFrom(
          'deepseek.com',
          'notdeepseek.com',
          'deepseek.com.example',
          'one.example',
          'other.example',
        ),
      )
      .map(([labels, base]) => [...labels, base].join('.'));
    fc.assert(
      fc.property(host, fc.boolean(), fc.constantFrom('', '.'), (name, upper, dot) => {
        const denied =
          decide(policy.compiled, { layer: 'name', phase: 'serve', host: name }, now).ruleId !==
          'default-deny';
        expect(verdict((upper ? name.toUpperCase() : name) + dot)).toBe(
          denied ? 'PROXY 127.0.0.1:9' : 'DIRECT',
        );
      }),
    );
  });
});

describe('Pi-hole expressions', () => {
  it('match a suffix with everything below it and nothing that merely ends alike', () => {
    const expressions = lines(exportPolicy(shipped, 'pihole', defaultExportOptions).text).map(
      (line) => new RegExp(line, 'u'),
    );
    const matches = (name: string) => expressions.some((expression) => expression.test(name));
    for (const name of ['deepseek.com', 'api.deepseek.com', 'a.b.deepseek.com'])
      expect(matches(name), name).toBe(true);
    for (const name of ['notdeepseek.com', 'deepseek.com.example', 'deepseekxcom'])
      expect(matches(name), name).toBe(false);
  });
});

describe('the response policy zone', () => {
  it('writes IPv6 networks so that they read back as the same network (property)', () => {
    fc.assert(
      fc.property(
        fc.ipV6().filter((text) => !text.includes('.')),
        (address) => {
          const policy = policyWith([
            { id: 'network', action: 'deny', reason: 'Some network.', to: [{ cidr: `${address}/128` }] },
          ]);
          const line = lines(exportPolicy(policy, 'rpz', defaultExportOptions).text).find((text) =>
            text.includes('.rpz-ip'),
          );
          const [prefix, ...groups] = (line ?? '').replace(/\.rpz-ip.*/u, '').split('.');
          const at = groups.indexOf('zz');
          const full =
            at === -1
              ? groups
              : [
                  ...groups.slice(0, at),
                  ...Array<string>(9 - groups.length).fill('0'),
                  ...groups.slice(at + 1),
                ];
          expect(prefix).toBe('128');
          expect(parseAddress(full.reverse().join(':'))?.value).toBe(parseAddress(address)?.value);
        },
      ),
    );
  });
});

describe('coverage', () => {
  it('calls formats partial where their text differs from the rule', () => {
    expect(coverageOf({ suffix: 'x.example' })).toMatchObject({ partial: ['hosts'], none: ['nftables'] });
    expect(coverageOf({ name: 'x.example' }).partial).toEqual(['unbound', 'dnsmasq', 'list']);
    expect(coverageOf({ cidr: '10.0.0.0/8' }).whole).toEqual(['rpz', 'squid', 'nftables', 'list', 'csv']);
    expect(coverageOf({ suffix: 'x.example', ports: [443] }).whole).toEqual(['csv']);
  });

  it('speaks only of formats that exist', () => {
    const { whole, partial, none } = coverageOf({ suffix: 'deepseek.com' });
    const known = exporters.map((exporter) => exporter.format);
    expect(known).toEqual(expect.arrayContaining([...whole, ...partial, ...none]));
  });
});
