/** What is being written and how it will be asked. Drafts live in memory only: nothing typed is stored before it is sent. */
import { signal } from '@preact/signals';

const drafts = new Map<string, string>();
const newChat = '';

export const draft = signal('');
let draftOf: string | null = null;

/** Puts the draft of the conversation left aside and brings back the one of the conversation opened. */
export function switchDraft(to: string | null): void {
  if (to === draftOf) return;
  drafts.set(draftOf ?? newChat, draft.value);
  draftOf = to;
  draft.value = drafts.get(to ?? newChat) ?? '';
}

export const thinking = signal(true);
/** Most tokens of thought; null = no limit but the context. */
export const budget = signal<number | null>(null);
export const budgets: { tokens: number | null; label: string }[] = [
  { tokens: null, label: 'No limit' },
  { tokens: 2048, label: '2,048 tokens' },
  { tokens: 512, label: '512 tokens' },
  { tokens: 128, label: '128 tokens' },
];

/** Slows the demo model to reading speed. */
export const humanPace = signal(true);
