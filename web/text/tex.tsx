/**
 * TeX as models write it → MathML, which every browser draws and reads out by itself. Own and small (no macros, no
 * packages, no colours); what it doesn't know is shown as the source, never half right.
 */
import { type ComponentChildren, h as createElement, type VNode } from 'preact';
import {
  accentOf,
  fencesOf,
  functions,
  identifierOf,
  inAlphabet,
  largeOf,
  operatorOf,
  spaceOf,
} from './tex-symbols.ts';

const longest = 4000;
const deepest = 40;

/** Null when something in it is not understood. */
export function renderTex(source: string, isBlock: boolean): VNode | null {
  if (source.length > longest) return null;
  try {
    const body = new Parser(source, isBlock).whole();
    return h('math', isBlock ? { display: 'block' } : {}, h('mrow', null, body));
  } catch (cause) {
    if (cause instanceof NotUnderstood) return null;
    throw cause;
  }
}

class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

interface Atom {
  node: VNode;
  /** Limits go above and below instead of beside. */
  isLarge?: boolean;
}

function h(name: string, props: Record<string, unknown> | null, ...children: ComponentChildren[]): VNode {
  return createElement(name, props, ...children) as VNode;
}

function operator(text: string, props: Record<string, unknown> | null = null): VNode {
  return h('mo', props, text);
}

class Parser {
  readonly #tokens: string[];
  readonly #isBlock: boolean;
  #at = 0;
  #depth = 0;

  constructor(source: string, isBlock: boolean) {
    // A command, a number, or one character; a run of blanks counts as one and only matters inside \text.
    this.#tokens = source.match(/\\(?:[a-zA-Z]+\*?|[\s\S])|\d+(?:,\d{3})*(?:\.\d+)?|\s+|[\s\S]/gu) ?? [];
    this.#isBlock = isBlock;
  }

  whole(): VNode[] {
    return this.#row(() => this.#at >= this.#tokens.length);
  }

  #skipBlanks(): void {
    while (/^\s+$/.test(this.#tokens[this.#at] ?? '')) this.#at += 1;
  }

  #peek(): string | undefined {
    this.#skipBlanks();
    return this.#tokens[this.#at];
  }

  #next(): string {
    this.#skipBlanks();
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new NotUnderstood();
    this.#at += 1;
    return token;
  }

  #expect(token: string): void {
    if (this.#next() !== token) throw new NotUnderstood();
  }

  #row(isEnd: () => boolean): VNode[] {
    this.#depth += 1;
    if (this.#depth > deepest) throw new NotUnderstood();
    const nodes: VNode[] = [];
    for (this.#skipBlanks(); !isEnd(); this.#skipBlanks()) {
      const atom = this.#atom();
      if (atom !== null) nodes.push(this.#withScripts(atom));
    }
    this.#depth -= 1;
    return nodes;
  }

  /** `{…}` or one atom: what a command takes as its argument. */
  #argument(): VNode {
    if (this.#peek() !== '{') {
      this.#splitNumber();
      const atom = this.#atom();
      if (atom === null) throw new NotUnderstood();
      return atom.node;
    }
    this.#next();
    return h('mrow', null, this.#group());
  }

  /** Without braces an argument is one digit: \\frac12 is a half. */
  #splitNumber(): void {
    const token = this.#peek() ?? '';
    if (/^\d./.test(token)) this.#tokens.splice(this.#at, 1, token.slice(0, 1), token.slice(1));
  }

  /** The rest of a group, up to and with its closing brace. */
  #group(): VNode[] {
    const nodes = this.#row(() => this.#peek() === '}' || this.#peek() === undefined);
    this.#expect('}');
    return nodes;
  }

  /** The characters of `{…}` as they are. */
  #text(): string {
    this.#expect('{');
    let text = '';
    for (let depth = 1; ; this.#at += 1) {
      const token = this.#tokens[this.#at];
      if (token === undefined) throw new NotUnderstood();
      if (token === '{') depth += 1;
      if (token === '}') depth -= 1;
      if (depth === 0) break;
      text += /^\\[%$&#_{} ]$/.test(token) ? token.slice(1) : token;
    }
    this.#at += 1;
    if (/[\\{}^_]/.test(text)) throw new NotUnderstood();
    return text;
  }

  #withScripts({ node, isLarge }: Atom): VNode {
    let sub: VNode | null = null;
    let sup: VNode | null = null;
    for (;;) {
      const token = this.#peek();
      if (token === '_' && sub === null) sub = this.#script();
      else if (token === '^' && sup === null) sup = this.#script();
      else if (token === "'" && sup === null) sup = this.#primes();
      // Where the scripts go is the browser's choice, by the kind of the sign.
      else if (token === '\\limits' || token === '\\nolimits') this.#next();
      else break;
    }
    const [both, below, above] =
      isLarge === true && this.#isBlock ? ['munderover', 'munder', 'mover'] : ['msubsup', 'msub', 'msup'];
    if (sub !== null && sup !== null) return h(both ?? '', null, node, sub, sup);
    if (sub !== null) return h(below ?? '', null, node, sub);
    return sup === null ? node : h(above ?? '', null, node, sup);
  }

  #script(): VNode {
    this.#next();
    return this.#argument();
  }

  #primes(): VNode {
    let primes = '';
    while (this.#peek() === "'") {
      this.#next();
      primes += '′';
    }
    return operator(primes);
  }

  #atom(): Atom | null {
    const token = this.#next();
    if (token.startsWith('\\')) return this.#command(token.slice(1));
    if (token === '{') return { node: h('mrow', null, this.#group()) };
    if (/^\d/.test(token)) return { node: h('mn', null, token) };
    if (/^\p{L}$/u.test(token)) return { node: h('mi', null, token) };
    if (token === '~') return { node: h('mspace', { width: '0.33em' }) };
    if (token === '-') return { node: operator('−') };
    // The rest of TeX's own characters only mean something where they are looked for.
    if (/^[}^_&#%$]$/.test(token)) throw new NotUnderstood();
    // A bar is as high as its letter unless \left says otherwise: its sides can't be told apart.
    return { node: operator(token, token === '|' ? { stretchy: 'false' } : null) };
  }

  #command(name: string): Atom | null {
    const identifier = identifierOf.get(name);
    if (identifier !== undefined) return { node: h('mi', null, identifier) };
    const large = largeOf.get(name);
    if (large !== undefined) return { node: operator(large, { movablelimits: 'false' }), isLarge: true };
    const sign = operatorOf.get(name);
    if (sign !== undefined) return { node: operator(sign) };
    const space = spaceOf.get(name);
    if (space !== undefined) return { node: h('mspace', { width: `${space}em` }) };
    if (functions.has(name)) return { node: h('mi', null, name) };
    const accent = accentOf.get(name);
    if (accent !== undefined)
      return { node: h('mover', { accent: 'true' }, this.#argument(), operator(accent)) };
    if (/^[%$&#_{}]$/.test(name)) return { node: operator(name) };
    return this.#structure(name);
  }

  #structure(name: string): Atom | null {
    switch (name) {
      case 'frac':
      case 'dfrac':
      case 'tfrac':
      case 'cfrac':
        return { node: h('mfrac', null, this.#argument(), this.#argument()) };
      case 'binom':
        return { node: this.#binomial() };
      case 'sqrt':
        return { node: this.#root() };
      case 'boxed':
      case 'fbox':
        return { node: h('mrow', { class: 'boxed' }, this.#argument()) };
      case 'text':
      case 'textbf':
      case 'textit':
      case 'mathrm':
      case 'operatorname':
      case 'mbox':
        return { node: h('mtext', null, this.#text().replace(/^ | $/g, '\u00a0')) };
      case 'mathbb':
        return { node: this.#letters('bb') };
      case 'mathbf':
      case 'boldsymbol':
        return { node: this.#letters('bf') };
      case 'mathcal':
        return { node: this.#letters('cal') };
      case 'pmod':
        return {
          node: h(
            'mrow',
            null,
            operator('('),
            h('mi', null, 'mod'),
            h('mspace', { width: '0.33em' }),
            this.#argument(),
            operator(')'),
          ),
        };
      case 'bmod':
      case 'mod':
        return { node: operator('mod', { lspace: '0.33em', rspace: '0.33em' }) };
      case 'left':
        return { node: this.#fenced() };
      case 'begin':
        return { node: this.#environment() };
      case 'displaystyle':
      case 'textstyle':
      case 'limits':
      case 'nolimits':
      case 'big':
      case 'Big':
      case 'bigl':
      case 'bigr':
        // How large, not what: the browser decides.
        return null;
      default:
        throw new NotUnderstood();
    }
  }

  #letters(alphabet: 'bb' | 'bf' | 'cal'): VNode {
    const text = this.#peek() === '{' ? this.#text() : this.#next();
    return h('mi', null, [...text].map((letter) => inAlphabet(alphabet, letter)).join(''));
  }

  #root(): VNode {
    if (this.#peek() !== '[') return h('msqrt', null, this.#argument());
    this.#next();
    const degree = this.#row(() => this.#peek() === ']' || this.#peek() === undefined);
    this.#expect(']');
    return h('mroot', null, this.#argument(), h('mrow', null, degree));
  }

  #binomial(): VNode {
    const [above, below] = [this.#argument(), this.#argument()];
    return h('mrow', null, operator('('), h('mfrac', { linethickness: '0' }, above, below), operator(')'));
  }

  #fence(): VNode | null {
    const token = this.#next();
    if (token === '.') return null;
    const text = token.startsWith('\\') ? (operatorOf.get(token.slice(1)) ?? token.slice(1)) : token;
    if (!/^[()[\]{}|‖⟨⟩⌊⌋⌈⌉/<>]$/.test(text)) throw new NotUnderstood();
    return operator(text, { stretchy: 'true', fence: 'true' });
  }

  #fenced(): VNode {
    const open = this.#fence();
    const inner = this.#row(() => this.#peek() === '\\right' || this.#peek() === undefined);
    this.#expect('\\right');
    const children: ComponentChildren[] = [open, h('mrow', null, inner), this.#fence()];
    return h('mrow', null, children);
  }

  #environment(): VNode {
    const name = this.#text();
    const fences = fencesOf.get(name);
    if (fences === undefined) throw new NotUnderstood();
    if (name === 'array') this.#text();
    const rows: VNode[][] = [[]];
    for (;;) {
      const cell = this.#row(() => ['&', '\\\\', '\\end', undefined].includes(this.#peek()));
      rows.at(-1)?.push(h('mtd', null, cell));
      const separator = this.#next();
      if (separator === '\\end') break;
      if (separator === '\\\\') rows.push([]);
    }
    if (this.#text() !== name) throw new NotUnderstood();
    const filled = rows.filter((cells, index) => index === 0 || cells.length > 1 || hasContent(cells[0]));
    const table = h(
      'mtable',
      { class: columnsOf(name), displaystyle: name.startsWith('align') ? 'true' : 'false' },
      filled.map((cells) => h('mtr', null, cells)),
    );
    const [open, close] = fences;
    const fence = (text: string) =>
      text === '' ? null : operator(text, { stretchy: 'true', fence: 'true' });
    return h('mrow', null, fence(open), table, fence(close));
  }
}

/** How the style sheet sets the columns: steps meet at their signs, cases begin at the brace. */
function columnsOf(environment: string): string | undefined {
  if (environment.startsWith('align')) return 'steps';
  return environment === 'cases' ? 'cases' : undefined;
}

function hasContent(cell: VNode | undefined): boolean {
  const children = (cell?.props as { children?: ComponentChildren } | undefined)?.children;
  return Array.isArray(children) ? children.length > 0 : children !== undefined;
}
