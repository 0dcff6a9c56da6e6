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

/**
 * The page went to `to` by itself: the new chat got its id, or the open conversation was deleted. What is being typed
 * goes along, before what waits there.
 */
export function keepDraft(to: string | null): void {
  if (to === draftOf) return;
  const waiting = drafts.get(to ?? newChat) ?? '';
  drafts.delete(draftOf ?? newChat);
  draftOf = to;
  if (waiting.trim() === '') return;
  draft.value = draft.value.trim() === '' ? waiting : `${draft.value}\n\n${waiting}`;
}

export const thinking = signal(true);
/** Most tokens of thought; null = what the operator set for the model, or no limit but the context. */
export const budget = signal<number | null>(null);
export const budgets = [null, 2048, 512, 128];

/** Slows the demo model to reading speed. */
export const humanPace = signal(true);
