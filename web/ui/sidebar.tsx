import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { chat, startNewChat } from '../state/app.ts';
import { groupByDay } from '../state/days.ts';
import { dialog, drawerOpen, isNarrow, nextTheme, theme } from '../state/view.ts';
import { ConversationItem } from './conversation-item.tsx';
import { Icon, type IconName, Mark } from './icons.tsx';
import { commandKey } from './shortcuts.ts';

/** A column beside the chat, a drawer over it on narrow screens. */
export function Sidebar(): VNode {
  const panel = useRef<HTMLElement>(null);
  const isHidden = isNarrow.value && !drawerOpen.value;

  useEffect(() => {
    if (panel.current !== null) panel.current.inert = isHidden;
    if (isNarrow.value && drawerOpen.value) panel.current?.querySelector('button')?.focus();
  }, [isHidden]);

  return (
    <>
      <nav ref={panel} class={drawerOpen.value ? 'sidebar open' : 'sidebar'} aria-label="Conversations">
        <div class="brand">
          <Mark />
          <span class="brand-name">Stillroom</span>
        </div>
        <button
          type="button"
          class="new-chat"
          onClick={() => {
            startNewChat();
            drawerOpen.value = false;
            document.getElementById('composer')?.focus();
          }}
        >
          <Icon name="compose" />
          <span>New chat</span>
          <kbd>{commandKey} K</kbd>
        </button>
        <List />
        <div class="sidebar-foot">
          <ThemeButton />
          <button
            type="button"
            class="icon-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
            onClick={() => {
              dialog.value = { kind: 'shortcuts' };
            }}
          >
            <Icon name="keyboard" />
          </button>
          <span class="version">{chat.info.value === null ? '' : `v${chat.info.value.version}`}</span>
        </div>
      </nav>
      {/* Esc and the menu button close the drawer too. */}
      <div
        class={isNarrow.value && drawerOpen.value ? 'scrim open' : 'scrim'}
        aria-hidden="true"
        onClick={() => {
          drawerOpen.value = false;
        }}
      />
    </>
  );
}

function List(): VNode {
  const list = chat.conversations.list.value;
  if (list === null) return <div class="conversations" aria-busy="true" />;
  if (list.length === 0)
    return (
      <div class="conversations">
        <p class="no-conversations">Your conversations will be listed here. They are kept on this machine.</p>
      </div>
    );
  return (
    <div class="conversations">
      {groupByDay(list, new Date()).map((group) => (
        <section key={group.label}>
          <h2>{group.label}</h2>
          <ul>
            {group.conversations.map((conversation) => (
              <ConversationItem key={conversation.id} conversation={conversation} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const themeIcons: Record<string, IconName> = { system: 'auto', light: 'sun', dark: 'moon' };

function ThemeButton(): VNode {
  const label = `Theme: ${theme.value === 'system' ? 'as the system' : theme.value}`;
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={nextTheme}>
      <Icon name={themeIcons[theme.value] ?? 'auto'} />
    </button>
  );
}
