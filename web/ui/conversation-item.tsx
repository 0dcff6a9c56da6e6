import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Conversation } from '#server/api/app/contract.ts';
import { chat } from '../state/app.ts';
import { dialog, drawerOpen } from '../state/view.ts';
import { Icon } from './icons.tsx';

export function ConversationItem({ conversation }: { conversation: Conversation }): VNode {
  const [isRenaming, setRenaming] = useState(false);
  const isOpen = chat.openId.value === conversation.id;
  if (isRenaming)
    return (
      <li class="conversation open">
        <TitleField conversation={conversation} onDone={() => setRenaming(false)} />
      </li>
    );
  return (
    <li class={isOpen ? 'conversation open' : 'conversation'}>
      <a
        href={`#${conversation.id}`}
        aria-current={isOpen ? 'page' : undefined}
        title={conversation.title}
        onClick={() => {
          drawerOpen.value = false;
        }}
      >
        <span class="conversation-title">{conversation.title}</span>
        {conversation.activeTurnId !== null && <span class="busy-dot" role="img" aria-label="answering" />}
      </a>
      <span class="conversation-actions">
        <button
          type="button"
          class="icon-button small"
          aria-label={`Rename “${conversation.title}”`}
          title="Rename"
          onClick={() => setRenaming(true)}
        >
          <Icon name="pencil" />
        </button>
        <button
          type="button"
          class="icon-button small"
          aria-label={`Delete “${conversation.title}”`}
          title="Delete"
          onClick={() => {
            dialog.value = { kind: 'delete', conversation };
          }}
        >
          <Icon name="trash" />
        </button>
      </span>
    </li>
  );
}

function TitleField({ conversation, onDone }: { conversation: Conversation; onDone: () => void }): VNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const save = () => {
    const title = field.current?.value.trim() ?? '';
    if (title !== '' && title !== conversation.title) void chat.rename(conversation.id, title);
    onDone();
  };
  return (
    <input
      ref={field}
      class="title-field"
      aria-label="New title"
      maxLength={120}
      defaultValue={conversation.title}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') {
          event.stopPropagation();
          onDone();
        }
      }}
    />
  );
}
