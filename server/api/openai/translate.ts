/** Pure translation between the OpenAI wire format (with DeepSeek's `reasoning_content`) and our events. */
import type { ChatCompletionRequest } from '#server/api/openai/schema.ts';
import type { ChatEvent, FinishReason, Usage } from '#server/chat/events.ts';
import type { ChatMessage } from '#server/engine/engine.ts';
import { StillroomError } from '#server/errors.ts';

/** `developer` is OpenAI's newer name for `system`. */
export function toMessages(request: ChatCompletionRequest): ChatMessage[] {
  return request.messages.map((message) => ({
    role: message.role === 'developer' ? 'system' : message.role,
    content: message.content,
  }));
}

/** OpenAI allows any 64-bit integer; the engine takes 32 bits without sign. The same seed always maps to the same seed. */
export function toSeed(seed: number | null | undefined): number | undefined {
  return seed == null ? undefined : ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32;
}

export interface Completion {
  id: string;
  created: number;
  model: string;
}

interface Collected {
  reasoning: string;
  text: string;
  usage: Usage | null;
  finish: FinishReason | null;
}

/** Sums up a finished event stream. @throws StillroomError when it ended in an error */
export function collect(events: ChatEvent[]): Collected {
  const result: Collected = { reasoning: '', text: '', usage: null, finish: null };
  for (const event of events) {
    if (event.type === 'reasoning') result.reasoning += event.text;
    else if (event.type === 'text') result.text += event.text;
    else if (event.type === 'usage') result.usage = event.usage;
    else if (event.type === 'done') result.finish = event.finish;
    else if (event.type === 'error') throw errorOf(event);
  }
  return result;
}

export function toCompletion(head: Completion, result: Collected) {
  return {
    id: head.id,
    object: 'chat.completion' as const,
    created: head.created,
    model: head.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant' as const,
          content: result.text,
          reasoning_content: result.reasoning || null,
          refusal: null,
        },
        logprobs: null,
        finish_reason: finishReason(result.finish),
      },
    ],
    usage: result.usage && toUsage(result.usage),
  };
}

export function toChunk(head: Completion, delta: object, finish: FinishReason | null, withUsage: boolean) {
  return {
    id: head.id,
    object: 'chat.completion.chunk' as const,
    created: head.created,
    model: head.model,
    choices: [
      { index: 0, delta, logprobs: null, finish_reason: finish === null ? null : finishReason(finish) },
    ],
    ...(withUsage ? { usage: null } : {}),
  };
}

export function toUsageChunk(head: Completion, usage: Usage) {
  return {
    id: head.id,
    object: 'chat.completion.chunk' as const,
    created: head.created,
    model: head.model,
    choices: [],
    usage: toUsage(usage),
  };
}

function toUsage(usage: Usage) {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    prompt_cache_hit_tokens: usage.cachedTokens,
    prompt_cache_miss_tokens: usage.promptTokens - usage.cachedTokens,
  };
}

/** OpenAI knows only `stop` and `length` of our reasons; a cut loop or a passed deadline is a cut answer. */
function finishReason(finish: FinishReason | null): 'stop' | 'length' {
  return finish === 'stop' || finish === 'cancelled' ? 'stop' : 'length';
}

export function errorOf(event: Extract<ChatEvent, { type: 'error' }>): StillroomError {
  const param = event.code === 'context_length_exceeded' ? { param: 'messages' } : {};
  return StillroomError.fromCode(event.code, event.message, { retryable: event.retryable, ...param });
}

/** OpenAI's error envelope: clients branch on `type` and `code`. */
export function toErrorBody(error: StillroomError) {
  const type =
    error.status === 429
      ? 'rate_limit_error'
      : error.status >= 500
        ? 'server_error'
        : error.status === 404
          ? 'not_found_error'
          : 'invalid_request_error';
  return { error: { message: error.message, type, param: error.param, code: error.code } };
}
