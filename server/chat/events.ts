/**
 * The one event union of the product. The engine produces it, the store keeps it, every wire dialect translates it.
 * Types only, so that the web client can share it.
 */

/** Token counts of one turn. `completionTokens` includes `reasoningTokens`; `cachedTokens` is the part of `promptTokens` that was not evaluated again. */
export interface Usage {
  promptTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
  completionTokens: number;
}

/** Durations in milliseconds. `ttftMs` runs from the arrival of the request to the first streamed token. */
export interface Timings {
  queueMs: number;
  prefillMs: number;
  ttftMs: number;
  decodeMs: number;
}

/**
 * Why an answer ended: `stop` = the model or a stop string ended it, `length` = token limit or context full,
 * `cancelled` = somebody pressed Stop or hung up, `deadline` = ran out of its time limit, `loop` = endless repetition was cut.
 */
export type FinishReason = 'stop' | 'length' | 'cancelled' | 'deadline' | 'loop';

export type ChatEvent =
  /** `position` 1 = next. `eta` is the calibrated interval until the start, null while nothing has been measured yet. */
  | { type: 'queued'; position: number; eta: { lowMs: number; highMs: number } | null }
  /** The model is being read into memory; `progress` 0–1. */
  | { type: 'loading'; model: string; progress: number }
  /** `droppedTurns` = earlier turns of the conversation that no longer fit the context and that the model does not see. */
  | { type: 'started'; model: string; promptTokens: number; cachedTokens: number; droppedTurns: number }
  | { type: 'reasoning'; text: string }
  /** The thought is closed; `forced` names who closed it when the model did not. */
  | { type: 'reasoningEnd'; durationMs: number; forced: 'budget' | 'answerNow' | 'loop' | null }
  | { type: 'text'; text: string }
  | { type: 'usage'; usage: Usage }
  | { type: 'done'; finish: FinishReason; timings: Timings }
  | { type: 'error'; code: string; message: string; retryable: boolean };

/** True for the event after which a turn sends nothing more. */
export function isFinal(event: ChatEvent): boolean {
  return event.type === 'done' || event.type === 'error';
}
