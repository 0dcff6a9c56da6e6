/**
 * The inner loop: every active request advances by one token in the same batch, together with at most one chunk of
 * somebody's prompt. Requests join and leave only between steps. Independent consumers of the library would get batches
 * of N−1, because the last one to be served is not queued again when the next batch is formed.
 */
import type { FinishReason } from '#server/chat/events.ts';
import { ChunkSizer } from './chunks.ts';
import type { EngineEvent, GenerateRequest } from './engine.ts';
import type { Step } from './governor.ts';
import { Job } from './job.ts';
import { commonPrefix, type Lane } from './lanes.ts';
import type { EngineStats } from './protocol.ts';
import { type R1Format, renderHistory, renderPrompt } from './render.ts';
import { Reply, rendersClosedThought } from './reply.ts';
import { chooseSlot, type SlotView } from './slots.ts';
import type { StateStore } from './states.ts';

/** Fewer tokens are evaluated again faster than they are copied. */
const worthSaving = 32;

export interface LockstepOptions {
  lanes: readonly Lane[];
  format: R1Format;
  decode: (tokens: number[]) => string;
  contextTokens: number;
  batchTokens: number;
  states: StateStore;
  emit: (id: string, events: readonly EngineEvent[]) => void;
  /** The native engine failed in a step: nothing about its state is known any more. */
  onFatal: (reason: unknown) => void;
  /** After every step, before the next: the moment to change the number of threads. */
  onStep?: (step: Step) => void;
  now?: () => number;
}

interface Slot {
  lane: Lane;
  job: Job | null;
  owner: string | null;
  conversation: string | null;
  lastUse: number;
  /** The beginning of the conversation's next prompt: what is worth keeping when the thought is dropped. */
  history: readonly number[];
  /** The history is not evaluated to its end yet, and worth it. */
  cold: boolean;
  /** The conversation was deleted while it was being answered. */
  forget: boolean;
}

interface Chunk {
  job: Job;
  tokens: number;
}

export class Lockstep {
  readonly #options: LockstepOptions;
  readonly #slots: Slot[];
  readonly #chunks: ChunkSizer;
  readonly #now: () => number;
  readonly #waiting: Job[] = [];
  readonly #jobs = new Map<string, Job>();
  readonly #stats: EngineStats;
  #running = false;
  #uses = 0;
  #stepBegan: number | null = null;
  #wake: (() => void) | null = null;

  constructor(options: LockstepOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#chunks = new ChunkSizer(options.batchTokens);
    this.#slots = options.lanes.map((lane) => ({
      lane,
      job: null,
      owner: null,
      conversation: null,
      lastUse: 0,
      history: [],
      cold: false,
      forget: false,
    }));
    this.#stats = {
      steps: 0,
      widths: Array.from({ length: options.lanes.length + 1 }, () => 0),
      prefillChunks: 0,
      prefillTokens: 0,
      decodedTokens: 0,
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
    this.#waiting.push(job);
    this.#nudge();
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

  cancelAll(): void {
    for (const id of this.#jobs.keys()) this.cancel(id);
  }

  /** Forgets the cached tokens of a conversation, at once or when its running request ends. */
  forget(conversation: string): void {
    this.#options.states.drop(conversation);
    for (const slot of this.#slots) {
      if (slot.conversation === conversation) slot.forget = true;
    }
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

  /** For how long the native step in progress has been running, 0 when none is. */
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
      await this.#betweenSteps();
      if (this.#jobs.size > 0) await this.#step();
      else if (!(await this.#warm())) break;
    }
    this.#running = false;
  }

  async #betweenSteps(): Promise<void> {
    for (const slot of this.#slots) {
      if (slot.job?.cancelled) await this.#leave(slot, slot.job, 'cancelled');
      if (slot.forget && slot.job === null) await this.#empty(slot);
    }
    for (const job of this.#waiting.filter((waiting) => waiting.cancelled)) {
      this.#dequeue(job);
      this.#finish(job, 'cancelled');
    }
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!(await this.#admit(next))) break;
    }
  }

  /** False when all slots are busy. */
  async #admit(job: Job): Promise<boolean> {
    if (this.#slots.every((slot) => slot.job !== null)) return false;
    this.#dequeue(job);
    const { request } = job;
    const { format, contextTokens } = this.#options;
    const closed = rendersClosedThought(request.thinking);
    const prompt = renderPrompt(request.messages, closed ? 'disabled' : 'enabled', format);
    const room = contextTokens - 1 - prompt.length;
    if (room < 1) {
      this.#fail(job, {
        type: 'error',
        code: 'context_length_exceeded',
        message: `The conversation is ${prompt.length} tokens long and the model reads at most ${contextTokens - 2}. Shorten the message or begin a new chat.`,
        retryable: false,
      });
      return true;
    }
    const index = chooseSlot(
      this.#slots.map((slot) => this.#view(slot, prompt)),
      request,
    );
    const slot = index === null ? undefined : this.#slots[index];
    if (index === null || slot === undefined) throw new Error('no free slot');
    if (slot.conversation !== request.conversation) await this.#swapOut(slot);
    // Another owner's tokens are never compared with: neither time nor counts could tell anything about them.
    if (slot.owner !== request.owner) await slot.lane.clear();
    if (slot.conversation !== request.conversation) await this.#swapIn(slot, request, prompt);
    // At least one token must be evaluated to sample the next.
    job.cachedTokens = await slot.lane.keepPrefix(prompt.slice(0, -1));
    job.slot = index;
    job.promptTokens = prompt.length;
    job.remaining = prompt.slice(job.cachedTokens);
    job.admittedMs = this.#now();
    job.reply = new Reply({ request, format, decode: this.#options.decode, room, now: this.#now });
    if (job.answerNow) job.reply.answerNow();
    slot.job = job;
    slot.owner = request.owner;
    slot.conversation = request.conversation;
    slot.lastUse = ++this.#uses;
    slot.history = prompt;
    slot.cold = false;
    slot.forget = false;
    const { promptTokens, cachedTokens } = job;
    this.#options.emit(request.id, [{ type: 'accepted', promptTokens, cachedTokens, slot: index }]);
    return true;
  }

  /** Keeps what the slot holds of a conversation, as far as its next prompt begins with it. */
  async #swapOut(slot: Slot): Promise<void> {
    const { owner, conversation, history, forget, lane } = slot;
    if (owner === null || conversation === null || forget) return;
    if ((await lane.keepPrefix(history)) < worthSaving) return;
    const state = await lane.save();
    if (state !== null) this.#options.states.put(owner, conversation, state);
  }

  async #swapIn(slot: Slot, request: GenerateRequest, prompt: readonly number[]): Promise<void> {
    if (request.conversation === null) return;
    const state = this.#options.states.take(request.owner, request.conversation);
    if (state === null) return;
    const here = slot.owner === request.owner ? commonPrefix(slot.lane.held(), prompt) : 0;
    if (commonPrefix(state.tokens, prompt) <= here) return;
    await slot.lane.load(state);
    this.#stats.restored++;
  }

  /**
   * Nobody waits: evaluates the last answer again without the thought before it, because that is how the next prompt of the
   * conversation begins. One chunk at a time; false when there is nothing to do.
   */
  async #warm(): Promise<boolean> {
    const slot = this.#slots.filter((other) => other.cold).sort((a, b) => b.lastUse - a.lastUse)[0];
    if (slot === undefined) return false;
    const kept = await slot.lane.keepPrefix(slot.history);
    const chunk = slot.history.slice(kept, kept + this.#chunks.next(1));
    slot.cold = kept + chunk.length < slot.history.length;
    if (chunk.length === 0) return true;
    this.#stepBegan = this.#now();
    await slot.lane.evaluate([...chunk]);
    this.#stepBegan = null;
    this.#stats.warmedTokens += chunk.length;
    return true;
  }

  #view(slot: Slot, prompt: readonly number[]): SlotView {
    const { owner, conversation, lastUse } = slot;
    return {
      busy: slot.job !== null,
      owner,
      conversation,
      lastUse,
      sharedPrefix: () => commonPrefix(slot.lane.held(), prompt),
    };
  }

  async #step(): Promise<void> {
    const active = this.#slots.flatMap((slot) => (slot.job === null ? [] : [slot.job]));
    const now = this.#now();
    const answering = active.filter((job) => job.generator !== null);
    const due = answering.filter((job) => job.dueMs() <= now);
    const chunks = this.#planPrefill(
      active.filter((job) => job.generator === null),
      due.length,
    );
    if (due.length === 0 && chunks.length === 0) return this.#pause(answering, now);

    this.#stepBegan = now;
    const sampled = new Map<Job, number | null>();
    await Promise.all([
      ...due.map(async (job) => sampled.set(job, await this.#advance(job))),
      ...chunks.map((chunk) => this.#prefill(chunk, sampled)),
    ]);
    this.#stepBegan = null;
    this.#measure(due.length, chunks, this.#now() - now);
    for (const [job, token] of sampled) await this.#take(job, token);
  }

  /** First come, first served, but a prompt that needs only a little rides along with a long one. */
  #planPrefill(waiting: Job[], decoding: number): Chunk[] {
    const order = waiting.sort((a, b) => a.admittedMs - b.admittedMs);
    const size = this.#chunks.next(decoding);
    let room = this.#options.batchTokens - decoding;
    return order.flatMap((job, index) => {
      const tokens = Math.min(size, room, job.remaining.length);
      if (tokens < 1 || (index > 0 && job.remaining.length > Math.min(size / 2, room))) return [];
      room -= tokens;
      return [{ job, tokens }];
    });
  }

  async #prefill({ job, tokens }: Chunk, sampled: Map<Job, number | null>): Promise<void> {
    const lane = this.#slotOf(job).lane;
    const piece = job.remaining.slice(0, tokens);
    job.remaining = job.remaining.slice(tokens);
    if (job.remaining.length > 0) return lane.evaluate(piece);
    job.generator = lane.generate(piece, job.request.sampling);
    sampled.set(job, await job.generator.next(null));
  }

  async #advance(job: Job): Promise<number | null> {
    const feed = job.feed;
    job.feed = null;
    if (job.generator === null) throw new Error('no generator');
    return job.generator.next(feed);
  }

  async #take(job: Job, token: number | null): Promise<void> {
    const slot = this.#slotOf(job);
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
    if (step.finish !== null) await this.#leave(slot, job, step.finish);
  }

  #measure(decoded: number, chunks: Chunk[], elapsedMs: number): void {
    const stats = this.#stats;
    const prefilled = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
    stats.steps++;
    stats.widths[decoded] = (stats.widths[decoded] ?? 0) + 1;
    stats.decodedTokens += decoded;
    stats.prefillChunks += chunks.length;
    stats.prefillTokens += prefilled;
    this.#chunks.measured(prefilled, elapsedMs);
    this.#options.onStep?.({ decoded, prefilled, elapsedMs });
  }

  /** Everybody is ahead of their pace: sleeps until the first is due or something happens. */
  async #pause(answering: Job[], now: number): Promise<void> {
    const until = Math.min(...answering.map((job) => job.dueMs()));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, until - now));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  async #leave(slot: Slot, job: Job, finish: FinishReason): Promise<void> {
    await job.generator?.end();
    slot.job = null;
    slot.lastUse = ++this.#uses;
    this.#remember(slot, job);
    // The caller may send the next request as soon as it hears of the end: the slot is free before it does.
    if (finish === 'cancelled' && job.reply !== null) this.#options.emit(job.request.id, job.reply.flush());
    this.#finish(job, finish);
  }

  /** What the next prompt of this conversation will begin with. */
  #remember(slot: Slot, job: Job): void {
    const answer = job.reply?.answer ?? '';
    if (slot.conversation === null || answer === '') return;
    const messages = [...job.request.messages, { role: 'assistant' as const, content: answer }];
    slot.history = renderHistory(messages, this.#options.format);
    slot.cold = slot.history.length < this.#options.contextTokens - 1;
  }

  async #empty(slot: Slot): Promise<void> {
    await slot.lane.clear();
    slot.owner = null;
    slot.conversation = null;
    slot.history = [];
    slot.cold = false;
    slot.forget = false;
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
