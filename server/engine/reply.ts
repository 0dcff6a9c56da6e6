/**
 * One reply, token by token: splits thought from answer by token id, keeps the budget, finds stop strings in the answer
 * only, ends endless repetition and counts honestly. Pure: it never sees the engine, only the tokens it sampled.
 */
import type { FinishReason, Usage } from '#server/chat/events.ts';
import type { EngineEvent, GenerateRequest } from './engine.ts';
import { LoopDetector } from './loop-detector.ts';
import type { R1Format } from './render.ts';
import { StopMatcher } from './stops.ts';
import { TextStream } from './text-stream.ts';

type Forced = 'budget' | 'answerNow' | 'loop';

export interface ReplyOptions {
  request: Pick<GenerateRequest, 'thinking' | 'stop' | 'maxTokens'>;
  format: Pick<R1Format, 'thinkOpen' | 'thinkClose' | 'newline' | 'blankLine'>;
  decode: (tokens: number[]) => string;
  /** Tokens that still fit into the context behind the prompt. */
  room: number;
  /** Milliseconds on a clock that never goes back. */
  now: () => number;
}

export interface ReplyStep {
  events: EngineEvent[];
  /** What the model reads next in place of the token it has just sampled; null = that token. */
  feed: number[] | null;
  finish: FinishReason | null;
}

/** At most this many tokens are kept for the answer when the context, not the request, is what ends a thought. */
const mostAnswerReserve = 1024;

/** True when the prompt already contains the empty, closed thought. */
export function rendersClosedThought(thinking: GenerateRequest['thinking']): boolean {
  return thinking.mode === 'disabled' || thinking.budgetTokens === 0;
}

export class Reply {
  readonly #options: ReplyOptions;
  readonly #stream: TextStream;
  readonly #stops: StopMatcher;
  readonly #loops = new LoopDetector();
  readonly #limit: number;
  readonly #budget: number;
  #thinking: boolean;
  #thoughtBegan: number | null = null;
  #answerNow = false;
  /** Line breaks at the end of the thought, and what is blank behind them: shown only when something follows. */
  #trailing = '';
  #began = false;
  #unsent = 0;
  #reasoningTokens = 0;
  #completionTokens = 0;
  #answer = '';

  constructor(options: ReplyOptions) {
    const { request, format, room } = options;
    this.#options = options;
    this.#stream = new TextStream(options.decode);
    this.#stops = new StopMatcher(request.stop);
    this.#thinking = request.thinking.mode === 'enabled';
    // A forced close is fed together with the token before it and needs its own room.
    const usable = Math.max(1, room - format.newline.length - 1 - format.blankLine.length);
    this.#limit = Math.min(request.maxTokens ?? usable, usable);
    const contextEnds = (request.maxTokens ?? usable) >= usable;
    const contextBudget = contextEnds ? usable - Math.min(mostAnswerReserve, Math.floor(usable / 4)) : usable;
    this.#budget = Math.min(request.thinking.budgetTokens ?? contextBudget, contextBudget);
  }

  /** To be called when the prompt has been evaluated. A budget of 0 ends the thought before it begins (see `rendersClosedThought`). */
  open(): EngineEvent[] {
    this.#thoughtBegan = this.#options.now();
    return this.#thinking && this.#budget === 0 ? this.#closeThought('budget') : [];
  }

  /** Closes the thought at the next token; no effect when the answer has begun. */
  answerNow(): void {
    this.#answerNow = true;
  }

  /** Takes the next sampled token. */
  push(token: number): ReplyStep {
    this.#completionTokens++;
    this.#unsent++;
    const step = this.#thinking ? this.#pushThought(token) : this.#pushAnswer(token);
    if (step.finish === null && this.#completionTokens >= this.#limit) {
      return { events: [...step.events, ...this.flush()], feed: null, finish: 'length' };
    }
    return step;
  }

  /** Text that was held back, when nothing more comes. */
  flush(): EngineEvent[] {
    const rest = this.#stream.flush();
    if (this.#thinking) return this.#delta('reasoning', this.#visible(rest));
    const { text, stopped } = this.#stops.push(this.#visible(rest));
    return this.#delta('text', text + (stopped ? '' : this.#stops.flush()));
  }

  /** The answer as far as it has been shown, without the thought. */
  get answer(): string {
    return this.#answer;
  }

  usage(promptTokens: number, cachedTokens: number): Usage {
    return {
      promptTokens,
      cachedTokens,
      reasoningTokens: this.#reasoningTokens,
      completionTokens: this.#completionTokens,
    };
  }

  #pushThought(token: number): ReplyStep {
    const { thinkOpen, thinkClose, newline, blankLine } = this.#options.format;
    this.#reasoningTokens++;
    if (token === thinkClose) return { events: this.#closeThought(null), feed: null, finish: null };
    const events = token === thinkOpen ? [] : this.#thoughtText(this.#stream.push(token));
    const forced = this.#forced(this.#loops.push(token));
    if (forced === null) return { events, feed: null, finish: null };
    events.push(...this.#closeThought(forced));
    return { events, feed: [token, ...newline, thinkClose, ...blankLine], finish: null };
  }

  #forced(looping: boolean): Forced | null {
    if (this.#answerNow) return 'answerNow';
    if (this.#reasoningTokens >= this.#budget) return 'budget';
    return looping ? 'loop' : null;
  }

  #thoughtText(piece: string): EngineEvent[] {
    const text = this.#trailing + this.#visible(piece);
    const shown = text.replace(/[\r\n]\s*$/, '');
    this.#trailing = text.slice(shown.length);
    return this.#delta('reasoning', shown);
  }

  #closeThought(forced: Forced | null): EngineEvent[] {
    const events = this.#thoughtText(this.#stream.flush());
    const durationMs = this.#options.now() - (this.#thoughtBegan ?? this.#options.now());
    events.push({ type: 'reasoningEnd', durationMs, forced });
    this.#thinking = false;
    this.#began = false;
    this.#trailing = '';
    this.#loops.reset();
    return events;
  }

  #pushAnswer(token: number): ReplyStep {
    const { thinkOpen, thinkClose } = this.#options.format;
    if (token === thinkOpen || token === thinkClose) return { events: [], feed: null, finish: null };
    const { text, stopped } = this.#stops.push(this.#visible(this.#stream.push(token)));
    const events = this.#delta('text', text);
    if (stopped) return { events, feed: null, finish: 'stop' };
    if (!this.#loops.push(token)) return { events, feed: null, finish: null };
    return { events: [...events, ...this.flush()], feed: null, finish: 'loop' };
  }

  /** Blank lines before the first visible character of a part are layout of the template, not content. */
  #visible(piece: string): string {
    const text = this.#began ? piece : piece.replace(/^[\r\n]+/, '');
    if (text !== '') this.#began = true;
    return text;
  }

  #delta(kind: 'reasoning' | 'text', text: string): EngineEvent[] {
    if (text === '') return [];
    if (kind === 'text') this.#answer += text;
    const tokens = this.#unsent;
    this.#unsent = 0;
    return [{ type: 'delta', kind, text, tokens }];
  }
}
