/**
 * What the web client and the server say to each other. The web imports types from here, from chat/events.ts and engine/engine.ts, and nothing else of the server.
 *
 * REST (JSON, same origin):
 *   GET    /api/info                        → ServerInfo
 *   GET    /api/privacy                     → PrivacyOverview
 *   GET    /api/conversations               → { conversations: Conversation[] } newest first
 *   GET    /api/conversations/:id           → ConversationDetail
 *   PATCH  /api/conversations/:id {title}   → Conversation
 *   DELETE /api/conversations/:id           → 204
 * Errors: { error: { code, message } } with the status of server/errors.ts.
 *
 * WebSocket /api/ws (JSON text frames): ClientMessage up, ServerMessage down.
 *   A turn belongs to the server: it goes on when the socket drops. Every event of a turn has a `seq` from 1, without gaps.
 *   `attach {turnId, after}` replays the events with seq > after exactly once and then follows live.
 *   A turn that is no longer in memory answers with `snapshot` instead.
 */
import { z } from 'zod';
import type { ChatEvent } from '#server/chat/events.ts';
import type { ModelState } from '#server/engine/engine.ts';
import type { Conversation, Turn } from '#server/store/records.ts';

export interface ModelCard {
  id: string;
  name: string;
  /** True for the model inside the repository: the UI says "demo model" wherever it names it. */
  isDemo: boolean;
  description: string;
  architecture: string;
  /** Total parameters, null when the file does not say. */
  parameters: number | null;
  quantization: string;
  sizeBytes: number;
  sha256: string | null;
  licence: string | null;
  /** Starter prompts for an empty chat. */
  suggestions: string[];
}

/** A model that a message may name. */
export interface OfferedModel {
  card: ModelCard;
  engine: ModelState;
  /** Answers at the same time and tokens for each: as loaded, or, while it is not, as it usually is. */
  slots: number;
  contextTokens: number;
  /** Reasoning tokens of a message that names no budget; null = no limit but the context. */
  thinkingBudget: number | null;
}

export interface ServerInfo {
  version: string;
  /** The default model. */
  model: ModelCard;
  engine: ModelState;
  /** Every model that a message may name, the default first. */
  models: OfferedModel[];
  /** Seal level read back from the system, never more than was read back. */
  egress: {
    level: 'sealed' | 'private' | 'guarded';
    sentence: string;
    allowed: string[];
    blockedAttempts: number;
  };
  limits: { maxMessageCharacters: number };
  /** Tokens per second the web chat slows the demo model to, null when off. */
  demoPace: number | null;
}

export type { Conversation, Turn } from '#server/store/records.ts';

/** Everything the Privacy page shows. Names of hosts and rules only, never what was to be sent. */
export interface PrivacyOverview {
  egress: ServerInfo['egress'];
  layers: { name: string; inForce: boolean; sentence: string }[];
  policy: { id: string; version: string; sha256: string };
  /** What the policy names, so that a denial can say why; everything else is denied by default. */
  named: { pack: string; mode: 'enforce' | 'report'; hosts: string[] }[];
  /** The newest signed report of `stillroom egress prove`, null when none was made here. */
  lastProof: {
    at: string;
    verdict: 'proven' | 'refuted';
    /** Different ways out; each was tried with the guard alone, with the seal alone and with both. */
    tried: number;
    /** Tries that got out, of all three. */
    leaked: number;
    file: string;
  } | null;
  /** Newest first. */
  blocked: { lastSeen: string; count: number; target: string; rule: string; layer: string; by: string }[];
  /** False when a line of the record was changed or dropped. */
  recordIntact: boolean;
}

export interface ConversationDetail {
  conversation: Conversation;
  turns: Turn[];
}

const id = z.string().min(1).max(64);

export const ClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('send'),
    /** Made by the client; the same id sent again (after a reconnect) is acknowledged again and never runs twice. */
    requestId: id,
    conversationId: id.nullable(),
    text: z.string().min(1),
    thinking: z
      .strictObject({
        mode: z.enum(['enabled', 'disabled']),
        budgetTokens: z.int().min(0).max(1_000_000).nullable(),
      })
      .optional(),
    /** Id of a model of ServerInfo.models; left out = the default. */
    model: z.string().max(200).optional(),
    /** False switches the demo model's human pace off for this turn. */
    pace: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('attach'), turnId: id, after: z.int().min(0) }),
  z.strictObject({ type: z.literal('stop'), turnId: id }),
  z.strictObject({ type: z.literal('answerNow'), turnId: id }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export type ServerMessage =
  /** The message is on disk. The sender is attached to the turn from seq 1. */
  | { type: 'ack'; requestId: string; conversation: Conversation; turn: Turn }
  | { type: 'event'; turnId: string; seq: number; event: ChatEvent }
  | { type: 'snapshot'; turn: Turn }
  /** Something in the list changed (also in another window). */
  | { type: 'conversation'; conversation: Conversation }
  | { type: 'conversationDeleted'; id: string }
  | { type: 'engine'; model: string; engine: ModelState }
  | { type: 'error'; requestId: string | null; code: string; message: string };
