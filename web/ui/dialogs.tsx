import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Conversation } from '#server/api/app/contract.ts';
import { chat } from '../state/app.ts';
import { dialog } from '../state/view.ts';
import { Icon } from './icons.tsx';
import { ModelDialog } from './model-dialog.tsx';
import { PrivacyDialog } from './privacy-dialog.tsx';
import { shortcutList } from './shortcuts.ts';

export function Dialogs(): VNode | null {
  const open = dialog.value;
  switch (open?.kind) {
    case 'shortcuts':
      return (
        <Modal title="Keyboard shortcuts">
          <dl class="shortcuts">
            {shortcutList.map(({ keys, does }) => (
              <div key={does}>
                <dt>{does}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Modal>
      );
    case 'model':
      return (
        <Modal title="The model">
          <ModelDialog />
        </Modal>
      );
    case 'privacy':
      return (
        <Modal title="Where your words go">
          <PrivacyDialog />
        </Modal>
      );
    case 'delete':
      return <DeleteDialog conversation={open.conversation} />;
    case undefined:
      return null;
  }
}

function DeleteDialog({ conversation }: { conversation: Conversation }): VNode {
  return (
    <Modal title="Delete this conversation?">
      <p>
        “{conversation.title}” will be removed from this machine. This can't be undone
        {conversation.activeTurnId === null ? '.' : ', and the answer that is being written stops.'}
      </p>
      <div class="row end">
        <button type="button" class="button" onClick={close}>
          Keep it
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            void chat.remove(conversation.id);
            close();
          }}
        >
          Delete
        </button>
      </div>
    </Modal>
  );
}

function close(): void {
  dialog.value = null;
}

/** The native element keeps focus inside, closes on Esc and gives the focus back. */
function Modal({ title, children }: { title: string; children: ComponentChildren }): VNode {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = element.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click closes by the backdrop; Esc is the keyboard's way and native.
    <dialog
      ref={element}
      aria-labelledby="dialog-title"
      onClose={close}
      onClick={(event) => {
        if (event.target === element.current) close();
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
