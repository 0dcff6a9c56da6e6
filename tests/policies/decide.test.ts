import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecisionTarget, decide } from '#policies/decide.ts';
import { canonicalHost } from '#policies/hosts.ts';
import { loadPolicy } from '#policies/load.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const base = {
  schema: 'stillroom.policy/1',
  id: 'test',
  version: '1',
  default: 'deny',
  tests: [{ target: 'api.deepseek.com', expect: 'deny' }],
};

function policyWith(extra: object) {
  return loadPolicy(JSON.stringify({ ...base, ...extra }), 'test', now).compiled;
}

const allowHub = {
  id: 'hub',
  action: 'allow',
  reason: 'Model files come from here.',
  phases: ['pull'],
  to: [{ name: 'files.example', ports: [443] }],
};

function verdict(policy: ReturnType<typeof policyWith>, target: Partial<DecisionTarget>): string {
  const { decision, ruleId } = decide(policy, { layer: 'tcp', phase: 'serve', ...target }, now);
  return `${decision} ${ruleId}`;
}

describe('a decision', () => {
  it('denies the official service in every spelling', () => {
    const policy = policyWith({});
    for (const host of [
      'deepseek.com',
      'API.DeepSeek.com',
      'api.deepseek.com.',
      'api。deepseek．com',
      'ａｐｉ.deepseek.com',
      'deep\u00adseek.com',
      'a.b.c.deepseek.com',
      'api%2edeepseek.com',
    ]) {
      expect(verdict(policy, { host }), host).toBe('deny deepseek-official:deepseek.com');
    }
  });

  it('matches whole labels only', () => {
    const policy = policyWith({});
    for (const host of ['notdeepseek.com', 'deepseek.com.attacker.example', 'deepseek.org', 'deepseek.co']) {
      expect(verdict(policy, { host }), host).toBe('deny default-deny');
    }
  });

  it('lets an allow work only in its phase and on its port', () => {
    const policy = policyWith({ rules: [allowHub] });
    expect(verdict(policy, { host: 'files.example', port: 443, phase: 'pull' })).toBe('allow hub');
    expect(verdict(policy, { host: 'files.example', phase: 'pull', layer: 'dns' })).toBe('allow hub');
    expect(verdict(policy, { host: 'files.example', port: 80, phase: 'pull' })).toBe('deny default-deny');
    expect(verdict(policy, { host: 'files.example', port: 443 })).toBe('deny default-deny');
    expect(verdict(policy, { host: 'sub.files.example', port: 443, phase: 'pull' })).toBe(
      'deny default-deny',
    );
  });

  it('denies an allowed name that points inside', () => {
    const policy = policyWith({ rules: [allowHub] });
    const to = (address: string) =>
      verdict(policy, { host: 'files.example', address, port: 443, phase: 'pull' });
    expect(to('8.8.4.4')).toBe('allow hub');
    for (const address of [
      '10.0.0.1',
      '169.254.169.254',
      '192.168.1.1',
      'fd00::1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
    ]) {
      expect(to(address), address).toBe('deny private-address');
    }
    for (const address of ['127.0.0.1', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1']) {
      expect(to(address), address).toBe('deny loopback-closed');
    }
  });

  it('lets an allow by network reach a private peer', () => {
    const policy = policyWith({
      rules: [
        {
          id: 'database',
          action: 'allow',
          reason: 'The PostgreSQL server.',
          phases: ['serve'],
          to: [{ cidr: '10.1.2.3', ports: [5432] }],
        },
      ],
    });
    expect(verdict(policy, { address: '10.1.2.3', port: 5432 })).toBe('allow database');
    expect(verdict(policy, { address: '10.1.2.3', port: 5433 })).toBe('deny default-deny');
    expect(verdict(policy, { address: '10.1.2.4', port: 5432 })).toBe('deny default-deny');
  });

  it('lets no allow lift a deny, in whatever order they stand', () => {
    const deny = { id: 'no', action: 'deny', reason: 'Not this one.', to: [{ cidr: '198.51.100.0/24' }] };
    const allow = {
      id: 'yes',
      action: 'allow',
      reason: 'But that one.',
      to: [{ cidr: '198.51.100.7' }, { suffix: 'deepseek.com' }],
    };
    for (const rules of [
      [deny, allow],
      [allow, deny],
    ]) {
      const policy = policyWith({ rules });
      expect(verdict(policy, { address: '198.51.100.7', port: 443 })).toBe('deny no');
      expect(verdict(policy, { address: '::ffff:198.51.100.7', port: 443 })).toBe('deny no');
      expect(verdict(policy, { address: '2002:c633:6407::1', port: 443 })).toBe('deny no');
      expect(verdict(policy, { host: 'api.deepseek.com', address: '8.8.4.4', port: 443 })).toBe(
        'deny deepseek-official:deepseek.com',
      );
    }
  });

  it('opens a loopback port only when it is listed', () => {
    const policy = policyWith({ loopback: { ports: [9000] } });
    expect(verdict(policy, { address: '127.0.0.1', port: 9000 })).toBe('allow loopback-listed');
    expect(verdict(policy, { host: 'localhost', port: 9001 })).toBe('deny loopback-closed');
    expect(verdict(policy, { host: 'localhost', layer: 'dns' })).toBe('allow loopback-name');
    expect(verdict(policy, { host: '127.0.0.1', layer: 'dns' })).toBe('allow loopback-name');
  });

  it('lets nobody ask a DNS server about the own machine', () => {
    const policy = policyWith({});
    expect(verdict(policy, { host: 'secret.localhost', layer: 'dns' })).toBe('deny loopback-query');
    for (const host of ['localhost', 'secret.localhost', '127.1.2.3'])
      expect(verdict(policy, { host, layer: 'dns.query' })).toBe('deny loopback-query');
    expect(verdict(policy, { host: '127.0.0.1%secret.example', layer: 'dns' })).toBe('deny malformed-target');
  });

  it('stops a grant at its expiry', () => {
    const at = (expires: string) =>
      verdict(policyWith({ rules: [{ ...allowHub, expires }] }), {
        host: 'files.example',
        port: 443,
        phase: 'pull',
      });
    expect(at('2026-11-24T12:00:01Z')).toBe('allow hub');
    expect(at('2026-11-24T12:00:00Z')).toBe('deny default-deny');
  });

  it('reports without enforcing when a pack is report-only', () => {
    const mode = (value: string) =>
      decide(
        policyWith({ packs: [{ name: 'official-api-relays', mode: value }] }),
        { layer: 'name', phase: 'serve', host: 'openrouter.ai' },
        now,
      );
    expect(mode('report')).toMatchObject({
      ruleId: 'default-deny',
      reported: ['official-api-relays:openrouter.ai'],
    });
    expect(mode('enforce')).toMatchObject({
      ruleId: 'official-api-relays:openrouter.ai',
      pack: 'official-api-relays',
    });
  });

  it('allows sockets, programs and addons only by their exact list', () => {
    const policy = policyWith({
      sockets: ['/run/db.sock'],
      exec: ['/usr/bin/true'],
      addons: ['/opt/addons'],
    });
    expect(verdict(policy, { layer: 'unix', path: '/run/db.sock' })).toBe('allow unix-listed');
    expect(verdict(policy, { layer: 'unix', path: '/run/docker.sock' })).toBe('deny unix-closed');
    expect(verdict(policy, { layer: 'spawn', path: '/usr/bin/curl' })).toBe('deny spawn-closed');
    expect(verdict(policy, { layer: 'addon', path: '/opt/addons/x.node' })).toBe('allow addon-listed');
    expect(verdict(policy, { layer: 'addon', path: '/opt/addons/../x.node' })).toBe('deny addon-closed');
    expect(verdict(policy, { layer: 'addon', path: '/opt/addons-evil/x.node' })).toBe('deny addon-closed');
    expect(verdict(policy, { layer: 'ffi', path: 'libc' })).toBe('deny ffi-closed');
  });

  it('denies whatever cannot be read', () => {
    const policy = policyWith({ rules: [{ ...allowHub, phases: ['serve'] }] });
    for (const host of [
      '',
      '.',
      'files.example/x',
      'a b',
      'user@files.example',
      '*.files.example',
      'files.example:443',
      'x'.repeat(300),
    ]) {
      expect(verdict(policy, { host, port: 443 }), host).toBe('deny malformed-target');
    }
    expect(verdict(policy, {})).toBe('deny malformed-target');
    expect(verdict(policy, { host: 'files.example', address: 'nonsense' })).toBe('deny malformed-target');
  });

  it('never throws and never allows a spelling of the official service, for any text (property)', () => {
    const policy = policyWith({
      rules: [
        {
          id: 'all',
          action: 'allow',
          reason: 'Everything, to be hostile.',
          to: [{ suffix: 'com' }, { cidr: '0.0.0.0/0' }, { cidr: '::/0' }],
        },
      ],
    });
    const dot = fc.constantFrom('.', '。', '．', '｡');
    const letter = (c: string) =>
      fc.constantFrom(c, c.toUpperCase(), String.fromCodePoint((c.codePointAt(0) ?? 0) - 0x61 + 0xff41));
    const spelled = (text: string) =>
      fc.tuple(...[...text].map((c) => (c === '.' ? dot : letter(c)))).map((parts) => parts.join(''));
    const prefix = fc
      .array(fc.stringMatching(/^[a-z0-9]{1,8}$/u), { maxLength: 3 })
      .map((labels) => labels.map((label) => `${label}.`).join(''));
    fc.assert(
      fc.property(
        prefix,
        spelled('deepseek.com'),
        fc.constantFrom('', '.'),
        fc.option(fc.ipV4(), { nil: undefined }),
        (sub, name, tail, address) => {
          const target = {
            layer: 'tcp' as const,
            phase: 'pull' as const,
            host: sub + name + tail,
            port: 443,
            ...(address === undefined ? {} : { address }),
          };
          expect(decide(policy, target, now)).toMatchObject({
            decision: 'deny',
            ruleId: 'deepseek-official:deepseek.com',
          });
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (host) => {
        const result = decide(policyWith({}), { layer: 'tcp', phase: 'serve', host, port: 443 }, now);
        expect(result.decision).toBe('deny');
        const canonical = canonicalHost(host);
        if (canonical.kind === 'name') expect(canonicalHost(canonical.name)).toEqual(canonical);
        if (canonical.kind === 'address') expect(canonicalHost(canonical.address)).toEqual(canonical);
      }),
      { numRuns: 500 },
    );
  });
});
