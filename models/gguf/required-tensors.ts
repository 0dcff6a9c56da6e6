import { damaged, quote } from './error.ts';
import type { ModelShape } from './shape.ts';
import type { GgufTensor } from './tensors.ts';

type Tensors = ReadonlyMap<string, GgufTensor>;
type Wanted = Record<string, readonly number[]>;

/**
 * Every tensor the architecture computes with is there and has the shape the metadata promises
 * (load_arch_tensors of models/{qwen2,qwen3,llama,deepseek2}.cpp in llama.cpp v0.5.0).
 */
export function checkRequiredTensors(shape: ModelShape, tensors: Tensors): void {
  for (const tensor of tensors.values()) checkType(tensor);
  need(tensors, 'token_embd.weight', [shape.embedding, shape.vocabulary]);
  need(tensors, 'output_norm.weight', [shape.embedding]);
  if (tensors.has('output.weight')) need(tensors, 'output.weight', [shape.embedding, shape.vocabulary]);
  for (let layer = 0; layer < shape.layers; layer++) {
    const wanted = { ...attention(shape, tensors, layer), ...feedForward(shape, layer) };
    for (const [name, size] of Object.entries(wanted)) need(tensors, `blk.${layer}.${name}`, size);
  }
}

function attention(shape: ModelShape, tensors: Tensors, layer: number): Wanted {
  const { embedding, heads, kvHeads, keyLength, valueLength, mla } = shape;
  const both = { 'attn_norm.weight': [embedding], 'ffn_norm.weight': [embedding] };
  if (mla !== null) return { ...both, ...latentAttention(shape, mla) };
  const q = heads * keyLength;
  const k = kvHeads * keyLength;
  const v = kvHeads * valueLength;
  const fused = tensors.has(`blk.${layer}.attn_qkv.weight`);
  const projections: Wanted = fused
    ? { 'attn_qkv.weight': [embedding, q + k + v] }
    : { 'attn_q.weight': [embedding, q], 'attn_k.weight': [embedding, k], 'attn_v.weight': [embedding, v] };
  for (const [name, size] of Object.entries({ q, k, v })) {
    if (tensors.has(`blk.${layer}.attn_${name}.bias`)) projections[`attn_${name}.bias`] = [size];
  }
  const norms: Wanted =
    shape.architecture === 'qwen3'
      ? { 'attn_q_norm.weight': [keyLength], 'attn_k_norm.weight': [keyLength] }
      : {};
  return { ...both, ...projections, ...norms, 'attn_output.weight': [q, embedding] };
}

function latentAttention(shape: ModelShape, mla: NonNullable<ModelShape['mla']>): Wanted {
  const { embedding, heads } = shape;
  const nope = mla.keyLength - mla.ropeLength;
  const queries: Wanted =
    mla.qRank > 0
      ? {
          'attn_q_a_norm.weight': [mla.qRank],
          'attn_q_a.weight': [embedding, mla.qRank],
          'attn_q_b.weight': [mla.qRank, heads * mla.keyLength],
        }
      : { 'attn_q.weight': [embedding, heads * mla.keyLength] };
  const values: Wanted = mla.split
    ? {
        'attn_k_b.weight': [nope, mla.kvRank, heads],
        'attn_v_b.weight': [mla.kvRank, mla.valueLength, heads],
      }
    : { 'attn_kv_b.weight': [mla.kvRank, heads * (nope + mla.valueLength)] };
  return {
    ...queries,
    ...values,
    'attn_kv_a_norm.weight': [mla.kvRank],
    'attn_kv_a_mqa.weight': [embedding, mla.kvRank + mla.ropeLength],
    'attn_output.weight': [heads * mla.valueLength, embedding],
  };
}

function feedForward(shape: ModelShape, layer: number): Wanted {
  const { embedding, experts } = shape;
  if (experts === null || layer < experts.leadingDense) return dense('', embedding, shape.feedForward);
  const { total, feedForward: width, shared } = experts;
  return {
    'ffn_gate_inp.weight': [embedding, total],
    'ffn_gate_exps.weight': [embedding, width, total],
    'ffn_up_exps.weight': [embedding, width, total],
    'ffn_down_exps.weight': [width, embedding, total],
    ...dense('_shexp', embedding, width * shared),
  };
}

function dense(suffix: string, embedding: number, width: number): Wanted {
  return {
    [`ffn_gate${suffix}.weight`]: [embedding, width],
    [`ffn_up${suffix}.weight`]: [embedding, width],
    [`ffn_down${suffix}.weight`]: [width, embedding],
  };
}

/** Integer and intermediate types have no matrix product: the engine aborts when it meets them in a graph. */
const notWeights = new Set(['I8', 'I16', 'I32', 'I64', 'F64', 'Q8_1', 'Q8_K']);

function checkType({ name, shape, type }: GgufTensor): void {
  const isVector = shape.slice(1).every((size) => size === 1);
  if (notWeights.has(type.name) || (isVector && type.name !== 'F32')) {
    throw damaged(
      'bad_tensor',
      `the tensor ${quote(name)} has the type ${type.name}, which can't be computed with`,
    );
  }
}

function need(tensors: Tensors, name: string, size: readonly number[]): void {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw damaged('missing_tensor', `the tensor ${quote(name)} is missing`);
  const found = [...tensor.shape];
  while (found.length > size.length && found.at(-1) === 1) found.pop();
  if (found.length !== size.length || found.some((n, i) => n !== size[i])) {
    throw damaged(
      'bad_tensor',
      `the tensor ${quote(name)} is ${found.join('×')}, the metadata promises ${size.join('×')}`,
    );
  }
}
