/** The one chat of this page, wired to the browser. */
import { createRest } from '../api/rest.ts';
import { openSocket } from '../api/socket.ts';
import { createChat } from './chat.ts';
import { keepDraft } from './composer.ts';

/** The next drawn frame, or soon when the page is hidden and draws none. */
function onFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 200);
  else requestAnimationFrame(flush);
}

/** The address carries the open conversation, so that a reload comes back to it. */
function showInAddress(id: string | null): void {
  history.replaceState(null, '', id === null ? location.pathname : `#${id}`);
}

function idInAddress(): string | null {
  const id = location.hash.slice(1);
  return id === '' ? null : id;
}

export const rest = createRest();

export const chat = createChat({
  rest,
  connect: (handlers) => openSocket(new URL('/api/ws', location.href.replace(/^http/, 'ws')).href, handlers),
  onFrame,
  nowMs: () => performance.now(),
  onOpened(id) {
    keepDraft(id);
    showInAddress(id);
  },
});

/** Connects and follows the address from now on. */
export function startChat(): void {
  chat.open(idInAddress());
  addEventListener('hashchange', () => chat.open(idInAddress()));
  addEventListener('online', () => chat.wake());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) chat.wake();
  });
  chat.start();
}

export function startNewChat(): void {
  showInAddress(null);
  chat.open(null);
}
