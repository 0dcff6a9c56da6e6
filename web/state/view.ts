/** What lies over the chat: the drawer on narrow screens and at most one dialog. And the theme. */
import { signal } from '@preact/signals';
import type { Conversation } from '#server/api/app/contract.ts';

export type Dialog =
  | { kind: 'shortcuts' }
  | { kind: 'model' }
  | { kind: 'privacy' }
  | { kind: 'delete'; conversation: Conversation };

export const dialog = signal<Dialog | null>(null);
export const drawerOpen = signal(false);

const narrowScreen = matchMedia('(max-width: 760px)');
export const isNarrow = signal(narrowScreen.matches);
narrowScreen.addEventListener('change', (event) => {
  isNarrow.value = event.matches;
  drawerOpen.value = false;
});

export type Theme = 'system' | 'light' | 'dark';
const themes: Theme[] = ['system', 'light', 'dark'];
// public/theme.js has read the stored choice before the first paint.
const chosen = document.documentElement.dataset.theme;
export const theme = signal<Theme>(chosen === 'light' || chosen === 'dark' ? chosen : 'system');

export function nextTheme(): void {
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system';
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    if (next === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', next);
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
  }
}
