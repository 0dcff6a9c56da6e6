import { chat } from '../state/app.ts';
import { budget, draft, humanPace, thinking } from '../state/composer.ts';
import { currentModel } from '../state/model.ts';
import { isActive } from '../state/turn.ts';

/** The turn that is queued or running in the open conversation. */
export function activeTurnId(): string | null {
  const id = chat.openId.value;
  if (id === null) return null;
  for (const turnId of chat.turns.of(id).value ?? []) {
    const turn = chat.turns.get(turnId)?.value;
    if (turn !== undefined && isActive(turn)) return turnId;
  }
  return null;
}

/** True while the open conversation can't take another question. */
export function isBusy(): boolean {
  if (activeTurnId() !== null) return true;
  return chat.outbox.waiting.value.some(
    ({ message, refusal }) => refusal === null && message.conversationId === chat.openId.value,
  );
}

/** Asks in the open conversation with the composer's settings; false when it can't be asked now. */
export function ask(text: string): boolean {
  const limit = chat.info.value?.limits.maxMessageCharacters ?? Number.POSITIVE_INFINITY;
  if (text.trim() === '' || text.length > limit || isBusy()) return false;
  chat.ask({
    text: text.trim(),
    thinking: {
      mode: thinking.value ? 'enabled' : 'disabled',
      budgetTokens: thinking.value ? budget.value : null,
    },
    pace: humanPace.value,
    modelId: currentModel.value?.card.id ?? null,
  });
  return true;
}

/** Brings a text back into the message field, before what has been typed there meanwhile. */
export function edit(text: string): void {
  draft.value = draft.value.trim() === '' ? text : `${text}\n\n${draft.value}`;
  document.getElementById('composer')?.focus();
}
