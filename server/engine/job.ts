/** One request inside the loop, from arrival to its last event. */
import type { FinishReason } from '#server/chat/events.ts';
import type { EngineEvent, GenerateRequest } from './engine.ts';
import type { Generator } from './lanes.ts';
import type { Reply } from './reply.ts';

export class Job {
  readonly request: GenerateRequest;
  readonly arrivedMs: number;
  cancelled = false;
  answerNow = false;
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
    this.arrivedMs = nowMs;
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
      timings: {
        prefillMs: this.reply === null ? 0 : first - this.admittedMs,
        ttftMs: (this.firstTextMs ?? nowMs) - this.arrivedMs,
        decodeMs: nowMs - first,
      },
    };
  }
}
