import { expect, it } from 'vitest';
import { chooseSlot, type SlotView } from '#server/engine/slots.ts';

const slot = (changes: Partial<SlotView> = {}): SlotView => ({
  busy: false,
  owner: null,
  conversation: null,
  passing: false,
  lastUse: 0,
  sharedPrefix: () => 0,
  ...changes,
});
const alice = { owner: 'alice', conversation: 'c1' };

it('goes back to the slot of its conversation', () => {
  const slots = [slot(), slot({ owner: 'alice', conversation: 'c1', lastUse: 1 })];
  expect(chooseSlot(slots, alice)).toBe(1);
});

it('does not take over a slot of the same conversation name that belongs to somebody else', () => {
  const slots = [slot({ owner: 'bob', conversation: 'c1', lastUse: 1 }), slot()];
  expect(chooseSlot(slots, alice)).toBe(1);
});

it('prefers an empty slot to pushing out another conversation', () => {
  const slots = [slot({ owner: 'alice', conversation: 'c2', sharedPrefix: () => 500 }), slot()];
  expect(chooseSlot(slots, alice)).toBe(1);
});

it('continues what the same owner asked in passing and that shares a long beginning', () => {
  const slots = [
    slot(),
    slot({ owner: 'alice', conversation: '~x', passing: true, sharedPrefix: () => 100 }),
  ];
  expect(chooseSlot(slots, alice)).toBe(1);
});

it('never asks what another owner’s slot holds', () => {
  const ask = () => {
    throw new Error('compared with somebody else’s tokens');
  };
  const slots = [
    slot({ owner: 'bob', sharedPrefix: ask }),
    slot({ owner: 'carol', sharedPrefix: ask, lastUse: 5 }),
  ];
  expect(chooseSlot(slots, alice)).toBe(0);
});

it('pushes out requests in passing before conversations, then the longest unused', () => {
  const slots = [
    slot({ owner: 'bob', conversation: 'b', lastUse: 1 }),
    slot({ owner: 'bob', conversation: '~y', passing: true, lastUse: 9 }),
    slot({ owner: 'bob', conversation: 'd', lastUse: 2 }),
  ];
  expect(chooseSlot(slots, alice)).toBe(1);
  expect(chooseSlot([slots[0] as SlotView, slots[2] as SlotView], alice)).toBe(0);
});

it('says so when all slots are busy', () => {
  expect(chooseSlot([slot({ busy: true })], alice)).toBeNull();
});
