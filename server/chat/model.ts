import { randomInt } from 'node:crypto';
import type { Sampling, Thinking } from '#server/engine/engine.ts';

/** What chat needs to know of the model in service. */
export interface ServedModel {
  id: string;
  isDemo: boolean;
  /** Tokens per second in the web chat, null = unpaced. */
  pace: number | null;
  /** Reasoning tokens of a turn that names no budget; null = only the overall limit. */
  thinkingBudget: number | null;
}

/** Thinking for a request: on unless switched off, with the model's budget unless the request names one. */
export function thinkingFor(
  model: ServedModel,
  wanted: { mode?: Thinking['mode'] | undefined; budgetTokens?: number | null | undefined } = {},
): Thinking {
  return {
    mode: wanted.mode ?? 'enabled',
    budgetTokens: wanted.budgetTokens ?? model.thinkingBudget,
  };
}

/**
 * Tokens looked at for the next one, when the client says nothing. With top-p 0.95 the rest is never chosen in practice, but
 * sorting a vocabulary of 152,000 for every token costs an eighth of a 1.5B model's speed (4.5 of 40 ms; 0.3 with this).
 */
const defaultTopK = 1000;

/**
 * Explicit sampling for a request; what the client left out comes from the model's makers.
 * R1 distills: temperature 0.6, top-p 0.95 (DeepSeek-R1 README, "Usage Recommendations").
 * The demo model is small and literal: greedy.
 */
export function samplingFor(
  model: ServedModel,
  wanted: { [K in keyof Sampling]?: Sampling[K] | null | undefined } = {},
): Sampling {
  return {
    temperature: wanted.temperature ?? (model.isDemo ? 0 : 0.6),
    topP: wanted.topP ?? 0.95,
    topK: wanted.topK ?? defaultTopK,
    minP: wanted.minP ?? 0,
    seed: wanted.seed ?? randomInt(2 ** 32),
    frequencyPenalty: wanted.frequencyPenalty ?? 0,
    presencePenalty: wanted.presencePenalty ?? 0,
  };
}
