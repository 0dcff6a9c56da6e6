/**
 * A deterministic model in the format of the real R1 distills. Attention and feed-forward add nothing, the embedding of a
 * token is a random sign vector, and the output row of a token is the embedding of its predecessor: after token A the model
 * always says the successor of A. So a test knows every token in advance, while everything else about the engine is real.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { f32, floats, type GgufValue, type Tensor, text, u32, writeGguf } from './gguf-writer.ts';
import { r1ChatTemplate, r1Vocabulary, special, type Vocabulary } from './r1-vocabulary.ts';

/**
 * `plain`: thought, then answer, then end. `loop`: the answer repeats for ever. `thinkloop`: the thought does.
 * `nothink`: closes the thought at once. `dice`: the answer is drawn uniformly from its words and never ends by itself.
 */
type ScriptVariant = 'plain' | 'loop' | 'thinkloop' | 'nothink' | 'dice';

export interface ScriptOptions {
  variant?: ScriptVariant;
  /** Words (= tokens) in the thought. */
  thought?: number;
  /** Words (= tokens) in the answer. */
  answer?: number;
  /** Text that ends the answer, one token per UTF-8 byte; every byte may occur once. */
  tail?: string;
  /** Larger values make the model slower without changing what it says. */
  layers?: number;
  feedForward?: number;
  contextLength?: number;
  /** Overwrites or adds metadata, for malformed files. */
  metadata?: Record<string, GgufValue>;
}

export interface Script {
  path: string;
  /** What the reasoning and the answer are, exactly. */
  thoughtText: string;
  answerText: string;
  /** Words in order, one token each. */
  thoughtWords: string[];
  answerWords: string[];
  /** Tokens of `text` typed by a person: one per byte, `\n\n` is one. */
  countText: (text: string) => number;
}

const width = 256;

/** a, b … z, aa, ab … */
function letters(index: number): string {
  const last = String.fromCodePoint(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

function words(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index === 0 ? '' : ' '}${prefix}${letters(index)}`);
}

/** Deterministic ±1 vectors; two of them are nearly orthogonal. */
function signVectors(count: number): Float32Array {
  let state = 0x9e3779b9;
  return Float32Array.from({ length: count * width }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 0x100) === 0 ? 1 : -1;
  });
}

/** Successor pairs [from, to] of the script. */
function successors(
  vocabulary: Vocabulary,
  script: Script,
  variant: ScriptVariant,
  tail: string,
): [number, number][] {
  const chain = (ids: number[]): [number, number][] =>
    ids.slice(1).map((to, index) => [ids[index] as number, to]);
  const { id } = vocabulary;
  const thought = script.thoughtWords.map(id);
  const answer = script.answerWords.map(id);
  const open = [id(special.assistant), id(special.thinkOpen), id('\n')];
  const close = [id(special.thinkClose), id('\n\n')];
  const end = [...[...Buffer.from(tail, 'utf8')].map(vocabulary.byte), id(special.eos)];
  if (variant === 'nothink') return chain([...open, ...close, ...answer, ...end]);
  if (variant === 'thinkloop') {
    return [...chain([...open, ...thought, thought[0] as number]), ...chain([...close, ...answer, ...end])];
  }
  if (variant === 'loop') return chain([...open, ...thought, ...close, ...answer, answer[0] as number]);
  if (variant === 'dice') {
    const from = [id('\n\n'), ...answer];
    const throws = from.flatMap((previous) => answer.map((next): [number, number] => [previous, next]));
    return [...chain([...open, ...thought, ...close]), ...throws];
  }
  return chain([...open, ...thought, ...close, ...answer, ...end]);
}

function outputRows(embeddings: Float32Array, pairs: [number, number][]): Float32Array {
  const rows = new Float32Array(embeddings.length);
  for (const [from, to] of pairs) {
    for (let i = 0; i < width; i++) {
      rows[to * width + i] = (rows[to * width + i] as number) + (embeddings[from * width + i] as number);
    }
  }
  return rows;
}

function tensors(
  vocabularySize: number,
  pairs: [number, number][],
  layers: number,
  feedForward: number,
): Tensor[] {
  const filled = (name: string, shape: number[], value: number): Tensor => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { name, shape, type: 'F32', data: floats(new Float32Array(length).fill(value)) };
  };
  const embeddings = signVectors(vocabularySize);
  const blocks = Array.from({ length: layers }, (_, n) => [
    filled(`blk.${n}.attn_norm.weight`, [width], 1),
    filled(`blk.${n}.ffn_norm.weight`, [width], 1),
    ...['q', 'k', 'v'].flatMap((part) => [
      filled(`blk.${n}.attn_${part}.weight`, [width, width], 0.01),
      filled(`blk.${n}.attn_${part}.bias`, [width], 0),
    ]),
    filled(`blk.${n}.attn_output.weight`, [width, width], 0),
    filled(`blk.${n}.ffn_gate.weight`, [width, feedForward], 0.01),
    filled(`blk.${n}.ffn_up.weight`, [width, feedForward], 0.01),
    filled(`blk.${n}.ffn_down.weight`, [feedForward, width], 0),
  ]);
  return [
    { name: 'token_embd.weight', shape: [width, vocabularySize], type: 'F32', data: floats(embeddings) },
    filled('output_norm.weight', [width], 1),
    {
      name: 'output.weight',
      shape: [width, vocabularySize],
      type: 'F32',
      data: floats(outputRows(embeddings, pairs)),
    },
    ...blocks.flat(),
  ];
}

/** Other code makes other models: what an earlier version of these files made is not used. */
const madeBy = ['scripted-gguf.ts', 'gguf-writer.ts', 'r1-vocabulary.ts']
  .reduce((hash, name) => hash.update(readFileSync(join(import.meta.dirname, name))), createHash('sha256'))
  .digest('hex');

/** Writes the model into a cache folder under the system's temporary folder (once per set of options) and says what it will say. */
export function scriptedModel(options: ScriptOptions = {}): Script {
  const variant = options.variant ?? 'plain';
  const tail = options.tail ?? '';
  const layers = options.layers ?? 2;
  const feedForward = options.feedForward ?? 256;
  const contextLength = options.contextLength ?? 8192;
  const thoughtWords = words('w', options.thought ?? 26);
  const answerWords = words('x', options.answer ?? (variant === 'dice' ? 8 : 26));
  const key = JSON.stringify({ ...options, variant, madeBy });
  const folder = join(tmpdir(), `stillroom-scripted-${process.getuid?.() ?? 'user'}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.gguf`);
  const script: Script = {
    path,
    thoughtText: variant === 'nothink' ? '' : thoughtWords.join(''),
    answerText: answerWords.join('') + tail,
    thoughtWords,
    answerWords,
    countText: (value) => Buffer.byteLength(value.replaceAll('\n\n', '\n'), 'utf8'),
  };
  if (existsSync(path)) return script;

  const vocabulary = r1Vocabulary([...thoughtWords, ...answerWords]);
  const pairs = successors(vocabulary, script, variant, tail);
  const metadata: Record<string, GgufValue> = {
    'general.architecture': text('qwen2'),
    'general.name': text(`Scripted ${variant}`),
    'general.file_type': u32(0),
    'qwen2.context_length': u32(contextLength),
    'qwen2.embedding_length': u32(width),
    'qwen2.block_count': u32(layers),
    'qwen2.feed_forward_length': u32(feedForward),
    'qwen2.attention.head_count': u32(4),
    'qwen2.attention.head_count_kv': u32(4),
    'qwen2.rope.freq_base': f32(10_000),
    'qwen2.attention.layer_norm_rms_epsilon': f32(1e-6),
    'tokenizer.ggml.model': text('gpt2'),
    'tokenizer.ggml.pre': text('deepseek-r1-qwen'),
    'tokenizer.ggml.tokens': { type: 'strings', value: vocabulary.tokens },
    'tokenizer.ggml.token_type': { type: 'int32s', value: vocabulary.types },
    'tokenizer.ggml.merges': { type: 'strings', value: vocabulary.merges },
    'tokenizer.ggml.bos_token_id': u32(vocabulary.id(special.bos)),
    'tokenizer.ggml.eos_token_id': u32(vocabulary.id(special.eos)),
    'tokenizer.ggml.padding_token_id': u32(vocabulary.id(special.eos)),
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.add_eos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': text(r1ChatTemplate),
    ...options.metadata,
  };
  const partial = `${path}.${process.pid}.part`;
  writeGguf(partial, metadata, tensors(vocabulary.tokens.length, pairs, layers, feedForward));
  renameSync(partial, path);
  return script;
}
