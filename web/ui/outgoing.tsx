import type { VNode } from 'preact';
import { chat } from '../state/app.ts';
import type { Outgoing } from '../state/outbox.ts';
import { ErrorCard } from './error-card.tsx';
import { Question } from './turn-view.tsx';

/** A question the server hasn't confirmed yet, or didn't take. */
export function OutgoingMessage({ outgoing }: { outgoing: Outgoing }): VNode {
  const { message, refusal } = outgoing;
  return (
    <article class="turn outgoing">
      <Question text={message.text} />
      <div class="reply">
        {refusal === null ? (
          <p class="waiting" role="status">
            <span class="pulse" />
            {chat.connection.value === 'open' ? 'Sending…' : 'Will be sent when the connection is back.'}
          </p>
        ) : (
          <ErrorCard
            code={refusal.code}
            message={refusal.message}
            text={message.text}
            onRetry={() => chat.askAgain(message.requestId)}
            onEdit={() => chat.outbox.take(message.requestId)}
          />
        )}
      </div>
    </article>
  );
}
