import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMemory } from '#server/serving/memory-plan.ts';

const model = (id: string, overrides: object = {}) => ({
  id,
  bytes: 100,
  users: 0,
  lastUsedMs: 0,
  pinned: false,
  leaving: false,
  ...overrides,
});

describe('which models stay in memory', () => {
  it.each([
    ['it fits beside the others', 50, 50, [model('a')], { action: 'load' }],
    ['it would not fit alone', 300, 50, [model('a'), model('b')], { action: 'refuse' }],
    [
      'the idle one leaves before the busy one',
      100,
      0,
      [model('busy', { users: 1 }), model('idle', { lastUsedMs: 9 })],
      { action: 'evict', ids: ['idle'] },
    ],
    [
      'the default leaves last among the idle',
      100,
      0,
      [model('default', { pinned: true }), model('other', { lastUsedMs: 9 })],
      { action: 'evict', ids: ['other'] },
    ],
    [
      'the least recently used leaves first',
      100,
      0,
      [model('new', { lastUsedMs: 2 }), model('old', { lastUsedMs: 1 })],
      { action: 'evict', ids: ['old'] },
    ],
    [
      'one that is leaving is waited for',
      100,
      0,
      [model('idle'), model('leaving', { users: 2, leaving: true })],
      { action: 'evict', ids: ['leaving'] },
    ],
    [
      'as many leave as are needed',
      250,
      0,
      [model('a'), model('b', { lastUsedMs: 1 }), model('c', { lastUsedMs: 2 })],
      { action: 'evict', ids: ['a', 'b', 'c'] },
    ],
  ])('%s', (_case, need, free, loaded, plan) => {
    expect(planMemory(need, free, loaded)).toEqual(plan);
  });

  it('never evicts more than needed, never promises what does not fit', () => {
    const sizes = fc.array(
      fc.record({
        bytes: fc.integer({ min: 1, max: 100 }),
        users: fc.nat(3),
        lastUsedMs: fc.nat(50),
        pinned: fc.boolean(),
        leaving: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(200), sizes, (need, free, some) => {
        const loaded = some.map((size, index) => ({ ...size, id: String(index) }));
        const plan = planMemory(need, free, loaded);
        const gained =
          plan.action !== 'evict' ? [] : plan.ids.map((id) => loaded[Number(id)]?.bytes ?? Number.NaN);
        const after = free + gained.reduce((sum, bytes) => sum + bytes, 0);
        if (plan.action === 'refuse')
          expect(free + loaded.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThan(need);
        else expect(after).toBeGreaterThanOrEqual(need);
        if (gained.length > 0) expect(after - (gained.at(-1) ?? 0)).toBeLessThan(need);
      }),
    );
  });
});
