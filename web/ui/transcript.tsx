import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { chat, startNewChat } from '../state/app.ts';
import type { Outgoing } from '../state/outbox.ts';
import { Icon } from './icons.tsx';
import { OutgoingMessage } from './outgoing.tsx';
import { useFollower } from './scroll.ts';
import { TurnView } from './turn-view.tsx';

export function Transcript(): VNode {
  const id = chat.openId.value;
  const outgoing = chat.outbox.waiting.value.filter(({ message }) => message.conversationId === id);
  return chat.failure.value === null ? (
    <Conversation id={id} outgoing={outgoing} />
  ) : (
    <Missing outgoing={outgoing} />
  );
}

/** Apart, so that following begins anew when there is something to follow again. */
function Conversation({ id, outgoing }: { id: string | null; outgoing: readonly Outgoing[] }): VNode {
  const ids = id === null ? [] : chat.turns.of(id).value;
  const { scroller, content, isAtEnd, toEnd } = useFollower();

  // A question of one's own is always worth looking at.
  useEffect(toEnd, [outgoing.length]);

  return (
    <div class="transcript">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard (WCAG 2.1.1). */}
      <section class="scroller" ref={scroller} tabIndex={0} aria-label="Conversation">
        <div class="turns" ref={content} aria-busy={ids === null}>
          {ids?.map((turnId) => (
            <TurnView key={turnId} id={turnId} />
          ))}
          <OutgoingMessages outgoing={outgoing} />
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

function OutgoingMessages({ outgoing }: { outgoing: readonly Outgoing[] }): VNode[] {
  return outgoing.map((message) => <OutgoingMessage key={message.message.requestId} outgoing={message} />);
}

function Missing({ outgoing }: { outgoing: readonly Outgoing[] }): VNode {
  return (
    <div class="scroller">
      <div class="missing" role="alert">
        <p>{chat.failure.value?.message}</p>
        <button type="button" class="button" onClick={startNewChat}>
          Start a new chat
        </button>
      </div>
      <div class="turns">
        <OutgoingMessages outgoing={outgoing} />
      </div>
    </div>
  );
}
