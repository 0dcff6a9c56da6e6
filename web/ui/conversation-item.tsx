import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Conversation } from '#server/api/app/contract.ts';
import { chat } from '../state/app.ts';
import { dialog, drawerOpen } from '../state/view.ts';
import { Icon } from './icons.tsx';

export function ConversationItem({ conversation }: { conversation: Conversation }): VNode {
  const [isRenaming, setRenaming] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const cameByKeyboard = useRef(false);
  useEffect(() => {
    if (!isRenaming && cameByKeyboard.current) pencil.current?.focus();
    cameByKeyboard.current = false;
  }, [isRenaming]);
  const isOpen = chat.openId.value === conversation.id;
  if (isRenaming)
    return (
      <li class="conversation open">
        <TitleField
          conversation={conversation}
          onDone={(byKeyboard) => {
            cameByKeyboard.current ||= byKeyboard;
            setRenaming(false);
          }}
        />
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
          ref={pencil}
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

interface TitleFieldProps {
  conversation: Conversation;
  /** `byKeyboard`: the focus, which goes with the field, is to go back where it came from. */
  onDone: (byKeyboard: boolean) => void;
}

function TitleField({ conversation, onDone }: TitleFieldProps): VNode {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const isOver = useRef(false);
  const leave = (byKeyboard: boolean) => {
    isOver.current = true;
    onDone(byKeyboard);
  };
  const save = (byKeyboard: boolean) => {
    // Browsers differ in whether a focused field that goes away is blurred first.
    if (isOver.current) return;
    const title = field.current?.value.trim() ?? '';
    if (title !== '' && title !== conversation.title) void chat.rename(conversation.id, title);
    leave(byKeyboard);
  };
  return (
    <input
      ref={field}
      class="title-field"
      aria-label="New title"
      maxLength={120}
      defaultValue={conversation.title}
      onBlur={() => save(false)}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === 'Enter') save(true);
        if (event.key === 'Escape') {
          event.stopPropagation();
          leave(true);
        }
      }}
    />
  );
}
