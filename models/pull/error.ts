/** Why a pull ended. Callers branch on `code`; people read `message`, which names cause and remedy. */
export type PullErrorCode =
  | 'bad_source'
  | 'not_granted'
  | 'unauthorized'
  | 'not_found'
  | 'hub_error'
  | 'unreachable'
  | 'wrong_size'
  | 'wrong_checksum'
  | 'disk_full'
  | 'busy'
  | 'exists'
  | 'unusable'
  | 'interrupted';

export class PullError extends Error {
  override readonly name = 'PullError';
  readonly code: PullErrorCode;
  /** Worth another try of the same request. */
  readonly transient: boolean;
  /** How long the server asks to wait, null when it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: PullErrorCode,
    message: string,
    options: { transient?: boolean; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.transient = options.transient ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
