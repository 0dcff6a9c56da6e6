import { limits } from './limits.ts';
import type { Numbers } from './numbers.ts';

/** Sizes of multi-head latent attention (deepseek2). */
export interface LatentShape {
  /** 0 = queries are not compressed. */
  readonly qRank: number;
  readonly kvRank: number;
  /** The part of each key that is rotated and kept beside the compressed row. */
  readonly ropeLength: number;
  readonly keyLength: number;
  readonly valueLength: number;
  /** The file holds the key-value projection in two halves, so that one compressed row per token serves all heads. */
  readonly split: boolean;
}

export function readLatent(
  n: Numbers,
  rope: number,
  layers: number,
  keyLength: number,
  valueLength: number,
): LatentShape {
  const split = n.has('attention.key_length_mla');
  if (split !== n.has('attention.value_length_mla')) {
    throw n.wrong('attention.value_length_mla', 'must be there exactly when attention.key_length_mla is');
  }
  const mlaKey = n.optional('attention.key_length_mla', keyLength, 1, limits.embedding);
  if (mlaKey <= rope)
    throw n.wrong('attention.key_length_mla', `is ${mlaKey}, not more than the ${rope} rotated elements`);
  // The loader takes 26 or 27 layers for the Lite models, which have no compressed queries.
  const lite = layers === 26 || layers === 27;
  return {
    qRank: lite ? 0 : n.required('attention.q_lora_rank', 0, limits.embedding),
    kvRank: n.required('attention.kv_lora_rank', 1, limits.embedding),
    ropeLength: rope,
    keyLength: mlaKey,
    valueLength: n.optional('attention.value_length_mla', valueLength, 1, limits.embedding),
    split,
  };
}

/** The rows that are written into the KV cache must be as long as those it was made with, else the loader aborts. */
export function checkCacheRows(
  n: Numbers,
  mla: LatentShape,
  s: { heads: number; kvHeads: number; keyLength: number; valueLength: number },
): void {
  const kvHeads = mla.split ? 1 : s.heads;
  if (s.kvHeads !== kvHeads)
    throw n.wrong('attention.head_count_kv', `is ${s.kvHeads}, latent attention needs ${kvHeads}`);
  if (!mla.split) return;
  const row = mla.kvRank + mla.ropeLength;
  if (s.keyLength !== row)
    throw n.wrong('attention.key_length', `is ${s.keyLength}, rank and rotation make ${row}`);
  if (s.valueLength !== mla.kvRank)
    throw n.wrong('attention.value_length', `is ${s.valueLength}, the rank is ${mla.kvRank}`);
}
