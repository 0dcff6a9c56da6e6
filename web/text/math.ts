/**
 * R1 writes TeX between \( \), \[ \] and $$ $$. Markdown would eat the backslashes, so these spans are taken out first
 * and shown as the TeX they are.
 */
import type { TokenizerThis, Tokens } from 'marked';

const inline = /^\\\((.+?)\\\)|^\$\$([^\n$]+?)\$\$/;
// No blank line inside, as in TeX: an opening mark alone must not swallow the paragraphs that follow.
const block = /^ {0,3}(?:\\\[((?:(?!\n\n)[\s\S])+?)\\\]|\$\$\n((?:(?!\n\n)[\s\S])+?)\n\$\$)[ \t]*(?:\n|$)/;

function inlineMath(this: TokenizerThis, src: string): Tokens.Generic | undefined {
  const match = inline.exec(src);
  return match === null
    ? undefined
    : { type: 'math', raw: match[0], text: (match[1] ?? match[2] ?? '').trim(), block: false };
}

function blockMath(this: TokenizerThis, src: string): Tokens.Generic | undefined {
  const match = block.exec(src);
  return match === null
    ? undefined
    : { type: 'math', raw: match[0], text: (match[1] ?? match[2] ?? '').trim(), block: true };
}

/** Where math may begin: the lexer's text and paragraph rules stop there. */
function startInline(this: TokenizerThis, src: string): number {
  return src.search(/\\\(|\$\$/);
}

function startBlock(this: TokenizerThis, src: string): number {
  const at = src.search(/\n {0,3}(?:\\\[|\$\$\n)/);
  return at === -1 ? -1 : at + 1;
}

/** In the shape of the lexer's `extensions` option. */
export const mathExtensions = {
  inline: [inlineMath],
  startInline: [startInline],
  block: [blockMath],
  startBlock: [startBlock],
  renderers: {},
  childTokens: {},
};
