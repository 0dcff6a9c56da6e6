/** Which slot takes a request. Pure: the loop tells what each slot holds. */

export interface SlotView {
  busy: boolean;
  /** Whose tokens the slot holds; null = empty. */
  owner: string | null;
  conversation: string | null;
  /** What it holds belongs to a request that named no conversation. */
  passing: boolean;
  /** Rises with every use. */
  lastUse: number;
  /** Tokens of the prompt that the slot could reuse; asked only for slots of the same owner. */
  sharedPrefix: () => number;
}

/** A shorter shared beginning is not worth losing what an empty slot offers. */
const worthwhilePrefix = 16;

/**
 * Index of the slot for this request, null when all are busy. In this order: the conversation's own slot; a slot of the
 * same owner that holds the beginning of this prompt and was used in passing; an empty slot; the slot whose content is
 * least likely to be missed (requests in passing first, then the longest unused conversation).
 */
export function chooseSlot(
  slots: readonly SlotView[],
  request: { owner: string; conversation: string },
): number | null {
  const free = slots.map((slot, index) => ({ slot, index })).filter(({ slot }) => !slot.busy);
  const own = free.find(
    ({ slot }) => slot.owner === request.owner && slot.conversation === request.conversation,
  );
  if (own !== undefined) return own.index;

  const shared = free
    .filter(({ slot }) => slot.owner === request.owner && slot.passing)
    .map(({ slot, index }) => ({ index, tokens: slot.sharedPrefix() }))
    .sort((a, b) => b.tokens - a.tokens)[0];
  if (shared !== undefined && shared.tokens >= worthwhilePrefix) return shared.index;

  const empty = free.find(({ slot }) => slot.owner === null);
  if (empty !== undefined) return empty.index;

  const oldest = free.sort(
    (a, b) => Number(b.slot.passing) - Number(a.slot.passing) || a.slot.lastUse - b.slot.lastUse,
  )[0];
  return oldest?.index ?? null;
}
