import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { chat, startNewChat } from '../state/app.ts';
import { Icon } from './icons.tsx';
import { OutgoingMessage } from './outgoing.tsx';
import { useFollower } from './scroll.ts';
import { TurnView } from './turn-view.tsx';

export function Transcript(): VNode {
  const id = chat.openId.value;
  const ids = id === null ? [] : chat.turns.of(id).value;
  const outgoing = chat.outbox.waiting.value.filter(({ message }) => message.conversationId === id);
  const { scroller, content, isAtEnd, toEnd } = useFollower();

  // A question of one's own is always worth looking at.
  useEffect(toEnd, [outgoing.length]);

  if (chat.failure.value !== null) return <Missing />;
  return (
    <div class="transcript">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1). */}
      <section class="scroller" ref={scroller} tabIndex={0} aria-label="Conversation">
        <div class="turns" ref={content} aria-busy={ids === null}>
          {ids?.map((turnId) => (
            <TurnView key={turnId} id={turnId} />
          ))}
          {outgoing.map((message) => (
            <OutgoingMessage key={message.message.requestId} outgoing={message} />
          ))}
        </div>
      </section>
      {!isAtEnd.value && (
        <button type="button" class="jump" onClick={toEnd}>
          <Icon name="down" />
          Jump to latest
        </button>
      )}
    </div>
  );
}

function Missing(): VNode {
  return (
    <div class="scroller">
      <div class="missing" role="alert">
        <p>{chat.failure.value?.message}</p>
        <button type="button" class="button" onClick={startNewChat}>
          Start a new chat
        </button>
      </div>
    </div>
  );
}
