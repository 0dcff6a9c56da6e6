import { useEffect } from 'preact/hooks';
import { chat, startNewChat } from '../state/app.ts';
import { dialog, drawerOpen } from '../state/view.ts';
import { activeTurnId } from './ask.ts';

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
export const commandKey = isApple ? '⌘' : 'Ctrl';

export const shortcutList: { keys: string[]; does: string }[] = [
  { keys: ['Enter'], does: 'Send' },
  { keys: ['Shift', 'Enter'], does: 'New line' },
  { keys: ['Esc'], does: 'Stop the answer' },
  { keys: [commandKey, 'K'], does: 'New chat' },
  { keys: ['Alt', '↑'], does: 'Newer conversation' },
  { keys: ['Alt', '↓'], does: 'Older conversation' },
  { keys: ['/'], does: 'Go to the message field' },
  { keys: ['?'], does: 'Show these shortcuts' },
];

export function useShortcuts(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function onKey(event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented) return;
  // The dialog has its own keys.
  if (dialog.value !== null) return;
  const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
  if (
    (event.ctrlKey || event.metaKey) &&
    !event.shiftKey &&
    !event.altKey &&
    event.key.toLowerCase() === 'k'
  ) {
    startNewChat();
    focusComposer();
  } else if (event.key === 'Escape') {
    leave();
    return;
  } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    openNeighbour(event.key === 'ArrowDown' ? 1 : -1);
  } else if (!isTyping && event.key === '/') {
    focusComposer();
  } else if (!isTyping && event.key === '?') {
    dialog.value = { kind: 'shortcuts' };
  } else {
    return;
  }
  event.preventDefault();
}

function leave(): void {
  if (drawerOpen.value) {
    drawerOpen.value = false;
    document.getElementById('menu-button')?.focus();
    return;
  }
  const running = activeTurnId();
  if (running !== null) chat.stop(running);
}

function openNeighbour(step: number): void {
  const list = chat.conversations.list.value ?? [];
  const here = list.findIndex((conversation) => conversation.id === chat.openId.value);
  const next = list[here === -1 ? 0 : here + step];
  if (next !== undefined) location.hash = next.id;
}

function focusComposer(): void {
  document.getElementById('composer')?.focus();
}
