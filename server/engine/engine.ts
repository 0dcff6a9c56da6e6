/**
 * What the rest of the gateway sees of an engine. `supervisor.ts` implements it over a forked child;
 * unit tests implement it in memory. Nothing here knows about sockets, users' rights or storage.
 */
import type { FinishReason, Timings, Usage } from '#server/chat/events.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  /** Plain text. Control tags inside it stay text: the engine neutralises them before rendering. */
  content: string;
}

/** All explicit: the engine library's hidden defaults (top-k 40, repeat penalty, seed = clock) are never relied on. */
export interface Sampling {
  /** 0 = greedy. */
  temperature: number;
  topP: number;
  /** 0 = off. */
  topK: number;
  minP: number;
  /** Unsigned 32-bit. */
  seed: number;
  frequencyPenalty: number;
  presencePenalty: number;
}

export interface Thinking {
  /** `disabled` renders an empty closed thought, so that the model answers at once. */
  mode: 'enabled' | 'disabled';
  /** Most reasoning tokens before the thought is closed gracefully and the answer begins; null = only the overall limit. */
  budgetTokens: number | null;
}

export interface GenerateRequest {
  id: string;
  /** Whose tokens these are. Cached state is never matched across owners. */
  owner: string;
  /** What its cached tokens are kept under until `forget`; null for API calls, whose turns are recognised by how they begin. */
  conversation: string | null;
  messages: ChatMessage[];
  sampling: Sampling;
  /**
   * Tokens may be guessed from what the conversation holds and checked several at once. The words come from the same
   * distribution, but which of them a seed gives depends on whether others were being served.
   */
  guess: boolean;
  thinking: Thinking;
  /** Most generated tokens, reasoning included; null = as far as the context reaches. */
  maxTokens: number | null;
  /** Strings that end the answer. They are never looked for inside the reasoning. */
  stop: string[];
  /** Tokens per second at most (demo pace), null = as fast as it goes. */
  paceTokensPerSecond: number | null;
}

export type EngineEvent =
  | { type: 'accepted'; promptTokens: number; cachedTokens: number; slot: number }
  /** `tokens` = how many tokens this piece of text stands for. */
  | { type: 'delta'; kind: 'reasoning' | 'text'; text: string; tokens: number }
  | { type: 'reasoningEnd'; durationMs: number; forced: 'budget' | 'answerNow' | 'loop' | null }
  /** `evaluatedTokens` = tokens of the prompt that really were evaluated: not those of the cache, nor those a cancel left out. */
  | {
      type: 'done';
      finish: FinishReason;
      usage: Usage;
      evaluatedTokens: number;
      timings: Omit<Timings, 'queueMs'>;
    }
  /** Always the last event of its request. `code` comes from server/errors.ts. */
  | { type: 'error'; code: string; message: string; retryable: boolean };

export interface Generation {
  /** Ends the request in any phase; the slot is free after at most one decode step or prefill chunk. `done` with `cancelled` follows. */
  cancel(): void;
  /** Closes the thought now and lets the answer begin; nothing happens when the answer has begun. */
  answerNow(): void;
}

export type EngineState =
  | { state: 'loading'; progress: number }
  | { state: 'ready' }
  | { state: 'restarting'; reason: string; attempt: number }
  /** The breaker is open or the model can't be loaded: `reason` is a sentence with a remedy. */
  | { state: 'failed'; code: string; reason: string };

/** `unloaded` = on the shelf, not in memory; the next request for it loads it. */
export type ModelState = EngineState | { state: 'unloaded' };

/** Read from the loaded model and the running child, never from configuration alone. */
export interface EngineInfo {
  slots: number;
  contextTokens: number;
  threads: number;
  gpu: string | null;
  /** Which build of the native engine runs (`other` = made by hand), why that one, and whether it stands in for another. */
  build: { kind: 'prebuilt' | 'native' | 'other'; why: string; degraded: boolean };
  pid: number;
  /** Bytes, as the engine reports them. */
  memory: { weights: number; context: number; rss: number };
}

export interface Engine {
  readonly state: EngineState;
  /** Null until the first `ready`. */
  readonly info: EngineInfo | null;
  /** Resolves at the first `ready`, rejects with a StillroomError when loading fails for good. */
  start(): Promise<EngineInfo>;
  onState(listener: (state: EngineState) => void): () => void;
  /** At most `info.slots` at a time: the scheduler keeps the queue. Events arrive in order on the gateway's event loop. */
  generate(request: GenerateRequest, onEvent: (event: EngineEvent) => void): Generation;
  /** Prompt length in tokens as it would be rendered, for limits before queueing. */
  countTokens(messages: ChatMessage[], signal?: AbortSignal): Promise<number>;
  /** Forgets cached state of a deleted conversation. */
  forget(conversation: string): void;
  stop(): Promise<void>;
}
