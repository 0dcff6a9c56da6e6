/**
 * The catalogue of errors a person or a client can see. Clients branch on `code`; people read `message`,
 * which names the cause and the remedy. Messages never contain prompts, answers, keys or cookies.
 */

/** HTTP status per code. A code that can also end a running turn has the status a fresh request would get. */
const statusByCode = {
  invalid_request: 400,
  invalid_json: 400,
  unsupported_parameter: 400,
  context_length_exceeded: 400,
  forbidden_host: 403,
  forbidden_origin: 403,
  not_found: 404,
  model_not_found: 404,
  conversation_not_found: 404,
  turn_not_found: 404,
  conversation_busy: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  queue_full: 429,
  too_many_turns: 429,
  internal: 500,
  engine_crashed: 503,
  engine_unavailable: 503,
  engine_stuck: 503,
  shutting_down: 503,
  interrupted: 503,
  deadline_exceeded: 504,
  insufficient_memory: 507,
  disk_full: 507,
  // Mostly start-up errors, which end the process with exit code 1; a model loaded on demand can meet them too.
  config_invalid: 500,
  model_unreadable: 500,
  model_invalid: 500,
  model_load_failed: 500,

  port_in_use: 500,
  data_unwritable: 500,
} as const;

export type ErrorCode = keyof typeof statusByCode;

interface StillroomErrorOptions {
  /** The same request may succeed later without being changed. */
  retryable?: boolean;
  /** Seconds, sent as Retry-After. */
  retryAfter?: number;
  /** Name of the offending field. */
  param?: string;
  cause?: unknown;
}

export class StillroomError extends Error {
  override readonly name = 'StillroomError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly retryAfter: number | null;
  readonly param: string | null;

  constructor(code: ErrorCode, message: string, options: StillroomErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = statusByCode[code];
    this.retryable = options.retryable ?? (this.status === 429 || this.status === 503);
    this.retryAfter = options.retryAfter ?? null;
    this.param = options.param ?? null;
  }

  /** From a code that travelled as a plain string (engine, stored row); one that is not in the catalogue becomes `internal`. */
  static fromCode(code: string, message: string, options: StillroomErrorOptions = {}): StillroomError {
    return new StillroomError(isErrorCode(code) ? code : 'internal', message, options);
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return code in statusByCode;
}
