import type { VNode } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { chat } from '../state/app.ts';
import { type LiveTurn, phaseOf } from '../state/turn.ts';
import { duration, thoughtSummary } from '../text/format.ts';
import { Icon } from './icons.tsx';
import { MarkdownView } from './markdown-view.tsx';

/** The model's thought: open while it thinks, folded when the answer begins, unless the reader decided otherwise. */
export function Reasoning({ turn }: { turn: LiveTurn }): VNode {
  const [chosen, choose] = useState<boolean | null>(null);
  const body = useId();
  const isThinking = phaseOf(turn) === 'thinking';
  const isOpen = chosen ?? isThinking;
  return (
    <div class="thought">
      <div class="thought-head">
        <details open={isOpen}>
          {/* The state decides, not the element: a click is the reader's decision and stays. */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button already. */}
          <summary
            aria-controls={body}
            onClick={(event) => {
              event.preventDefault();
              choose(!isOpen);
            }}
          >
            <Icon name="chevron" />
            {isThinking ? (
              <span class="shimmer">
                Thinking… <Elapsed since={turn.thinkingSince} />
              </span>
            ) : (
              <span>{thoughtSummary(turn)}</span>
            )}
          </summary>
          <div class="thought-text" id={body}>
            {isOpen && <MarkdownView text={turn.reasoning.trim()} isGrowing={isThinking} />}
          </div>
        </details>
        {isThinking && (
          <button
            type="button"
            class="button small answer-now"
            title="Ends the thought here and lets the answer begin"
            onClick={() => chat.answerNow(turn.id)}
          >
            Answer now
          </button>
        )}
      </div>
    </div>
  );
}

/** Hidden from screen readers: a number that changes ten times a second is noise. */
function Elapsed({ since }: { since: number | null }): VNode | null {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 100);
    return () => clearInterval(timer);
  }, []);
  if (since === null) return null;
  return (
    <span class="elapsed" aria-hidden="true">
      {duration(performance.now() - since)}
    </span>
  );
}
