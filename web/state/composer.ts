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

/** The new chat has become the conversation `id`: what is being typed meanwhile stays where it is. */
export function keepDraft(id: string): void {
  drafts.delete(draftOf ?? newChat);
  draftOf = id;
}

export const thinking = signal(true);
/** Most tokens of thought; null = what the operator set for the model, or no limit but the context. */
export const budget = signal<number | null>(null);
export const budgets = [null, 2048, 512, 128];

/** Slows the demo model to reading speed. */
export const humanPace = signal(true);
