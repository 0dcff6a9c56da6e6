import fc from 'fast-check';
import type { Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { nothing, type Parsed, parseBlocks } from '../../web/text/blocks.ts';
import { missingMarks } from '../../web/text/unfinished.ts';

function grow(pieces: string[], isGrowing = false): Parsed {
  let source = '';
  let parsed = nothing;
  for (const piece of pieces) {
    source += piece;
    parsed = parseBlocks(source, parsed, isGrowing);
  }
  return parsed;
}

const visible = (blocks: Token[]) => blocks.filter((block) => block.type !== 'space');

const fragments = [
  'word',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\r\n',
  '\t',
  '1',
  '2',
  '.',
  ')',
  '- x',
  '* y',
  '+ z',
  '-',
  '- [ ] t',
  '# h',
  '===',
  '---',
  '> q',
  '**b**',
  '`c`',
  '```',
  '```py\n',
  '~~~',
  '| a | b |\n',
  '|--|--|\n',
  '<div>',
  '</div>',
  '<!--',
  '-->',
  '<script>',
  '    code',
  '\\(x\\)',
  '\\[',
  '\\]',
  '$$',
];

describe('a line that is still being written', () => {
  test.each([
    ['so **bol', '**'],
    ['so **bold*', '*'],
    ['so **bold**', ''],
    ['so **', ''],
    ['so **bold ', ''],
    ['run `npm st', '`'],
    ['run `npm start`', ''],
    ['**run `npm', '`**'],
    ['run ``', ''],
    ['```js\nlet x = `a', ''],
    ['one **bold** and **mor', '**'],
    ['2 * 3', ''],
    ['**first\n\nsecond', ''],
  ])('%j lacks %j', (text, marks) => {
    expect(missingMarks(text)).toBe(marks);
  });

  test('shows bold words as bold before they end, and is no different once whole', () => {
    const half = parseBlocks('so **bol', nothing, true);
    expect(JSON.stringify(half.blocks)).toContain('"type":"strong"');
    const whole = parseBlocks('so **bold** it is', half, true);
    expect(visible(whole.blocks)).toEqual(visible(parseBlocks('so **bold** it is').blocks));
  });
});

describe('markdown that grows', () => {
  test('is the same as the whole read at once, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 16 }), (pieces) => {
        expect(visible(grow(pieces).blocks)).toEqual(visible(parseBlocks(pieces.join('')).blocks));
      }),
      { numRuns: 3000 },
    );
  });

  test('closed blocks are right even while marks are lent to the last line', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments, '**', '`'), { maxLength: 16 }), (pieces) => {
        const growing = grow(pieces, true);
        const whole = parseBlocks(pieces.join(''));
        expect(visible(growing.blocks.slice(0, growing.closed))).toEqual(
          visible(whole.blocks.slice(0, growing.closed)),
        );
      }),
      { numRuns: 3000 },
    );
  });

  test('costs only its last block: the earlier ones are the very same objects', () => {
    const before = grow(['# Title\n\n', 'One paragraph.\n\n', '- a\n- b\n\n', 'The last paragraph']);
    const after = parseBlocks(`${before.source} grows`, before);
    const closed = before.blocks.slice(0, before.closed);
    expect(closed.filter((block) => block.type !== 'space')).toHaveLength(3);
    expect(after.blocks.slice(0, before.closed).every((block, index) => block === closed[index])).toBe(true);
    expect(after.blocks.at(-1)?.raw).toBe('The last paragraph grows');
  });

  test('a numbered list that goes on after a blank line stays one list', () => {
    const parsed = grow(['1. a', '\n\n', '2', '.', ' b']);
    expect(visible(parsed.blocks)).toHaveLength(1);
  });

  test('a text that was replaced instead of continued is read anew', () => {
    const parsed = parseBlocks('Something else', parseBlocks('One.\n\nTwo.'));
    expect(visible(parsed.blocks).map((block) => block.raw)).toEqual(['Something else']);
  });

  test('a link defined below its use works once the whole is read', () => {
    const [paragraph] = parseBlocks('See [it].\n\n[it]: https://example.org').blocks;
    expect(JSON.stringify(paragraph)).toContain('https://example.org');
  });
});
