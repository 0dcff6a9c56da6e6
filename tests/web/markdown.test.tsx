import type { ComponentChildren, VNode } from 'preact';
import { describe, expect, test } from 'vitest';
import { parseBlocks } from '../../web/text/blocks.ts';
import { safeLink } from '../../web/text/links.ts';
import { renderBlock } from '../../web/text/markdown.tsx';

/** Everything an answer may ever become. Nothing here loads, runs or navigates by itself. */
const allowedTags = new Set(
  'p h3 h4 h5 h6 ul ol li blockquote hr strong em del code br a span div section table thead tbody tr th td'.split(
    ' ',
  ),
);
const allowedProps = new Set(
  'children class href target rel title start scope tabIndex aria-label role text lang token depth'.split(
    ' ',
  ),
);

const mathTags = new Set(
  'math mrow mi mn mo mtext mfrac msqrt mroot msup msub msubsup mover munder munderover mtable mtr mtd mspace'.split(
    ' ',
  ),
);
const mathProps = new Set(
  'children class display width stretchy fence accent displaystyle movablelimits linethickness lspace rspace'.split(
    ' ',
  ),
);

interface Piece {
  tag: string;
  props: Record<string, unknown>;
}

/** All elements and all text of a rendered answer. Components are run, except the code block, which only gets text. */
function inspect(source: string): { pieces: Piece[]; text: string } {
  const pieces: Piece[] = [];
  const texts: string[] = [];
  const visit = (node: ComponentChildren): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child);
    } else if (typeof node === 'object' && node !== null) {
      const { type, props } = node as VNode<Record<string, unknown>>;
      if (typeof type === 'function' && type.name === 'CodeBlock') {
        pieces.push({ tag: 'CodeBlock', props });
        texts.push(String(props.text));
      } else if (typeof type === 'function') {
        visit((type as (props: unknown) => ComponentChildren)(props));
      } else {
        pieces.push({ tag: String(type), props });
        visit(props.children as ComponentChildren);
      }
    } else if (typeof node === 'string') texts.push(node);
  };
  for (const block of parseBlocks(source).blocks) visit(renderBlock(block));
  return { pieces, text: texts.join('') };
}

const hostile: [name: string, source: string][] = [
  ['a script', '<script>alert(1)</script>'],
  ['an inline script', 'so <script>alert(1)</script> it is'],
  ['an unclosed script', '<script>alert(1)'],
  ['a half streamed tag', 'look: <img src=x onerror=aler'],
  ['an image with a handler', '<img src=x onerror=alert(1)>'],
  ['an svg with a handler', '<svg onload=alert(1)><circle/></svg>'],
  ['an svg script', '<svg><script href="data:,alert(1)"/></svg>'],
  ['an iframe', '<iframe src="javascript:alert(1)"></iframe>'],
  ['an iframe with srcdoc', '<iframe srcdoc="<script>alert(1)</script>"></iframe>'],
  ['an object', '<object data="data:text/html,<script>alert(1)</script>"></object>'],
  ['an embed', '<embed src="https://evil.example/x.swf">'],
  ['a style element', '<style>@import "https://evil.example/x.css"</style>'],
  ['a link element', '<link rel=stylesheet href=https://evil.example/x.css>'],
  ['a meta refresh', '<meta http-equiv=refresh content="0;url=https://evil.example">'],
  ['a base element', '<base href="https://evil.example/">'],
  ['a form', '<form action="https://evil.example"><button>Log in</button></form>'],
  ['a details toggle', '<details open ontoggle=alert(1)>x</details>'],
  ['an autofocus handler', '<input autofocus onfocus=alert(1)>'],
  ['a video', '<video src="https://evil.example/v.mp4" autoplay></video>'],
  ['a custom element', '<x-a onclick=alert(1)>click</x-a>'],
  ['a style attribute', '<p style="background:url(https://evil.example/p.gif)">x</p>'],
  ['a javascript link', '[click](javascript:alert(1))'],
  ['a javascript link in capitals', '[click](JaVaScRiPt:alert(1))'],
  ['a javascript link with an entity', '[click](javascript&colon;alert(1))'],
  ['a javascript link with numeric entities', '[click](&#106;avascript&#58;alert(1))'],
  ['a javascript link with hexadecimal entities', '[click](&#x6A;avascript:alert(1))'],
  ['a javascript link with a tab', '[click](<java\tscript:alert(1)>)'],
  ['a javascript link with an entity tab', '[click](java&Tab;script:alert(1))'],
  ['a javascript link with an entity newline', '[click](java&NewLine;script:alert(1))'],
  ['a javascript link with a leading control character', '[click](<\u0001javascript:alert(1)>)'],
  ['a javascript autolink', '<javascript:alert(1)>'],
  ['a javascript reference link', '[click][x]\n\n[x]: javascript:alert(1)'],
  ['a vbscript link', '[click](vbscript:msgbox(1))'],
  ['a data link', '[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)'],
  ['a blob link', '[click](blob:https://evil.example/1)'],
  ['a file link', '[click](file:///etc/passwd)'],
  ['a view-source link', '[click](view-source:https://evil.example)'],
  ['a custom scheme', '[click](ms-msdt:/id%20PCWDiagnostic)'],
  ['a protocol-relative link', '[click](//evil.example)'],
  ['a relative link', '[click](/api/conversations)'],
  ['a hash link', '[click](#someone-elses-conversation)'],
  ['a link that hides its host behind a user name', '[click](https://bank.example@evil.example/)'],
  ['a title with a handler', '[click](https://evil.example "x\\" onmouseover=alert(1) y=\\"")'],
  ['a remote image', '![cat](https://evil.example/cat.png)'],
  ['a remote image in a link', '[![cat](https://evil.example/cat.png)](https://evil.example)'],
  ['an image with a javascript address', '![x](javascript:alert(1))'],
  ['an image by reference', '![x][y]\n\n[y]: https://evil.example/beacon.gif'],
  ['a code fence whose language is markup', '```"><script>alert(1)</script>\nx\n```'],
  ['a table cell with markup', '| a |\n|---|\n| <img src=x onerror=alert(1)> |'],
  ['a heading with markup', '# <img src=x onerror=alert(1)>'],
  ['a list item with a handler', '- <a href="javascript:alert(1)">x</a>'],
  ['math with a style', '\\( \\style{background:url(https://evil.example)}{x} \\)'],
  ['math with markup', '\\( \\text{<img src=x onerror=alert(1)>} \\)'],
  ['math with a link', '\\( \\href{javascript:alert(1)}{x} \\)'],
  ['a comment trick', '<!--><img src=x onerror=alert(1)>-->'],
  ['CDATA', '<![CDATA[<script>alert(1)</script>]]>'],
  ['a null byte', '<scr\u0000ipt>alert(1)</scr\u0000ipt>'],
  ['absurd nesting', `${'>'.repeat(5000)} x`],
  [
    'absurdly nested lists',
    Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth * 2)}- x`).join('\n'),
  ],
  ['absurdly nested emphasis', `${'*'.repeat(4000)}x${'*'.repeat(4000)}`],
];

describe('hostile answers', () => {
  test.each(hostile)('%s becomes nothing but harmless elements', (_name, source) => {
    const { pieces } = inspect(source);
    for (const { tag, props } of pieces) {
      if (tag === 'CodeBlock') {
        expect(typeof props.text).toBe('string');
        continue;
      }
      const isMath = mathTags.has(tag);
      if (!isMath) expect(allowedTags).toContain(tag);
      for (const name of Object.keys(props)) expect(isMath ? mathProps : allowedProps).toContain(name);
      if ('href' in props) {
        expect(tag).toBe('a');
        expect(props.href).toMatch(/^(https?:\/\/|mailto:)/);
        expect(props.rel).toBe('noopener noreferrer');
      }
    }
  });

  test('a script is shown as the text it is', () => {
    expect(inspect('so <script>alert(1)</script> it is').text).toBe('so <script>alert(1)</script> it is');
  });

  test('an image is named with its address and not loaded', () => {
    const { text, pieces } = inspect('![a cat](https://evil.example/cat.png)');
    expect(text).toBe('Image: a cat (https://evil.example/cat.png, not loaded)');
    expect(pieces.map((piece) => piece.tag)).not.toContain('img');
  });
});

describe('links', () => {
  test.each([
    ['https://example.org/a?b=1', 'https://example.org/a?b=1', 'example.org'],
    ['http://example.org:8080/', 'http://example.org:8080/', 'example.org:8080'],
    ['https://exаmple.org', 'https://xn--exmple-4nf.org/', 'xn--exmple-4nf.org'],
    ['mailto:kim@example.org', 'mailto:kim@example.org', 'kim@example.org'],
  ])('%s may be clicked', (raw, href, place) => {
    expect(safeLink(raw)).toEqual({ href, place });
  });

  test('a link whose text is not its address shows the host behind it', () => {
    expect(inspect('[your bank](https://evil.example/login)').text).toBe('your bank (evil.example)');
    expect(inspect('[https://bank.example](https://evil.example)').text).toBe(
      'https://bank.example (evil.example)',
    );
    expect(inspect('https://example.org/x').text).toBe('https://example.org/x');
  });

  test('an address that looks like another shows its real host, though it is its own text', () => {
    const lookAlike = 'https://ex\u0430mple.org';
    const shown = `${lookAlike} (xn--exmple-4nf.org)`;
    expect(inspect(lookAlike).text).toBe(shown);
    expect(inspect(`[${lookAlike}](${lookAlike})`).text).toBe(shown);
    // For a browser the backslash is a slash: what follows is the path.
    const disguised = 'https://evil.example\\@bank.example';
    expect(inspect(`<${disguised}>`).text).toBe(`${disguised} (evil.example)`);
    expect(inspect('https://example.org?q=1').text).toBe('https://example.org?q=1');
  });

  test('a link that may not be clicked shows where it wanted to go', () => {
    expect(inspect('[click](javascript:alert(1))').text).toBe('click (javascript:alert(1))');
  });
});

describe('ordinary answers', () => {
  const tags = (source: string) => inspect(source).pieces.map((piece) => piece.tag);

  test('headings begin below the headings of the page', () => {
    expect(tags('# a\n\n## b\n\n### c\n\n#### d')).toEqual(['h3', 'h4', 'h5', 'h6']);
  });

  test('lists, tables, code and quotes become what they are', () => {
    expect(tags('1. a\n2. b')).toEqual(['ol', 'li', 'li']);
    expect(tags('| a |\n|---|\n| b |')).toEqual([
      'section',
      'table',
      'thead',
      'tr',
      'th',
      'tbody',
      'tr',
      'td',
    ]);
    expect(tags('```js\nlet x\n```')).toEqual(['CodeBlock']);
    expect(tags('> a')).toEqual(['blockquote', 'p']);
  });

  test('entities are decoded, code is left alone', () => {
    expect(inspect('a &lt; b &amp;&amp; c &#8364;').text).toBe('a < b && c €');
    expect(inspect('`a &lt; b`').text).toBe('a &lt; b');
  });

  test('TeX is drawn, and what is not understood of it shown as it is', () => {
    expect(tags('so \\( \\frac{1}{2} \\) is half')).toEqual([
      'p',
      'math',
      'mrow',
      'mfrac',
      'mrow',
      'mn',
      'mrow',
      'mn',
    ]);
    expect(inspect('so \\( \\mystery{1} \\) is it').text).toBe('so \\mystery{1} is it');
    expect(inspect('\\[\n\\boxed{4}\n\\]').text).toBe('4');
  });

  test('a dollar is money unless it can only be a formula', () => {
    expect(tags('It costs $5, not $6.')).toEqual(['p']);
    expect(inspect('$5 and x=$6').text).toBe('$5 and x=$6');
    expect(tags('\\[ a \\], so\n\\[ b \\]').filter((tag) => tag === 'math')).toHaveLength(2);
    expect(tags('\\[\nx = 1\n\\].').filter((tag) => tag === 'math')).toHaveLength(1);
    expect(tags('so $x^2$ and $n$')).toEqual(['p', 'math', 'mrow', 'msup', 'mi', 'mn', 'math', 'mrow', 'mi']);
  });

  test.each(['23*47*2', '2**3**2', 'x*y*z', '(1+2)*3*4', '20*47=940\n3*47=141', '*3:\n7*3=21+0=21:1'])(
    '%s is a calculation',
    (source) => {
      const { text, pieces } = inspect(source);
      expect(text).toBe(source.replaceAll('\n', ''));
      expect(pieces.map((piece) => piece.tag)).not.toContain('em');
    },
  );

  test('emphasis is still emphasis', () => {
    expect(tags('so *much* and **more**, 这是**重点**内容')).toEqual(['p', 'em', 'strong', 'strong']);
  });

  test('one line break of a model is one line break', () => {
    expect(tags('a\nb')).toEqual(['p', 'br']);
  });
});
