/**
 * The request of POST /v1/chat/completions. One rule: a parameter is honoured or refused by name.
 * Parameters we can't honour are accepted only with the value that means "off", because clients send those unasked.
 */
import { z } from 'zod';

const off = (name: string, ...values: unknown[]) =>
  z
    .unknown()
    .refine(
      (value) =>
        value === null || values.some((allowed) => JSON.stringify(allowed) === JSON.stringify(value)),
      {
        error: `"${name}" is not supported by this server`,
        params: { unsupported: name },
      },
    )
    .optional();

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() });
const content = z
  .union([z.string(), z.array(textPart)], {
    error: 'must be a string or a list of text parts; images, audio and files are not supported',
  })
  .transform((value) => (typeof value === 'string' ? value : value.map((part) => part.text).join('')));

const message = z.discriminatedUnion(
  'role',
  [
    z.strictObject({ role: z.literal('system'), content }),
    z.strictObject({ role: z.literal('developer'), content }),
    z.strictObject({ role: z.literal('user'), content }),
    z.strictObject({
      role: z.literal('assistant'),
      content: content.nullish().transform((value) => value ?? ''),
      // What clients send back of earlier answers: it never goes back to the model.
      reasoning_content: z.string().nullish(),
      reasoning: z.string().nullish(),
      tool_calls: off('tool_calls', []),
      function_call: off('function_call'),
      refusal: off('refusal'),
      annotations: off('annotations', []),
      audio: off('audio'),
      prefix: off('prefix', false),
    }),
  ],
  { error: 'the role must be system, developer, user or assistant' },
);

const stop = z
  .union([z.string(), z.array(z.string()).max(16)], {
    error: 'must be a string or a list of at most 16 strings',
  })
  .nullish()
  .transform((value) => (value == null ? [] : [value].flat().filter((text) => text !== '')));

const tokens = z.int('must be a whole number').min(1, 'must be at least 1').nullish();

export const ChatCompletionRequest = z
  .strictObject({
    model: z.string({ error: 'must name a model; GET /v1/models lists them' }).min(1),
    messages: z.array(message).min(1, 'must hold at least one message'),
    stream: z.boolean().nullish(),
    stream_options: z
      .strictObject({
        include_usage: z.boolean().nullish(),
        include_obfuscation: off('stream_options.include_obfuscation', false),
      })
      .nullish(),
    max_tokens: tokens,
    max_completion_tokens: tokens,
    temperature: z.number().min(0, 'must be at least 0').max(2, 'must be at most 2').nullish(),
    top_p: z.number().gt(0, 'must be above 0').max(1, 'must be at most 1').nullish(),
    top_k: z.int().min(0).nullish(),
    min_p: z.number().min(0).max(1).nullish(),
    seed: z.number().refine(Number.isInteger, 'must be a whole number').nullish(),
    frequency_penalty: z.number().min(-2).max(2).nullish(),
    presence_penalty: z.number().min(-2).max(2).nullish(),
    stop,
    /** DeepSeek's switch; `budget_tokens` caps the reasoning. */
    thinking: z
      .strictObject({ type: z.enum(['enabled', 'disabled']), budget_tokens: z.int().min(0).nullish() })
      .nullish(),
    /** End user behind a shared client: a place of their own in the fair queue and their own prompt cache. */
    user: z.string().max(512).nullish(),
    user_id: z.string().max(512).nullish(),
    /** OpenAI's name for "cheaper and later": in the queue behind everybody who waits for an answer. */
    service_tier: z
      .enum(['auto', 'default', 'flex'], { error: 'must be "auto", "default" or "flex"' })
      .nullish(),
    n: off('n', 1),
    logprobs: off('logprobs', false),
    top_logprobs: off('top_logprobs', 0),
    logit_bias: off('logit_bias', {}),
    tools: off('tools', []),
    tool_choice: off('tool_choice', 'none', 'auto'),
    parallel_tool_calls: off('parallel_tool_calls', true, false),
    functions: off('functions', []),
    function_call: off('function_call', 'none', 'auto'),
    response_format: off('response_format', { type: 'text' }),
    modalities: off('modalities', ['text']),
    store: off('store', false),
    metadata: off('metadata', {}),
    reasoning_effort: off('reasoning_effort'),
    prediction: off('prediction'),
    audio: off('audio'),
    web_search_options: off('web_search_options'),
    verbosity: off('verbosity', 'medium'),
  })
  .refine(
    (body) =>
      body.max_tokens == null ||
      body.max_completion_tokens == null ||
      body.max_tokens === body.max_completion_tokens,
    {
      error: 'max_tokens and max_completion_tokens are two names of one limit: send one of them',
      path: ['max_tokens'],
    },
  )
  .refine((body) => body.user == null || body.user_id == null || body.user === body.user_id, {
    error: 'user and user_id are two names of one end user: send one of them',
    path: ['user'],
  })
  .refine((body) => body.messages.at(-1)?.role === 'user', {
    error: 'the last message must be from the user; continuing an assistant message is not supported',
    path: ['messages'],
  });

export type ChatCompletionRequest = z.output<typeof ChatCompletionRequest>;
