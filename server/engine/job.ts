/** One request inside the loop, from arrival to its last event. */
import { createHash } from 'node:crypto';
import type { FinishReason } from '#server/chat/events.ts';
import type { EngineEvent, GenerateRequest } from './engine.ts';
import type { Generator } from './lanes.ts';
import type { Reply } from './reply.ts';

/** Requests of API clients name no conversation, but those that begin alike are turns of the same one. */
function beginning({ owner, messages }: GenerateRequest): string {
  const first = messages.findIndex((message) => message.role === 'user');
  // The owner is part of it: the same question of two people must not meet anywhere, not even to push the other one out.
  const hash = createHash('sha256').update(`${owner}\0`);
  for (const { role, content } of messages.slice(0, first + 1)) hash.update(`${role}\0${content}\0`);
  return `~${hash.digest('base64url')}`;
}

export class Job {
  readonly request: GenerateRequest;
  /** What its slot is remembered by. */
  readonly conversation: string;
  /** It named no conversation. */
  readonly passing: boolean;
  readonly arrivedMs: number;
  cancelled = false;
  answerNow = false;
  /** As tokens, or why it can't be served; set on arrival. */
  prompt: number[] | EngineEvent = [];
  /** Set on admission. */
  slot = -1;
  reply: Reply | null = null;
  promptTokens = 0;
  cachedTokens = 0;
  admittedMs = 0;
  /** Prompt tokens that are still to be evaluated; the last chunk of them is fed to the generator. */
  remaining: number[] = [];
  generator: Generator | null = null;
  feed: number[] | null = null;
  firstTokenMs: number | null = null;
  firstTextMs: number | null = null;
  sampled = 0;

  constructor(request: GenerateRequest, nowMs: number) {
    this.request = request;
    this.conversation = request.conversation ?? beginning(request);
    this.passing = request.conversation === null;
    this.arrivedMs = nowMs;
  }

  /** Most likely this one question is all there will be of the conversation. */
  get oneOff(): boolean {
    return this.passing && !this.request.messages.some(({ role }) => role === 'assistant');
  }

  /** When the next token may be sampled: immediately, unless a pace is set. */
  dueMs(): number {
    const pace = this.request.paceTokensPerSecond;
    if (pace === null || this.firstTokenMs === null) return 0;
    return this.firstTokenMs + (this.sampled * 1000) / pace;
  }

  done(finish: FinishReason, nowMs: number): EngineEvent {
    const empty = { promptTokens: 0, cachedTokens: 0, reasoningTokens: 0, completionTokens: 0 };
    const first = this.firstTokenMs ?? nowMs;
    return {
      type: 'done',
      finish,
      usage: this.reply?.usage(this.promptTokens, this.cachedTokens) ?? empty,
      evaluatedTokens: this.promptTokens - this.cachedTokens - this.remaining.length,
      timings: {
        prefillMs: this.reply === null ? 0 : first - this.admittedMs,
        ttftMs: (this.firstTextMs ?? nowMs) - this.arrivedMs,
        decodeMs: nowMs - first,
      },
    };
  }
}
