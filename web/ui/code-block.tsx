import type { VNode } from 'preact';
import { CopyButton } from './copy-button.tsx';

export function CodeBlock({ text, lang }: { text: string; lang: string }): VNode {
  const language = lang.split(/\s/)[0] ?? '';
  return (
    <figure class="code">
      <figcaption>
        <span>{language === '' ? 'code' : language}</span>
        <CopyButton text={text} label="Copy code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1). */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
