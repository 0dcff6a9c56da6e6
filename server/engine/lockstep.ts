/**
 * The inner loop. A step is either one token of everybody who is being answered, in the same batch, or a chunk of somebody's
 * prompt; they take turns. In one batch they would cost the sum of both, because the library evaluates it in pieces of equal
 * length per sequence, and the newcomer would wait for the others' tokens too. Requests join and leave only between steps.
 * Independent consumers of the library would get batches of N−1, because the last one to be served is not queued again when
 * the next batch is formed.
 */
import type { FinishReason } from '#server/chat/events.ts';
import { ChunkSizer } from './chunks.ts';
import type { EngineEvent, GenerateRequest } from './engine.ts';
import { GapFiller } from './gaps.ts';
import { Job } from './job.ts';
import type { Lane } from './lanes.ts';
import { type Chunk, planPrefill } from './prefill-plan.ts';
import { GuessCost } from './prompt-lookup.ts';
import type { EngineStats } from './protocol.ts';
import { certainlyTooLong, type R1Format, renderHistory, renderPrompt } from './render.ts';
import { Reply, rendersClosedThought } from './reply.ts';
import { Slot } from './slot.ts';
import { chooseSlot } from './slots.ts';
import type { State, StateStore } from './states.ts';
import type { ThreadControl } from './thread-control.ts';

export interface LockstepOptions {
  lanes: readonly Lane[];
  format: R1Format;
  decode: (tokens: number[]) => string;
  contextTokens: number;
  batchTokens: number;
  states: StateStore;
  /** The evaluated beginning of every prompt; null = too short to be worth copying. */
  shared: State | null;
  emit: (id: string, events: readonly EngineEvent[]) => void;
  /** The native engine failed in a step: nothing about its state is known any more. */
  onFatal: (reason: unknown) => void;
  /** Left out = every step gets what the engine was opened with. */
  threads?: ThreadControl;
  /** What evaluating a guessed token costs until it is measured, as a share of a step; left out = nothing is guessed. */
  guessCost?: number;
  now?: () => number;
}

/**
 * The queue is in another process and hears of a free slot by message: for so long a step waits for who comes next, who would
 * otherwise wait for the end of it. Share of a step's time, and milliseconds at most.
 */
const successorShare = 0.05;
const mostSuccessorMs = 5;

export class Lockstep {
  readonly #options: LockstepOptions;
  readonly #slots: Slot[];
  readonly #chunks: ChunkSizer;
  readonly #gaps = new GapFiller();
  readonly #guessCost: GuessCost | null;
  readonly #now: () => number;
  readonly #waiting: Job[] = [];
  readonly #jobs = new Map<string, Job>();
  /** Deleted conversations that a slot may hold, or be about to hold. */
  readonly #deleted = new Set<string>();
  readonly #stats: EngineStats;
  #running = false;
  #uses = 0;
  #stepBegan: number | null = null;
  #lastStepMs = 0;
  /** A slot was given back since the last step. */
  #freed = false;
  /** A token was due while the last step read a prompt: the next one writes. */
  #keptWaiting = false;
  #wake: (() => void) | null = null;

  constructor(options: LockstepOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#chunks = new ChunkSizer(options.batchTokens);
    this.#guessCost = options.guessCost === undefined ? null : new GuessCost(options.guessCost);
    this.#slots = options.lanes.map((lane) => new Slot(lane));
    this.#stats = {
      steps: 0,
      widths: Array.from({ length: options.lanes.length + 1 }, () => 0),
      prefillChunks: 0,
      prefillTokens: 0,
      decodedTokens: 0,
      guessedTokens: 0,
      confirmedTokens: 0,
      filledTokens: 0,
      active: 0,
      waiting: 0,
      warmedTokens: 0,
      savedStates: 0,
      savedBytes: 0,
      restored: 0,
    };
  }

  submit(request: GenerateRequest): void {
    const job = new Job(request, this.#now());
    this.#jobs.set(request.id, job);
    // Here, because a step is at work most of the time: between two steps everybody would wait for it.
    job.prompt = this.#promptOf(request);
    this.#waiting.push(job);
    this.#nudge();
  }

  /** The whole prompt as tokens, or why it can't be served. */
  #promptOf({ messages, thinking }: GenerateRequest): Job['prompt'] {
    const { format, contextTokens } = this.#options;
    const tooLong = certainlyTooLong(messages, contextTokens);
    if (tooLong !== null) return contextExceeded(`more than ${tooLong}`, contextTokens);
    const prompt = renderPrompt(messages, rendersClosedThought(thinking) ? 'disabled' : 'enabled', format);
    return roomBehind(prompt, contextTokens) < 1
      ? contextExceeded(String(prompt.length), contextTokens)
      : prompt;
  }

  cancel(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.cancelled = true;
    this.#nudge();
  }

  answerNow(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.answerNow = true;
    job.reply?.answerNow();
  }

  /** Forgets the cached tokens of a conversation, at once or when its running request ends. */
  forget(conversation: string): void {
    this.#options.states.drop(conversation);
    this.#deleted.add(conversation);
    this.#nudge();
  }

  stats(): EngineStats {
    const active = this.#slots.filter((slot) => slot.job !== null).length;
    const { states } = this.#options;
    return {
      ...this.#stats,
      widths: [...this.#stats.widths],
      active,
      waiting: this.#waiting.length,
      savedStates: states.size,
      savedBytes: states.bytes,
    };
  }

  /** For how long the step in progress has been running, with what is done before and after it; 0 when none is. */
  stepMs(): number {
    return this.#stepBegan === null ? 0 : this.#now() - this.#stepBegan;
  }

  #nudge(): void {
    this.#wake?.();
    if (this.#running) return;
    this.#running = true;
    void this.#run().catch(this.#options.onFatal);
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#stepBegan = this.#now();
      await this.#betweenSteps();
      if (this.#jobs.size > 0) await this.#step();
      else if (!(await this.#warm())) break;
    }
    this.#stepBegan = null;
    this.#running = false;
  }

  async #betweenSteps(): Promise<void> {
    for (const slot of this.#slots) {
      if (slot.job?.cancelled) await this.#leave(slot, slot.job, 'cancelled');
    }
    await this.#forgetDeleted();
    for (const job of this.#waiting.filter((waiting) => waiting.cancelled)) {
      this.#dequeue(job);
      this.#finish(job, 'cancelled');
    }
    if (this.#freed) await this.#awaitSuccessor();
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!(await this.#admit(next))) break;
    }
    await this.#forgetDeleted();
  }

  async #awaitSuccessor(): Promise<void> {
    this.#freed = false;
    const ms = Math.min(mostSuccessorMs, Math.floor(this.#lastStepMs * successorShare));
    if (ms < 1 || this.#waiting.length > 0 || this.#jobs.size === 0) return;
    await this.#sleep(ms);
  }

  /** Until the time is over or something happens. */
  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  /** Again after admitting: a conversation may be deleted while its state is being copied into or out of a slot. */
  async #forgetDeleted(): Promise<void> {
    for (const conversation of this.#deleted) {
      this.#options.states.drop(conversation);
      const holders = this.#slots.filter((slot) => slot.conversation === conversation);
      for (const slot of holders) {
        if (slot.job === null) await slot.empty();
      }
      if (holders.every((slot) => slot.job === null)) this.#deleted.delete(conversation);
    }
  }

  /** False when all slots are busy. */
  async #admit(job: Job): Promise<boolean> {
    if (this.#slots.every((slot) => slot.job !== null)) return false;
    this.#dequeue(job);
    const { request, prompt } = job;
    const { format, contextTokens } = this.#options;
    if (!Array.isArray(prompt)) {
      this.#fail(job, prompt);
      return true;
    }
    const room = roomBehind(prompt, contextTokens);
    const index = chooseSlot(
      this.#slots.map((slot) => slot.view(prompt)),
      { owner: request.owner, conversation: job.conversation },
    );
    const slot = index === null ? undefined : this.#slots[index];
    if (index === null || slot === undefined) throw new Error('no free slot');
    const { cachedTokens, restored } = await slot.enter(
      job,
      prompt,
      this.#options.states,
      this.#options.shared,
    );
    if (restored) this.#stats.restored++;
    job.cachedTokens = cachedTokens;
    job.slot = index;
    job.promptTokens = prompt.length;
    job.remaining = prompt.slice(job.cachedTokens);
    job.admittedMs = this.#now();
    job.reply = new Reply({ request, format, decode: this.#options.decode, room, now: this.#now });
    if (job.answerNow) job.reply.answerNow();
    slot.lastUse = ++this.#uses;
    const { promptTokens } = job;
    this.#options.emit(request.id, [{ type: 'accepted', promptTokens, cachedTokens, slot: index }]);
    return true;
  }

  /**
   * Nobody waits: evaluates the last answer again without the thought before it, because that is how the next prompt of the
   * conversation begins. One chunk at a time; false when there is nothing to do.
   */
  async #warm(): Promise<boolean> {
    const slot = this.#slots.filter((other) => other.cold).sort((a, b) => b.lastUse - a.lastUse)[0];
    if (slot === undefined) return false;
    this.#stats.warmedTokens += await slot.warm(this.#chunks.next(true));
    return true;
  }

  async #step(): Promise<void> {
    const active = this.#slots.flatMap((slot) => (slot.job === null ? [] : [slot.job]));
    const now = this.#now();
    const answering = active.filter((job) => job.generator !== null);
    const due = answering.filter((job) => job.dueMs() <= now);
    const beside = answering.length > 0;
    const chunks =
      due.length > 0 && this.#keptWaiting
        ? []
        : planPrefill(
            active,
            this.#chunks.next(beside),
            this.#chunks.whole(beside),
            this.#options.batchTokens,
          );
    if (due.length === 0 && chunks.length === 0) return this.#pause(answering, now);

    const finished: [Job, FinishReason][] = [];
    // One after the other is sampled, so that of one is dealt with while the next one's is drawn.
    const take = (job: Job, token: number | null) => {
      const finish = this.#take(job, token);
      if (finish !== null) finished.push([job, finish]);
    };
    const writing = chunks.length > 0 ? [] : due;
    const gaps = this.#gaps.plan(
      writing.map((job) => job.slot),
      (index) => index in this.#slots && this.#slots[index]?.job?.generator == null,
    );
    this.#stats.filledTokens += gaps.slots.length;
    this.#options.threads?.before({ decoded: writing.length, prefilled: tokensOf(chunks) });
    await Promise.all([
      ...writing.map(async (job) => take(job, await this.#advance(job))),
      ...chunks.map((chunk) => this.#prefill(chunk, take)),
      ...gaps.slots.map((index) => this.#slots[index]?.lane.fill()),
    ]);
    const end = this.#now();
    this.#lastStepMs = end - now;
    this.#gaps.measured(gaps, this.#lastStepMs);
    this.#keptWaiting = chunks.length > 0 && answering.some((job) => job.dueMs() <= end);
    this.#measure(writing, chunks, this.#lastStepMs);
    for (const [job, finish] of finished) await this.#leave(this.#slotOf(job), job, finish);
  }

  async #prefill({ job, tokens }: Chunk, take: (job: Job, token: number | null) => void): Promise<void> {
    const lane = this.#slotOf(job).lane;
    const piece = job.remaining.slice(0, tokens);
    job.remaining = job.remaining.slice(tokens);
    if (job.remaining.length > 0) return lane.evaluate(piece);
    job.generator = lane.generate(piece, job.request.sampling, () => this.#guess(job));
    take(job, await job.generator.next(null));
  }

  /** Guessing pays only for somebody alone: beside others the step is better filled with their tokens. */
  #guess(job: Job): number | null {
    const alone = this.#jobs.size === 1 && job.request.guess && job.firstTokenMs !== null;
    return alone && this.#guessCost !== null ? this.#guessCost.value : null;
  }

  async #advance(job: Job): Promise<number | null> {
    const feed = job.feed;
    job.feed = null;
    if (job.generator === null) throw new Error('no generator');
    return job.generator.next(feed);
  }

  /** @returns why the reply is over, or null */
  #take(job: Job, token: number | null): FinishReason | null {
    const { reply } = job;
    if (reply === null) throw new Error('no reply');
    const events: EngineEvent[] = [];
    if (job.firstTokenMs === null) {
      job.firstTokenMs = this.#now();
      events.push(...reply.open());
    }
    job.sampled++;
    const step =
      token === null ? { events: reply.flush(), feed: null, finish: 'stop' as const } : reply.push(token);
    events.push(...step.events);
    job.feed = step.feed;
    if (job.firstTextMs === null && events.some((event) => event.type === 'delta'))
      job.firstTextMs = this.#now();
    this.#options.emit(job.request.id, events);
    return step.finish;
  }

  #measure(writing: Job[], chunks: Chunk[], elapsedMs: number): void {
    const stats = this.#stats;
    const decoded = writing.length;
    stats.decodedTokens += decoded;
    const [alone] = decoded === 1 ? writing : [];
    const guessed = alone?.generator?.guessed() ?? null;
    if (alone !== undefined && guessed === null) {
      // No step was taken: the token had been confirmed before.
      stats.confirmedTokens++;
      return;
    }
    if (guessed !== null) {
      this.#guessCost?.measured(guessed, elapsedMs);
      stats.guessedTokens += guessed;
    }
    const prefilled = tokensOf(chunks);
    stats.steps++;
    stats.widths[decoded] = (stats.widths[decoded] ?? 0) + 1;
    stats.prefillChunks += chunks.length;
    stats.prefillTokens += prefilled;
    this.#chunks.measured(prefilled, elapsedMs);
    this.#options.threads?.after({ decoded, prefilled: prefilled + (guessed ?? 0), elapsedMs });
  }

  /** Everybody is ahead of their pace: sleeps until the first is due or something happens. */
  async #pause(answering: Job[], now: number): Promise<void> {
    this.#stepBegan = null;
    const until = Math.min(...answering.map((job) => job.dueMs()));
    await this.#sleep(Math.max(1, until - now));
  }

  async #leave(slot: Slot, job: Job, finish: FinishReason): Promise<void> {
    this.#freed = true;
    await job.generator?.end();
    slot.leave(() => this.#nextHistory(job), !job.oneOff);
    slot.lastUse = ++this.#uses;
    // The caller may send the next request as soon as it hears of the end: the slot is free before it does.
    if (finish === 'cancelled' && job.reply !== null) this.#options.emit(job.request.id, job.reply.flush());
    this.#finish(job, finish);
  }

  /** What the next prompt of this conversation will begin with; null when there is no next or no room for it. */
  #nextHistory({ request, reply }: Job): number[] | null {
    if (reply === null || reply.answer === '') return null;
    const messages = [...request.messages, { role: 'assistant' as const, content: reply.answer }];
    const history = renderHistory(messages, this.#options.format);
    return history.length < this.#options.contextTokens - 1 ? history : null;
  }

  #finish(job: Job, finish: FinishReason): void {
    this.#jobs.delete(job.request.id);
    this.#options.emit(job.request.id, [job.done(finish, this.#now())]);
  }

  #fail(job: Job, error: EngineEvent): void {
    this.#jobs.delete(job.request.id);
    this.#options.emit(job.request.id, [error]);
  }

  #dequeue(job: Job): void {
    const index = this.#waiting.indexOf(job);
    if (index !== -1) this.#waiting.splice(index, 1);
  }

  #slotOf(job: Job): Slot {
    const slot = this.#slots[job.slot];
    if (slot === undefined) throw new Error('no slot');
    return slot;
  }
}

function tokensOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
}

/** Tokens that fit into the context behind the prompt. */
function roomBehind(prompt: readonly number[], contextTokens: number): number {
  return contextTokens - 1 - prompt.length;
}

function contextExceeded(length: string, contextTokens: number): EngineEvent {
  return {
    type: 'error',
    code: 'context_length_exceeded',
    message: `The conversation is ${length} tokens long and the model reads at most ${contextTokens - 2}. Shorten the message or begin a new chat.`,
    retryable: false,
  };
}
