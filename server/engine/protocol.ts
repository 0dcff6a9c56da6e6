/**
 * What gateway and engine child say to each other over the fork's JSON channel. Both sides validate, so that a bug or a
 * mix of versions ends in a typed error and not in half-understood messages. Text travels here and nowhere else.
 */
import { z } from 'zod';

export const protocolVersion = 1;

const v = z.literal(protocolVersion);
const count = z.number().int().nonnegative();

const message = z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() });

const sampling = z.object({
  temperature: z.number().nonnegative(),
  topP: z.number().min(0).max(1),
  topK: count,
  minP: z.number().min(0).max(1),
  seed: z.number().int().min(0).max(0xffffffff),
  frequencyPenalty: z.number(),
  presencePenalty: z.number(),
});

const generateRequest = z.object({
  id: z.string(),
  owner: z.string(),
  conversation: z.string().nullable(),
  messages: z.array(message),
  sampling,
  guess: z.boolean(),
  thinking: z.object({ mode: z.enum(['enabled', 'disabled']), budgetTokens: count.nullable() }),
  maxTokens: z.number().int().positive().nullable(),
  stop: z.array(z.string().min(1)),
  paceTokensPerSecond: z.number().positive().nullable(),
});

const gpuChoice = z.enum(['off', 'auto', 'cuda', 'vulkan', 'metal']);
export type GpuChoice = z.infer<typeof gpuChoice>;

/** `auto` = where the engine finds it useful. */
const flashAttention = z.union([z.boolean(), z.literal('auto')]);
export type FlashAttention = z.infer<typeof flashAttention>;

/** `any` = whatever the library finds by itself, `native` = what "stillroom engine build" made for this processor. */
const build = z.object({
  use: z.enum(['any', 'prebuilt', 'native']),
  /** What names the native build among others. */
  cmakeOptions: z.record(z.string(), z.string()),
  /** Fail rather than run another build. */
  required: z.boolean(),
  /** Why this one: a sentence for people. */
  why: z.string(),
  /** The native build was meant to run and can't. */
  degraded: z.boolean(),
});
export type BuildPlan = z.infer<typeof build>;

const loadOptions = z.object({
  modelPath: z.string(),
  slots: z.number().int().positive(),
  contextTokens: z.number().int().positive(),
  batchTokens: z.number().int().positive(),
  threads: z.number().int().positive(),
  /** Numbers of threads to measure before the first request; empty = `threads` is known to be right. */
  candidates: z.array(z.number().int().positive()),
  gpu: gpuChoice,
  build,
  /** The weights stay in the file and are mapped into memory; false = they are copied. */
  mapped: z.boolean(),
  /** Layers that go to the accelerator; null = as many as fit. */
  gpuLayers: count.nullable(),
  /** What keys and values are kept in. */
  kvType: z.enum(['f16', 'q8_0', 'q4_0']),
  flashAttention,
  /** The operator's words that every conversation begins with; empty = none. */
  systemPrompt: z.string(),
  /** Private folder in a memory file system through which states pass; null = states are not kept. */
  passage: z.string().nullable(),
  /** Most bytes of kept states. */
  stateBytes: count,
});
export type LoadOptions = z.infer<typeof loadOptions>;

const toChild = z.discriminatedUnion('type', [
  z.object({ v, type: z.literal('load'), options: loadOptions }),
  z.object({ v, type: z.literal('generate'), request: generateRequest }),
  z.object({ v, type: z.literal('cancel'), id: z.string() }),
  z.object({ v, type: z.literal('answerNow'), id: z.string() }),
  z.object({ v, type: z.literal('count'), call: count, messages: z.array(message) }),
  z.object({ v, type: z.literal('forget'), conversation: z.string() }),
  z.object({ v, type: z.literal('ping'), n: count }),
  z.object({ v, type: z.literal('stats'), call: count }),
  z.object({ v, type: z.literal('stop') }),
]);
export type ToChild = z.infer<typeof toChild>;

const usage = z.object({
  promptTokens: count,
  cachedTokens: count,
  reasoningTokens: count,
  completionTokens: count,
});
const milliseconds = z.number().nonnegative();

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), promptTokens: count, cachedTokens: count, slot: count }),
  z.object({
    type: z.literal('delta'),
    kind: z.enum(['reasoning', 'text']),
    text: z.string(),
    tokens: count,
  }),
  z.object({
    type: z.literal('reasoningEnd'),
    durationMs: milliseconds,
    forced: z.enum(['budget', 'answerNow', 'loop']).nullable(),
  }),
  z.object({
    type: z.literal('done'),
    finish: z.enum(['stop', 'length', 'cancelled', 'deadline', 'loop']),
    usage,
    evaluatedTokens: count,
    timings: z.object({ prefillMs: milliseconds, ttftMs: milliseconds, decodeMs: milliseconds }),
  }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), retryable: z.boolean() }),
]);

const stats = z.object({
  /** Steps of the lock-step loop so far. */
  steps: count,
  /** `widths[n]` = how many steps decoded n requests in one batch. */
  widths: z.array(count),
  prefillChunks: count,
  prefillTokens: count,
  decodedTokens: count,
  /** Tokens guessed from the conversation, and how many of them the model confirmed and were used. */
  guessedTokens: count,
  confirmedTokens: count,
  /** Tokens evaluated for nothing in slots between and beside those that were answered. */
  filledTokens: count,
  active: count,
  waiting: count,
  /** Answers evaluated again without their thought while nobody waited, in tokens. */
  warmedTokens: count,
  /** Conversations without a slot whose state is kept, their bytes, and how often one came back. */
  savedStates: count,
  savedBytes: count,
  restored: count,
});
export type EngineStats = z.infer<typeof stats>;

const loaded = z.object({
  slots: count,
  contextTokens: count,
  threads: count,
  gpu: z.string().nullable(),
  /** As the library itself says; `other` = a build made by hand. */
  build: z.object({ kind: z.enum(['prebuilt', 'native', 'other']), why: z.string(), degraded: z.boolean() }),
  memory: z.object({ weights: count, context: count, rss: count }),
  /** The fastest number of threads; `quiet` = other programs left the machine alone meanwhile. Null = nothing was measured. */
  calibration: z.object({ threads: count, stepMs: milliseconds, quiet: z.boolean() }).nullable(),
});
export type Loaded = z.infer<typeof loaded>;

const loadFailure = z.enum(['model_invalid', 'model_load_failed', 'insufficient_memory']);
export type LoadFailure = z.infer<typeof loadFailure>;

const fromChild = z.discriminatedUnion('type', [
  z.object({ v, type: z.literal('hello') }),
  z.object({ v, type: z.literal('loading'), progress: z.number().min(0).max(1) }),
  z.object({ v, type: z.literal('ready'), loaded }),
  z.object({ v, type: z.literal('loadFailed'), code: loadFailure, message: z.string() }),
  z.object({ v, type: z.literal('events'), events: z.array(z.object({ id: z.string(), event })) }),
  z.object({ v, type: z.literal('counted'), call: count, tokens: count }),
  /** `stepMs` = how long the native step in progress has been running, 0 when none is. */
  z.object({ v, type: z.literal('pong'), n: count, stepMs: milliseconds, rss: count, threads: count }),
  z.object({ v, type: z.literal('stats'), call: count, stats }),
  /** The native engine failed; the child ends itself right after. */
  z.object({ v, type: z.literal('fatal'), reason: z.string() }),
]);
export type FromChild = z.infer<typeof fromChild>;

/** Throws a ZodError when the message is not of this version's protocol. */
export function parseToChild(raw: unknown): ToChild {
  return toChild.parse(raw);
}

/** Throws a ZodError when the message is not of this version's protocol. */
export function parseFromChild(raw: unknown): FromChild {
  return fromChild.parse(raw);
}
