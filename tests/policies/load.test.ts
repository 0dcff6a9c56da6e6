import { describe, expect, it } from 'vitest';
import { defaultPolicyText, loadPolicy, PolicyError } from '#policies/load.ts';
import { packs } from '#policies/packs.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const base = {
  schema: 'stillroom.policy/1',
  id: 'test',
  version: '1',
  default: 'deny',
  tests: [{ target: 'api.deepseek.com', expect: 'deny' }],
};

function problemsOf(extra: object): string[] {
  try {
    loadPolicy(JSON.stringify({ ...base, ...extra }), 'test.json', now);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  return [];
}

describe('loading a policy', () => {
  it('accepts the shipped default, which allows nothing', () => {
    const loaded = loadPolicy(defaultPolicyText, 'default', now);
    expect(loaded.compiled.rules.filter((rule) => rule.action === 'allow')).toEqual([]);
    expect(loaded.warnings).toEqual([]);
    expect(loaded.compiled.sha256).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('refuses what is unknown, contradictory or unreadable, naming the place', () => {
    expect(problemsOf({ colour: 1 })[0]).toMatch(/colour/u);
    expect(problemsOf({ default: 'allow' })[0]).toMatch(/^default:/u);
    expect(problemsOf({ tests: [] })[0]).toMatch(/^tests:/u);
    expect(
      problemsOf({
        rules: [
          {
            id: 'x1',
            action: 'deny',
            reason: 'too short?',
            to: [{ name: 'a.example', suffix: 'b.example' }],
          },
        ],
      })[0],
    ).toMatch(/^rules\.0\.to\.0: give exactly one/u);
    expect(
      problemsOf({
        rules: [{ id: 'x1', action: 'deny', reason: 'no globs please', to: [{ name: '*.example' }] }],
      })[0],
    ).toMatch(/invalid label/u);
    expect(
      problemsOf({
        rules: [
          {
            id: 'x1',
            action: 'allow',
            mode: 'report',
            reason: 'makes no sense',
            to: [{ name: 'a.example' }],
          },
        ],
      })[0],
    ).toMatch(/no meaning/u);
    const twice = { id: 'x1', action: 'deny', reason: 'same id twice', to: [{ name: 'a.example' }] };
    expect(problemsOf({ rules: [twice, twice] })).toEqual(['rule id "x1" is used twice']);
    expect(() => loadPolicy('{', 'broken.json', now)).toThrow(/broken\.json is not valid: it is not JSON/u);
  });

  it('keeps the official pack enforced, listed or not', () => {
    expect(problemsOf({ packs: [{ name: 'deepseek-official', mode: 'report' }] })[0]).toMatch(
      /always enforced/u,
    );
    const { compiled } = loadPolicy(JSON.stringify(base), 'test', now);
    expect(compiled.rules.map((rule) => [rule.id, rule.mode])).toEqual([
      ['deepseek-official:deepseek.com', 'enforce'],
    ]);
  });

  it('runs the tests the policy carries', () => {
    expect(problemsOf({ tests: [{ target: 'ok.example', expect: 'allow' }] })).toEqual([
      'its test "ok.example" expects allow and gets deny by default-deny',
    ]);
    expect(problemsOf({ tests: [{ target: 'ok.example', expect: 'deny', rule: 'other' }] })[0]).toMatch(
      /gets deny by default-deny/u,
    );
  });

  it('warns of an allow that a deny swallows and of one that has expired', () => {
    const rule = {
      id: 'cloud',
      action: 'allow',
      reason: 'Somebody wants the cloud.',
      expires: '2026-01-01T00:00:00Z',
      to: [{ name: 'api.deepseek.com' }],
    };
    expect(loadPolicy(JSON.stringify({ ...base, rules: [rule] }), 'test', now).warnings).toEqual([
      'rule "cloud" expired at 2026-01-01T00:00:00Z and allows nothing',
      'rule "cloud" allows api.deepseek.com, which "deepseek-official:deepseek.com" denies; a deny always wins',
    ]);
  });

  it('has a hash that follows content and not formatting', () => {
    const hash = (text: string) => loadPolicy(text, 'test', now).compiled.sha256;
    expect(hash(JSON.stringify(base, null, 4))).toBe(
      hash(JSON.stringify(Object.fromEntries(Object.entries(base).reverse()))),
    );
    expect(hash(JSON.stringify({ ...base, version: '2' }))).not.toBe(hash(JSON.stringify(base)));
  });
});

describe('the shipped packs', () => {
  it('give a source, a date and a certainty for every entry, and unique ids', () => {
    for (const pack of Object.values(packs)) {
      const ids = pack.entries.map((entry) => entry.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const entry of pack.entries)
        expect([entry.source.length > 2, entry.date.length >= 4, entry.certainty.length > 2]).toEqual([
          true,
          true,
          true,
        ]);
    }
  });

  it('hold every seen host below its suffix, and no address', () => {
    for (const entry of packs['deepseek-official'].entries) {
      for (const seen of entry.seen ?? [])
        expect(`.${seen.name}`.endsWith(`.${entry.suffix}`), seen.name).toBe(true);
    }
  });
});
