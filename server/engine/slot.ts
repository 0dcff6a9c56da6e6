/** One slot: a sequence of the context, who uses it, and what it still knows when nobody does. */
import type { Job } from './job.ts';
import { commonPrefix, type Lane } from './lanes.ts';
import type { SlotView } from './slots.ts';
import type { State, StateStore } from './states.ts';

export class Slot {
  readonly lane: Lane;
  job: Job | null = null;
  owner: string | null = null;
  conversation: string | null = null;
  passing = false;
  #oneOff = false;
  lastUse = 0;
  /** The history is not evaluated to its end yet, and worth it. */
  cold = false;
  /** The beginning of the conversation's next prompt: what is worth keeping when the thought is dropped. */
  #history: readonly number[] = [];
  /** The same, not worked out yet: a long conversation takes milliseconds, in which nobody gets a token. */
  #unread: (() => readonly number[] | null) | null = null;

  constructor(lane: Lane) {
    this.lane = lane;
  }

  view(prompt: readonly number[]): SlotView {
    const { owner, conversation, passing, lastUse } = this;
    return {
      busy: this.job !== null,
      owner,
      conversation,
      passing,
      lastUse,
      sharedPrefix: () => commonPrefix(this.lane.held(), prompt),
    };
  }

  /**
   * Takes a request in; returns how many tokens of its prompt need not be evaluated. `restored` = from the state store,
   * `shared` = the evaluated beginning of every prompt.
   */
  async enter(
    job: Job,
    prompt: readonly number[],
    states: StateStore,
    shared: State | null,
  ): Promise<{ cachedTokens: number; restored: boolean }> {
    const { conversation, passing } = job;
    const { owner } = job.request;
    let restored = false;
    if (this.conversation !== conversation) await this.#swapOut(states);
    // Another owner's tokens are never compared with: neither time nor counts could tell anything about them.
    if (this.owner !== owner) await this.lane.clear();
    if (this.conversation !== conversation) restored = await this.#swapIn(job, prompt, states);
    if (!restored) await this.#begin(prompt, shared);
    // At least one token must be evaluated to sample the next.
    const cachedTokens = await this.lane.keepPrefix(prompt.slice(0, -1));
    this.job = job;
    this.owner = owner;
    this.conversation = conversation;
    this.passing = passing;
    this.#oneOff = job.oneOff;
    this.#history = prompt;
    this.#unread = null;
    this.cold = false;
    return { cachedTokens, restored };
  }

  /**
   * The request has ended; `history` tells what the conversation's next prompt will begin with, or null when that is not known;
   * `likely` = there will be a next one, so it is worth evaluating beforehand.
   */
  leave(history: () => readonly number[] | null, likely: boolean): void {
    this.job = null;
    this.#unread = history;
    this.cold = likely;
  }

  #known(): readonly number[] {
    this.#history = this.#unread?.() ?? this.#history;
    this.#unread = null;
    return this.#history;
  }

  async empty(): Promise<void> {
    await this.lane.clear();
    this.owner = null;
    this.conversation = null;
    this.passing = false;
    this.#history = [];
    this.#unread = null;
    this.cold = false;
  }

  /** Evaluates the next tokens of the history, at most `most`; returns how many. */
  async warm(most: number): Promise<number> {
    const history = this.#known();
    const kept = await this.lane.keepPrefix(history);
    const chunk = history.slice(kept, kept + most);
    this.cold = kept + chunk.length < history.length;
    if (chunk.length > 0) await this.lane.evaluate(chunk);
    return chunk.length;
  }

  /** Takes the beginning that all prompts have in common from the copy, unless the slot still holds it. */
  async #begin(prompt: readonly number[], shared: State | null): Promise<void> {
    if (shared === null || commonPrefix(this.lane.held(), prompt) >= shared.tokens.length) return;
    await this.lane.load(shared);
  }

  /** Keeps what the slot holds of a conversation, as far as its next prompt begins with it. */
  async #swapOut(states: StateStore): Promise<void> {
    const { owner, conversation, lane } = this;
    if (owner === null || conversation === null) return;
    if (!states.accepts(await lane.keepPrefix(this.#known()))) return;
    const state = await lane.save();
    if (state !== null) states.put(owner, conversation, state, this.#oneOff);
  }

  async #swapIn(job: Job, prompt: readonly number[], states: StateStore): Promise<boolean> {
    const { owner } = job.request;
    const state = states.take(owner, job.conversation);
    if (state === null) return false;
    const here = this.owner === owner ? commonPrefix(this.lane.held(), prompt) : 0;
    if (commonPrefix(state.tokens, prompt) <= here) return false;
    await this.lane.load(state);
    // Without room for the file on its way there it could not be loaded.
    return this.lane.held().length > 0;
  }
}
