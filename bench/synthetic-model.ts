/** Writes a GGUF of a given shape with random weights: the same work per token as the real model, no sense in what it says. */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  f32,
  floats,
  type GgufValue,
  type Tensor,
  type TensorType,
  tensorBytes,
  tensorTypes,
  text,
  u32,
  writeGguf,
} from '../tests/support/gguf-writer.ts';
import { r1ChatTemplate, r1Vocabulary, special } from '../tests/support/r1-vocabulary.ts';
import type { Shape } from './shapes.ts';

/** Blocks are repeated after this many; no cache is so large that it matters. */
const distinctBlocks = 4096;
/** 0.0005 as a 16-bit float, and 7.5 times as much: with random 4-bit values the weights have mean 0. */
const smallHalf = 0x1019;
const smallHalfTimes7 = 0x1bae;

function randomBytes(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

/** Random quantized values with small finite scales. Offsets of the scales are those of ggml's block layouts. */
function blocks(type: TensorType): Uint8Array {
  const { bytes } = tensorTypes[type];
  const data = randomBytes(bytes * distinctBlocks, 0x2545f491);
  const view = new DataView(data.buffer);
  for (let block = 0; block < distinctBlocks; block++) {
    const start = block * bytes;
    if (type === 'Q4_K') {
      view.setUint16(start, smallHalf, true);
      view.setUint16(start + 2, smallHalfTimes7, true);
    } else if (type === 'Q6_K') view.setUint16(start + bytes - 2, smallHalf >> 1, true);
    else view.setUint16(start, smallHalf, true);
  }
  return data;
}

const patterns = new Map<TensorType, Uint8Array>();

function* filled(shape: readonly number[], type: TensorType): Iterable<Uint8Array> {
  const pattern = patterns.get(type) ?? blocks(type);
  patterns.set(type, pattern);
  let left = tensorBytes(shape, type);
  while (left > 0) {
    yield left >= pattern.length ? pattern : pattern.subarray(0, left);
    left -= pattern.length;
  }
}

/** The layers to which llama.cpp's Q4_K_M gives more bits. */
function moreBits(layer: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8);
  return layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
}

function tensors(shape: Shape): Tensor[] {
  const { layers, width, heads, kvHeads, feedForward, vocabulary, quantization } = shape;
  const kvWidth = (width / heads) * kvHeads;
  const small: TensorType = quantization === 'q4_k_m' ? 'Q4_K' : 'Q8_0';
  const large: TensorType = quantization === 'q4_k_m' ? 'Q6_K' : 'Q8_0';
  const matrix = (name: string, dimensions: number[], type: TensorType): Tensor => ({
    name,
    shape: dimensions,
    type,
    data: () => filled(dimensions, type),
  });
  const vector = (name: string, length: number, value: number): Tensor => ({
    name,
    shape: [length],
    type: 'F32',
    data: floats(new Float32Array(length).fill(value)),
  });
  const blocksOfLayers = Array.from({ length: layers }, (_, n) => {
    const better = moreBits(n, layers) ? large : small;
    return [
      vector(`blk.${n}.attn_norm.weight`, width, 1),
      vector(`blk.${n}.ffn_norm.weight`, width, 1),
      matrix(`blk.${n}.attn_q.weight`, [width, width], small),
      vector(`blk.${n}.attn_q.bias`, width, 0),
      matrix(`blk.${n}.attn_k.weight`, [width, kvWidth], small),
      vector(`blk.${n}.attn_k.bias`, kvWidth, 0),
      matrix(`blk.${n}.attn_v.weight`, [width, kvWidth], better),
      vector(`blk.${n}.attn_v.bias`, kvWidth, 0),
      matrix(`blk.${n}.attn_output.weight`, [width, width], small),
      matrix(`blk.${n}.ffn_gate.weight`, [width, feedForward], small),
      matrix(`blk.${n}.ffn_up.weight`, [width, feedForward], small),
      matrix(`blk.${n}.ffn_down.weight`, [feedForward, width], better),
    ];
  });
  return [
    matrix('token_embd.weight', [width, vocabulary], small),
    vector('output_norm.weight', width, 1),
    matrix('output.weight', [width, vocabulary], large),
    ...blocksOfLayers.flat(),
  ];
}

function metadata(shape: Shape): Record<string, GgufValue> {
  const fixed = r1Vocabulary([]).tokens.length;
  const fillers = Array.from({ length: shape.vocabulary - fixed }, (_, index) => ` f${index}`);
  const vocabulary = r1Vocabulary(fillers);
  return {
    'general.architecture': text('qwen2'),
    'general.name': text(`Synthetic: ${shape.name}`),
    'qwen2.context_length': u32(shape.contextLength),
    'qwen2.embedding_length': u32(shape.width),
    'qwen2.block_count': u32(shape.layers),
    'qwen2.feed_forward_length': u32(shape.feedForward),
    'qwen2.attention.head_count': u32(shape.heads),
    'qwen2.attention.head_count_kv': u32(shape.kvHeads),
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
    'tokenizer.chat_template': text(r1ChatTemplate),
  };
}

/** Makes the file unless it is there; returns its size in bytes. */
export function makeSyntheticModel(shape: Shape, path: string): number {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    const partial = `${path}.${process.pid}.part`;
    writeGguf(partial, metadata(shape), tensors(shape));
    renameSync(partial, path);
  }
  return statSync(path).size;
}
