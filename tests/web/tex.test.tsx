import type { ComponentChildren, VNode } from 'preact';
import { describe, expect, test } from 'vitest';
import { renderTex } from '../../web/text/tex.tsx';

/** MathML as text, without the wrapper: `<mfrac><mn>1</mn><mn>2</mn></mfrac>`; rows are written as brackets. */
function shown(node: ComponentChildren): string {
  if (Array.isArray(node)) return node.map(shown).join('');
  if (typeof node !== 'object' || node === null)
    return node === null || node === undefined ? '' : String(node);
  const { type, props } = node as VNode<{ children?: ComponentChildren }>;
  const inner = shown(props.children);
  if (type === 'mrow') return `[${inner}]`;
  if (type === 'mi' || type === 'mn' || type === 'mo' || type === 'mtext') return ` ${inner} `;
  return `${type}(${inner})`;
}

function math(source: string, isBlock = false): string | null {
  const node = renderTex(source, isBlock);
  return node === null
    ? null
    : shown((node.props as { children?: ComponentChildren }).children).replace(/ +/g, ' ');
}

describe('TeX', () => {
  test.each([
    ['\\frac{1}{2}', '[mfrac([ 1 ][ 2 ])]'],
    ['\\frac12', '[mfrac( 1 2 )]'],
    ['x^2', '[msup( x 2 )]'],
    ['x^{10}', '[msup( x [ 10 ])]'],
    ['a_1^2', '[msubsup( a 1 2 )]'],
    ["f''(x)", '[msup( f ′′ ) ( x ) ]'],
    ['\\sqrt[3]{x}', '[mroot([ x ][ 3 ])]'],
    ['23 \\times 47 = 1,081', '[ 23 × 47 = 1,081 ]'],
    ['f(1,2)', '[ f ( 1 , 2 ) ]'],
    ['a - b', '[ a − b ]'],
    ['\\boxed{42}', '[[[ 42 ]]]'],
    ['\\text{if } x \\in \\mathbb{R}', '[ if\u00a0 x ∈ ℝ ]'],
    ['\\left( \\frac{a}{b} \\right]', '[[ ( [mfrac([ a ][ b ])] ] ]]'],
    ['50\\%', '[ 50 % ]'],
    ['\\vec{v}', '[mover([ v ] → )]'],
    ['\\binom{n}{k}', '[[ ( mfrac([ n ][ k ]) ) ]]'],
    ['\\mathbf{x}', '[ 𝐱 ]'],
    ['\\sin\\theta', '[ sin θ ]'],
    ['a \\equiv b \\pmod{n}', '[ a ≡ b [ ( mod mspace()[ n ] ) ]]'],
  ])('%s', (source, expected) => {
    expect(math(source)).toBe(expected);
  });

  test('limits of a sum stand beside it in a line and above it in a display', () => {
    expect(math('\\sum_{i=1}^n i')).toBe('[msubsup( ∑ [ i = 1 ] n ) i ]');
    expect(math('\\sum_{i=1}^n i', true)).toBe('[munderover( ∑ [ i = 1 ] n ) i ]');
  });

  test('where limits go may be said and is the browser’s choice all the same', () => {
    expect(math('\\sum\\limits_{i=1}^n i', true)).toBe('[munderover( ∑ [ i = 1 ] n ) i ]');
    expect(math('\\int\\nolimits_0^1')).toBe('[msubsup( ∫ 0 1 )]');
  });

  test('matrices, cases and aligned steps become tables', () => {
    expect(math('\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}')).toBe(
      '[[ ( mtable(mtr(mtd( a )mtd( b ))mtr(mtd( c )mtd( d ))) ) ]]',
    );
    expect(math('\\begin{aligned} x &= 1 \\\\ y &= 2 \\\\ \\end{aligned}', true)).toBe(
      '[[mtable(mtr(mtd( x )mtd( = 1 ))mtr(mtd( y )mtd( = 2 )))]]',
    );
  });

  test.each([
    '\\href{javascript:alert(1)}{x}',
    '\\unknown{x}',
    '\\frac{1}',
    '{',
    'x}',
    'a & b',
    '\\begin{tikzpicture}\\end{tikzpicture}',
    '\\left( x',
    '\\color{red}{x}',
    '\\def\\a{\\a}\\a',
    'x^',
    `${'{'.repeat(200)}x${'}'.repeat(200)}`,
    'x'.repeat(5000),
  ])('%s is not guessed at', (source) => {
    expect(math(source)).toBeNull();
  });
});
