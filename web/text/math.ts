/**
 * R1 writes TeX between \( \), \[ \] and $$ $$. Markdown would eat the backslashes, so these spans are taken out first
 * and left to tex.tsx.
 */
import type { TokenizerThis, Tokens } from 'marked';

// No blank line inside, as in TeX: an opening mark alone must not swallow the paragraphs that follow.
const inline = /^\\\((.+?)\\\)|^\$\$([^\n$]+?)\$\$|^\\\[((?:(?!\n\n|\\\])[\s\S])+)\\\]/;
const block =
  /^ {0,3}(?:\\\[((?:(?!\n\n|\\\])[\s\S])+)\\\]|\$\$\n((?:(?!\n\n)[\s\S])+?)\n\$\$)[ \t]*(?:\n|$)/;

/** Single dollars are mostly money: only what can't be a price is a formula. */
const dollar = /^\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)/;
const looksLikeMath = /[\\^_=]|^[A-Za-z]$/;

function inlineMath(this: TokenizerThis, src: string): Tokens.Generic | undefined {
  const match = inline.exec(src);
  if (match === null) return dollarMath(src);
  const [raw, inLine, dollars, display] = match;
  // A display that didn't get a line of its own is still one.
  return {
    type: 'math',
    raw,
    text: (inLine ?? dollars ?? display ?? '').trim(),
    block: inLine === undefined,
  };
}

function dollarMath(src: string): Tokens.Generic | undefined {
  const [raw, text = ''] = dollar.exec(src) ?? [];
  return raw === undefined || !looksLikeMath.test(text)
    ? undefined
    : { type: 'math', raw, text, block: false };
}

function blockMath(this: TokenizerThis, src: string): Tokens.Generic | undefined {
  const match = block.exec(src);
  return match === null
    ? undefined
    : { type: 'math', raw: match[0], text: (match[1] ?? match[2] ?? '').trim(), block: true };
}

/** Where math may begin: the lexer's text and paragraph rules stop there. */
function startInline(this: TokenizerThis, src: string): number {
  return src.search(/\\[([]|\$/);
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
