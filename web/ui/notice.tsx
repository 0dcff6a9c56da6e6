import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { chat } from '../state/app.ts';
import { Icon } from './icons.tsx';

/** Long enough to be read twice (ms). */
const shownMs = 10_000;

export function Notice(): VNode {
  const text = chat.notice.value;
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => chat.dismissNotice(), shownMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="notices" role="status">
      {text !== null && (
        <div class="notice">
          <span>{text}</span>
          <button
            type="button"
            class="icon-button small"
            aria-label="Dismiss"
            onClick={() => chat.dismissNotice()}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
