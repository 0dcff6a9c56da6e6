/**
 * marked's tokens → vnodes. No HTML string is ever made: raw HTML of a model is shown as the text it is, images are
 * named but never loaded, links are clickable only when `safeLink` says so and always show where they lead.
 */
import type { MarkedToken, Token, Tokens } from 'marked';
import type { ComponentChildren, VNode } from 'preact';
import { CodeBlock } from '../ui/code-block.tsx';
import { decodeEntities } from './entities.ts';
import { safeLink } from './links.ts';
import { renderTex } from './tex.tsx';

/** Deeper than anything meant for a reader; below it the source is shown. */
const deepest = 24;

export function renderBlock(token: Token, depth = 0): ComponentChildren {
  if (depth > deepest) return <p>{token.raw}</p>;
  const block = token as MarkedToken;
  switch (block.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return <Heading depth={block.depth}>{renderInline(block.tokens, depth)}</Heading>;
    case 'paragraph':
      return <p>{renderInline(block.tokens, depth)}</p>;
    case 'text':
      return block.tokens === undefined ? decodeEntities(block.text) : renderInline(block.tokens, depth);
    case 'code':
      return <CodeBlock text={block.text} lang={block.lang ?? ''} />;
    case 'blockquote':
      return <blockquote>{block.tokens.map((child) => renderBlock(child, depth + 1))}</blockquote>;
    case 'list':
      return <List token={block} depth={depth} />;
    case 'table':
      return <Table token={block} depth={depth} />;
    case 'hr':
      return <hr />;
    case 'html':
      return <p class="raw">{block.text}</p>;
    default:
      // The few inline tokens marked also puts between blocks (a checkbox in a list item), math, and plain text.
      return inBlockPosition(token, depth);
  }
}

function inBlockPosition(token: Token, depth: number): ComponentChildren {
  if (token.type === 'math') return <MathBlock text={String((token as Tokens.Generic).text)} />;
  if (token.type === 'plain') return <p class="raw">{token.raw}</p>;
  return renderInline([token], depth);
}

function renderInline(tokens: Token[], depth: number): ComponentChildren {
  if (depth > deepest) return tokens.map((token) => token.raw).join('');
  return tokens.map((token) => inline(token as MarkedToken, depth + 1));
}

function inline(token: MarkedToken, depth: number): ComponentChildren {
  switch (token.type) {
    case 'text':
      return token.tokens === undefined ? decodeEntities(token.text) : renderInline(token.tokens, depth);
    case 'escape':
      return token.text;
    case 'strong':
      return <strong>{renderInline(token.tokens, depth)}</strong>;
    case 'em':
      return <em>{renderInline(token.tokens, depth)}</em>;
    case 'del':
      return <del>{renderInline(token.tokens, depth)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link token={token} depth={depth} />;
    case 'image':
      return <ImageName token={token} />;
    case 'checkbox':
      return <span class="task">{token.checked ? '☑ ' : '☐ '}</span>;
    case 'html':
      // The one tag models really use in tables. Everything else is text.
      return /^<br\s*\/?>$/i.test(token.text) ? <br /> : token.text;
    case 'paragraph':
      return renderInline(token.tokens, depth);
    default:
      return extension(token);
  }
}

function extension(token: Token): ComponentChildren {
  if (token.type !== 'math') return token.raw;
  const { text, block } = token as Tokens.Generic;
  return renderTex(text, block) ?? <code class="tex">{text}</code>;
}

function MathBlock({ text }: { text: string }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be focusable (WCAG 2.1.1).
    <section class="formula" tabIndex={0} aria-label="Formula">
      {renderTex(text, true) ?? <code class="tex">{text}</code>}
    </section>
  );
}

function Heading({ depth, children }: { depth: number; children: ComponentChildren }): VNode {
  // The page's own headings are h1 and h2: an answer's begin below them.
  if (depth <= 1) return <h3>{children}</h3>;
  if (depth === 2) return <h4>{children}</h4>;
  if (depth === 3) return <h5>{children}</h5>;
  return <h6>{children}</h6>;
}

function List({ token, depth }: { token: Tokens.List; depth: number }): VNode {
  const items = token.items.map((item) => (
    <li class={item.task ? 'task-item' : undefined}>
      {item.tokens.map((child) => renderBlock(child, depth + 1))}
    </li>
  ));
  if (!token.ordered) return <ul>{items}</ul>;
  return <ol start={typeof token.start === 'number' ? token.start : 1}>{items}</ol>;
}

function Table({ token, depth }: { token: Tokens.Table; depth: number }): VNode {
  const align = (cell: Tokens.TableCell) => (cell.align === null ? undefined : `align-${cell.align}`);
  return (
    // Reachable by keyboard, because a wide table scrolls sideways.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be focusable (WCAG 2.1.1).
    <section class="table" tabIndex={0} aria-label="Table">
      <table>
        <thead>
          <tr>
            {token.header.map((cell) => (
              <th scope="col" class={align(cell)}>
                {renderInline(cell.tokens, depth)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td class={align(cell)}>{renderInline(cell.tokens, depth)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Link({ token, depth }: { token: Tokens.Link; depth: number }): VNode {
  const link = safeLink(token.href);
  const label = renderInline(token.tokens, depth);
  if (link === null)
    return (
      <span class="dead-link">
        {label}
        {token.href !== token.text && ` (${token.href})`}
      </span>
    );
  const shown = decodeEntities(token.text);
  // Also an address that is its own text may lie: look-alike letters, or a backslash before an @, make its host seem another.
  const shownHost = /^https?:\/\/([^/?#]*)/i.exec(shown)?.[1]?.toLowerCase();
  const isPlain = shown === token.href && shownHost === link.place;
  const tellsTheTruth = shown === link.href || isPlain || shown === link.place;
  return (
    <span class="link">
      <a href={link.href} target="_blank" rel="noopener noreferrer" title={link.href}>
        {label}
      </a>
      {!tellsTheTruth && <span class="place"> ({link.place})</span>}
    </span>
  );
}

/** A loaded image would tell its server that, when and from where the answer was read. */
function ImageName({ token }: { token: Tokens.Image }): VNode {
  const name = token.text === '' ? 'Image' : `Image: ${decodeEntities(token.text)}`;
  return (
    <span class="image-name">
      {name} <span class="place">({decodeEntities(token.href)}, not loaded)</span>
    </span>
  );
}
