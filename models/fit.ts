/**
 * Memory arithmetic. Pure; bytes everywhere.
 * weights + KV(context × slots) + working memory, against what is available.
 */

/** Bytes per KV element, by cache type. Quantised ones are blocks of 32 elements. */
export const kvTypes = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 } as const;
export type KvType = keyof typeof kvTypes;

export interface FitInput {
  readonly weightBytes: number;
  /** Second copies of weights in an order that suits the processor; 0 when unknown. */
  readonly repackedBytes: number;
  /** Elements of keys and values per token over all layers. */
  readonly kvElementsPerToken: number;
  readonly vocabulary: number;
  readonly embedding: number;
  readonly feedForward: number;
  readonly heads: number;
  /** Flash attention, which keeps no table of scores, is possible: keys and values have one length. */
  readonly flashPossible: boolean;
  /** What the model was trained for. */
  readonly trainedContext: number;
}

export interface FitSetting {
  readonly contextTokens: number;
  readonly slots: number;
  readonly kvType?: KvType;
  /** Used wherever it is possible unless it is `false`. */
  readonly flashAttention?: boolean | 'auto';
  /** Prompt tokens computed at a time. */
  readonly batch?: number;
}

export interface MemoryNeed {
  readonly weights: number;
  readonly kv: number;
  readonly working: number;
  /** What must be there: weights + KV + working memory. */
  readonly total: number;
  /**
   * What the engine process will show when memory is plentiful: the repacked copies come on top, because the pages of the
   * file they were made from stay in memory until somebody needs it.
   */
  readonly resident: number;
}

export type Fit =
  | { readonly verdict: 'fits'; readonly need: MemoryNeed; readonly sentence: string }
  /** Too big as asked; `contextTokens × slots` would fit. */
  | {
      readonly verdict: 'fits_smaller';
      readonly need: MemoryNeed;
      readonly contextTokens: number;
      readonly slots: number;
      readonly sentence: string;
    }
  | {
      readonly verdict: 'does_not_fit';
      readonly need: MemoryNeed;
      readonly missing: number;
      readonly sentence: string;
    };

/** The engine process without weights and KV: runtime, library, their buffers (measured: 150 MB). */
const processBytes = 150 * 1000 * 1000;

/** The engine rounds contexts up to a multiple of this. */
const contextStep = 256;

/** No conversation with a reasoning model is possible with less. */
export const smallestUsefulContext = 2048;

/** What a model needs with a given context and number of slots. */
export function memoryNeed(model: FitInput, setting: FitSetting): MemoryNeed {
  const context = Math.ceil(setting.contextTokens / contextStep) * contextStep;
  const kv = Math.ceil(model.kvElementsPerToken * kvTypes[setting.kvType ?? 'f16'] * context * setting.slots);
  // One batch of activations through the widest layer, and the logits of one token per slot, 4 bytes each.
  const batch = setting.batch ?? 512;
  const activations = batch * (4 * model.embedding + 2 * model.feedForward) * 4;
  // Without flash attention also the score of every token of the batch with every token of the context, per head.
  const flash = model.flashPossible && setting.flashAttention !== false;
  const scores = flash ? 0 : batch * model.heads * context * 4;
  const working = processBytes + activations + scores + setting.slots * model.vocabulary * 4;
  const total = model.weightBytes + kv + working;
  return { weights: model.weightBytes, kv, working, total, resident: total + model.repackedBytes };
}

/** Does it fit into `available` bytes, with which smaller setting would it, or how much is missing? */
export function fitModel(model: FitInput, setting: FitSetting, available: number): Fit {
  const asked = { ...setting, contextTokens: Math.min(setting.contextTokens, model.trainedContext) };
  const need = memoryNeed(model, asked);
  const arithmetic = `${amount(need.weights)} weights + ${amount(need.kv)} for ${asked.slots} × ${asked.contextTokens} tokens + ${amount(need.working)} working memory = ${amount(need.total)}, ${amount(available)} available`;
  if (need.total <= available) return { verdict: 'fits', need, sentence: `Fits: ${arithmetic}.` };
  const smaller = largestThatFits(model, asked, available);
  if (smaller !== null) {
    return {
      verdict: 'fits_smaller',
      need,
      ...smaller,
      sentence: `Too big as asked (${arithmetic}). It fits with ${smaller.slots} × ${smaller.contextTokens} tokens.`,
    };
  }
  const least = memoryNeed(model, { ...asked, contextTokens: smallestUsefulContext, slots: 1 });
  const missing = least.total - available;
  return {
    verdict: 'does_not_fit',
    need,
    missing,
    sentence: `Does not fit: even 1 × ${smallestUsefulContext} tokens need ${amount(least.total)}, ${amount(available)} available; ${amount(missing)} are missing.`,
  };
}

/** Context is given up before slots: two people with short memories are better served than one with a long one. */
function largestThatFits(
  model: FitInput,
  asked: FitSetting,
  available: number,
): { contextTokens: number; slots: number } | null {
  for (let slots = asked.slots; slots >= 1; slots--) {
    const fixed = memoryNeed(model, { ...asked, contextTokens: 0, slots }).total;
    const perStep = memoryNeed(model, { ...asked, contextTokens: contextStep, slots }).total - fixed;
    const steps = Math.floor((available - fixed) / perStep);
    const contextTokens = Math.min(steps * contextStep, asked.contextTokens);
    if (contextTokens >= Math.min(smallestUsefulContext, asked.contextTokens))
      return { contextTokens, slots };
  }
  return null;
}

/** "4.7 GB", decimal like file sizes on the hub. */
export function amount(bytes: number): string {
  if (Math.abs(bytes) >= 1e9) return `${(bytes / 1e9).toFixed(bytes >= 99.95e9 ? 0 : 1)} GB`;
  if (Math.abs(bytes) >= 1e6) return `${(bytes / 1e6).toFixed(0)} MB`;
  return `${Math.ceil(bytes / 1e3)} kB`;
}
