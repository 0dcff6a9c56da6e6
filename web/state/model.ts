/** Which model the next question goes to. */
import { computed, signal } from '@preact/signals';
import { chat } from './app.ts';

/** The person's own choice for this visit; null = the model the open conversation was last answered by, or the default. */
export const chosenId = signal<string | null>(null);

export const offered = computed(() => chat.info.value?.models ?? []);

/** Card and state of the model that would answer now; null before the server was asked. */
export const currentModel = computed(() => {
  const find = (id: string | null | undefined) => offered.value.find((model) => model.card.id === id);
  return find(chosenId.value) ?? find(lastModelId()) ?? offered.value[0] ?? null;
});

function lastModelId(): string | undefined {
  const openId = chat.openId.value;
  const turnId = openId === null ? undefined : chat.turns.of(openId).value?.at(-1);
  return turnId === undefined ? undefined : chat.turns.get(turnId)?.value.model;
}

/** The name people know a model by; its id when it is no longer on the shelf. */
export function modelName(id: string): string {
  return offered.value.find((model) => model.card.id === id)?.card.name ?? id;
}
