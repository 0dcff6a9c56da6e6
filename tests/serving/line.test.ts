import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Line } from '#server/serving/line.ts';

interface Entry {
  name: string;
  owner: string;
  sinceMs: number;
}

/** "a1 a2 b1" = two of the owner a, then one of b, at the same time unless said otherwise. */
function lineOf(names: string, sinceMs = 0) {
  const line = new Line<Entry>();
  for (const name of names.split(' ')) line.add({ name, owner: name.slice(0, 1), sinceMs });
  return line;
}

const names = (entries: Entry[]) => entries.map(({ name }) => name).join(' ');

describe('the line for memory', () => {
  it('is by arrival for one owner, and owners take turns', () => {
    expect(names(lineOf('a1 a2 a3').order(0))).toBe('a1 a2 a3');
    expect(names(lineOf('a1 a2 a3 b1 a4 b2').order(0))).toBe('a1 b1 a2 b2 a3 a4');
  });

  it('remembers who was served while more of theirs wait', () => {
    const line = lineOf('a1 a2');
    const [first] = line.order(0);
    if (first !== undefined) line.take(first);
    line.add({ name: 'b1', owner: 'b', sinceMs: 1 });
    line.add({ name: 'c1', owner: 'c', sinceMs: 2 });
    expect(names(line.order(2))).toBe('b1 c1 a2');
  });

  it('puts nobody off for ever: who has waited for two minutes comes before others’ first', () => {
    const line = lineOf('a1 a2');
    const [first] = line.order(0);
    if (first !== undefined) line.take(first);
    line.add({ name: 'b1', owner: 'b', sinceMs: 119_000 });
    expect(line.next(119_000)?.name).toBe('b1');
    expect(line.next(121_000)?.name).toBe('a2');
  });

  it('foretells the order in which it serves, and serves everybody', () => {
    const comers = fc.array(fc.record({ owner: fc.constantFrom('a', 'b', 'c'), sinceMs: fc.nat(300_000) }));
    fc.assert(
      fc.property(comers, fc.nat(400_000), (some, nowMs) => {
        const line = new Line<Entry>();
        const byArrival = some.toSorted((a, b) => a.sinceMs - b.sinceMs);
        for (const [index, one] of byArrival.entries()) line.add({ ...one, name: String(index) });
        const foretold = line.order(nowMs);
        const served: Entry[] = [];
        for (let entry = line.next(nowMs); entry !== undefined; entry = line.next(nowMs)) {
          line.take(entry);
          served.push(entry);
        }
        expect(served).toEqual(foretold);
        expect(served).toHaveLength(some.length);
        expect(line.length).toBe(0);
      }),
    );
  });
});
