import type { Token } from 'marked';
import type { ComponentChildren, VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { nothing, type Parsed, parseBlocks } from '../text/blocks.ts';
import { renderBlock } from '../text/markdown.tsx';

/** Markdown that may still be growing: blocks that can't change any more are neither parsed nor compared again. */
export function MarkdownView({ text, isGrowing }: { text: string; isGrowing: boolean }): VNode {
  const parsed = useRef<Parsed>(nothing);
  parsed.current = useMemo(
    // Once whole, it is parsed once more as a whole: a link may have been defined below its use.
    () => parseBlocks(text, isGrowing ? parsed.current : nothing, isGrowing),
    [text, isGrowing],
  );
  return (
    <div class={isGrowing ? 'prose growing' : 'prose'}>
      {parsed.current.blocks.map((token, index) => (
        <Block key={index} token={token} />
      ))}
    </div>
  );
}

/** Preact leaves a subtree alone when it is given the same vnodes again. */
function Block({ token }: { token: Token }): VNode {
  const children: ComponentChildren = useMemo(() => renderBlock(token), [token]);
  return <>{children}</>;
}
