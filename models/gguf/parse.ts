import { Cursor } from './cursor.ts';
import { cutShort, damaged, GgufError } from './error.ts';
import { limits } from './limits.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { missingR1Tokens } from './r1-format.ts';
import type { ByteSource } from './source.ts';
import { checkLayout, type GgufTensor, padded, readTensors } from './tensors.ts';

/** One file, structurally sound: whatever it describes lies inside it. Says nothing about the model's meaning. */
export interface ParsedGguf {
  readonly version: number;
  readonly alignment: number;
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly dataStart: number;
  readonly bytes: number;
  /** Of those that a model of the R1 format has. */
  readonly missingTokens: readonly string[];
}

/**
 * Reads and checks the header of one GGUF file (versions 2 and 3, little-endian).
 * Time and memory are bounded by `limits` whatever the file says.
 * @throws GgufError
 */
export function parseGguf(source: ByteSource): ParsedGguf {
  const cursor = new Cursor(source);
  const version = readVersion(cursor, source.size);
  const tensorCount = cursor.count('the number of tensors', limits.tensors);
  const entryCount = cursor.count('the number of metadata entries', limits.metadataEntries);
  const tokens = new TokenCheck();
  const metadata = readMetadata(cursor, entryCount, (token) => tokens.add(token));
  const alignment = readAlignment(metadata);
  const tensors = readTensors(cursor, tensorCount);
  const dataStart = tensors.size === 0 ? cursor.position : padded(cursor.position, alignment);
  if (dataStart > source.size) throw cutShort('the header is complete but no weights follow');
  checkLayout(tensors, dataStart, alignment, source.size);
  const missingTokens = missingR1Tokens((token) => tokens.has(token));
  return { version, alignment, metadata, tensors, dataStart, bytes: source.size, missingTokens };
}

/** "GGUF" read as a little-endian number. */
const ggufMagic = 0x46554747;

function readVersion(cursor: Cursor, size: number): number {
  if (size === 0) throw new GgufError('truncated', 'The file is empty. Download or copy it again.');
  const magic = cursor.u32('the file type');
  if (magic !== ggufMagic) throw new GgufError('bad_magic', wrongMagic(magic));
  const version = cursor.u32('the version');
  if (version !== 0 && (version & 0xffff) === 0) {
    throw new GgufError(
      'bad_version',
      'The file was made for big-endian machines. Get the ordinary little-endian file.',
    );
  }
  if (version !== 2 && version !== 3) {
    throw new GgufError(
      'bad_version',
      `The file says it is GGUF version ${version}; versions 2 and 3 can be read. Get a current file of this model.`,
    );
  }
  return version;
}

/** The usual mistakes, named: a web page saved under the file's name, a pointer file, another format. */
function wrongMagic(magic: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(magic);
  const text = bytes.toString('latin1');
  const otherwise = 'Get the .gguf file of this model.';
  if (text.startsWith('<'))
    return `The file is a web page, not a model; a login page or an error was saved in its place. ${otherwise}`;
  if (text === 'vers')
    return `The file is a Git LFS pointer, not the model itself. Fetch the real file, for example with "git lfs pull".`;
  if (text.startsWith('PK')) return `The file is a zip or PyTorch archive, not a GGUF model. ${otherwise}`;
  if (text.startsWith('{')) return `The file is JSON, not a GGUF model. ${otherwise}`;
  if (text === 'ggml' || text === 'lmgg' || text === 'tjgg' || text === 'fmgg') {
    return `The file is in a format older than GGUF. Get a current .gguf file of this model.`;
  }
  return `The file is not a GGUF model: its first bytes are ${bytes.toString('hex')}, not "GGUF". ${otherwise}`;
}

function readAlignment(metadata: Metadata): number {
  const type = metadata.typeOf('general.alignment');
  if (type === null) return 32;
  const alignment = metadata.integer('general.alignment');
  if (type !== 'u32' || alignment === null)
    throw damaged('bad_alignment', 'general.alignment is not a 32-bit number');
  const isPowerOfTwo = alignment > 0 && Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo || alignment > limits.alignment) {
    throw damaged(
      'bad_alignment',
      `general.alignment is ${alignment}, not a power of two up to ${limits.alignment}`,
    );
  }
  return alignment;
}

/** Two equal tokens abort the engine process (llama-vocab.cpp: id_to_token.size() == token_to_id.size()). */
class TokenCheck {
  readonly #seen = new Set<string>();
  #index = 0;

  add(token: string): void {
    // The loader renames empty tokens to [EMPTY_n] before it compares.
    const name = token === '' ? `[EMPTY_${this.#index}]` : token;
    if (this.#seen.has(name))
      throw damaged('bad_tokenizer', `token ${this.#index} of the vocabulary appears twice`);
    this.#seen.add(name);
    this.#index++;
  }

  has(token: string): boolean {
    return this.#seen.has(token);
  }
}
