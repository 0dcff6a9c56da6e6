import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopMatcher } from '#server/engine/stops.ts';
import { TextStream } from '#server/engine/text-stream.ts';

const decodeBytes = (bytes: number[]) => Buffer.from(bytes).toString('utf8');

describe('a text stream', () => {
  it('gives any text back unchanged from single bytes, never cutting a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const stream = new TextStream(decodeBytes);
        const pieces = [...Buffer.from(text, 'utf8')].map((byte) => stream.push(byte));
        expect(pieces.join('') + stream.flush()).toBe(text);
        if (!text.includes('\ufffd')) expect(pieces.join('')).not.toContain('\ufffd');
      }),
    );
  });

  it('does not wait for ever for a character that never ends', () => {
    const stream = new TextStream(decodeBytes);
    const pieces = Array.from({ length: 8 }, () => stream.push(0xe2));
    expect(pieces.slice(0, 7).join('')).toBe('');
    expect(pieces[7]).toBe('\ufffd'.repeat(8));
  });
});

describe('a stop matcher', () => {
  it('cuts exactly where a search over the whole text would, however the text is cut into pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(letters), stops, (pieces, wanted) => {
        const matcher = new StopMatcher(wanted);
        let shown = '';
        let stopped = false;
        for (const piece of pieces) {
          const result = matcher.push(piece);
          shown += result.text;
          stopped = result.stopped;
          if (stopped) break;
        }
        if (!stopped) shown += matcher.flush();
        const whole = pieces.join('');
        const firstEnd = wanted
          .map((stop) => ({ at: whole.indexOf(stop), end: whole.indexOf(stop) + stop.length }))
          .filter(({ at }) => at !== -1)
          .sort((a, b) => a.end - b.end)[0];
        expect(stopped).toBe(firstEnd !== undefined);
        if (firstEnd === undefined) expect(shown).toBe(whole);
        else expect(wanted.every((stop) => !shown.includes(stop))).toBe(true);
        expect(whole.startsWith(shown)).toBe(true);
      }),
    );
  });
});
