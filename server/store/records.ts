/** What the store keeps and the web shows. Types only. */
import type { FinishReason, Timings, Usage } from '#server/chat/events.ts';

export interface Conversation {
  id: string;
  title: string;
  createdAt: string;
  updatedAt: string;
  /** A turn that is queued or running now. */
  activeTurnId: string | null;
}

export type TurnStatus = 'queued' | 'running' | 'done' | 'error';

export interface Turn {
  id: string;
  conversationId: string;
  userText: string;
  reasoning: string;
  /** Milliseconds of thinking, null while it goes on or when there was none. */
  reasoningMs: number | null;
  answer: string;
  status: TurnStatus;
  finish: FinishReason | null;
  error: { code: string; message: string } | null;
  model: string;
  usage: Usage | null;
  timings: Timings | null;
  /** Earlier turns that no longer fitted the context and that the model did not see. */
  droppedTurns: number;
  createdAt: string;
  /** Last event already contained in this record: attach with it. */
  seq: number;
}
