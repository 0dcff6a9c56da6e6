/**
 * Markdown source → top-level blocks, so that a growing answer costs only its last block: everything before the last
 * block boundary can't change any more, whatever follows. Pure.
 */
import { Lexer, type Links, type Token } from 'marked';
import { ArithmeticTokenizer } from './arithmetic.ts';
import { mathExtensions } from './math.ts';
import { missingMarks } from './unfinished.ts';

export interface Parsed {
  source: string;
  /** Same object as before for a block that didn't change: rendering is memoised on it. */
  blocks: Token[];
  links: Links;
  /** How many of the blocks are closed for good, and where in the source the next one begins. */
  closed: number;
  openFrom: number;
}

// `breaks`: models put one step per line and mean it.
const options = { gfm: true, breaks: true, extensions: mathExtensions };

export const nothing: Parsed = { source: '', blocks: [], links: {}, closed: 0, openFrom: 0 };

/** Parses `source`, reusing `previous` when it is a beginning of it; `isGrowing` = its last line may be half written. */
export function parseBlocks(source: string, previous: Parsed = nothing, isGrowing = false): Parsed {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  if (text === previous.source) return previous;
  const base = text.startsWith(previous.source) ? previous : nothing;
  const written = text.slice(base.openFrom);
  const tail = isGrowing ? written + missingMarks(written) : written;
  const { tokens, links } = lex(tail, base.links);
  const open = firstOpen(tokens);
  const start = open < 0 ? 0 : positionOf(tokens, open, tail);
  return {
    source: text,
    blocks: [...base.blocks.slice(0, base.closed), ...tokens],
    links,
    closed: start === null ? base.closed : base.closed + Math.max(0, open),
    openFrom: base.openFrom + (start ?? 0),
  };
}

/** Longest line start that may still become a list marker: nine digits and a mark. */
const longestMarker = 10;

/**
 * The first block that more text could still change. That is the last one that isn't blank space; every block right
 * above it without a blank line between, because an unfinished last line may yet belong to them (`---` could be a rule
 * or the beginning of a word); and a list above a line so short that it could become the list's next item (`2`, `2.`).
 */
function firstOpen(tokens: Token[]): number {
  let open = tokens.findLastIndex((token) => token.type !== 'space');
  while (open > 0) {
    const above = tokens[open - 1]?.type === 'space' ? open - 2 : open - 1;
    const touches = above === open - 1;
    const isList = tokens[above]?.type === 'list' && (tokens[open]?.raw.length ?? 0) <= longestMarker;
    if (!touches && !isList) break;
    open = above;
  }
  return open;
}

/** Where block `index` begins, null when that can't be told: then all of `text` stays open. */
function positionOf(tokens: Token[], index: number, text: string): number | null {
  let end = 0;
  for (let i = 0; ; i += 1) {
    const raw = tokens[i]?.raw ?? '';
    const begin = text.indexOf(raw, end);
    // The lexer drops blank space around some blocks (a list's last newline), and nothing else.
    if (begin < 0 || text.slice(end, begin).trim() !== '') return null;
    if (i === index) return begin;
    end = begin + raw.length;
  }
}

function lex(text: string, known: Links): { tokens: Token[]; links: Links } {
  try {
    // A tokenizer belongs to one lexer: it keeps a reference to it.
    const lexer = new Lexer({ ...options, tokenizer: new ArithmeticTokenizer() });
    Object.assign(lexer.tokens.links, known);
    const tokens = lexer.lex(text);
    return { tokens: [...tokens], links: tokens.links };
  } catch {
    // Absurd nesting overflows the lexer's stack: such text is shown as it is.
    return { tokens: [{ type: 'plain', raw: text, text }], links: {} };
  }
}
