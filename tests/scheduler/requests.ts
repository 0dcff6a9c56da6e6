import type { GenerateRequest } from '#server/engine/engine.ts';

export function requestFrom(owner: string, id: string): GenerateRequest {
  return {
    id,
    owner,
    conversation: null,
    messages: [{ role: 'user', content: 'How many bees?' }],
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, seed: 1, frequencyPenalty: 0, presencePenalty: 0 },
    guess: false,
    thinking: { mode: 'enabled', budgetTokens: null },
    maxTokens: null,
    stop: [],
    paceTokensPerSecond: null,
  };
}
