/** Why a GGUF file was refused. Callers branch on `code`; people read `message`, which names cause and remedy. */
export type GgufErrorCode =
  | 'not_a_file'
  | 'unreadable'
  | 'bad_magic'
  | 'bad_version'
  | 'truncated'
  | 'bad_count'
  | 'bad_key'
  | 'bad_value'
  | 'bad_array'
  | 'too_large'
  | 'duplicate'
  | 'bad_alignment'
  | 'bad_tensor'
  | 'bad_offset'
  | 'missing_tensor'
  | 'bad_architecture'
  | 'unsupported_architecture'
  | 'bad_tokenizer'
  | 'bad_parts'
  | 'not_r1_format';

export class GgufError extends Error {
  override readonly name = 'GgufError';
  readonly code: GgufErrorCode;

  constructor(code: GgufErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const longestQuotedName = 80;

/** A name from the file, safe to print: control characters escaped, long names cut. */
export function quote(name: string): string {
  const cut = name.length > longestQuotedName ? `${name.slice(0, longestQuotedName)}…` : name;
  return JSON.stringify(cut);
}

const copyAgain = 'Download or copy the file again and check its SHA-256.';

/** Damage of the kind that a bad disk, a bad transfer or a hostile author leaves behind. */
export function damaged(code: GgufErrorCode, what: string): GgufError {
  return new GgufError(code, `The file is damaged or was made to mislead: ${what}. ${copyAgain}`);
}

export function cutShort(what: string): GgufError {
  return new GgufError('truncated', `The file is cut short: ${what}. Download or copy it again.`);
}
