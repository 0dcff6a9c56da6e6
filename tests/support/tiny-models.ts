/** The smallest files that pass as models of each served architecture: right shapes, zero weights. */
import { f32, type GgufSpec, type TensorSpec, text, texts, u32, type Value } from './gguf-builder.ts';
import { special } from './r1-vocabulary.ts';

const vocabulary = 16;
const width = 16;
const ff = 24;
const controlTokens = [
  special.bos,
  special.eos,
  special.user,
  special.assistant,
  special.thinkOpen,
  special.thinkClose,
];

function tokenizer(): [string, Value][] {
  const tokens = Array.from({ length: vocabulary }, (_, i) => controlTokens[i] ?? `t${i}`);
  return [
    ['tokenizer.ggml.model', text('gpt2')],
    ['tokenizer.ggml.pre', text('deepseek-r1-qwen')],
    ['tokenizer.ggml.tokens', texts(tokens)],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'i32', values: tokens.map(() => 1) }],
    ['tokenizer.ggml.merges', texts(['t 1', 't 2'])],
    ['tokenizer.ggml.bos_token_id', u32(0)],
    ['tokenizer.ggml.eos_token_id', u32(1)],
    ['tokenizer.chat_template', text('{{ messages }}')],
  ];
}

function general(architecture: string): [string, Value][] {
  return [
    ['general.architecture', text(architecture)],
    ['general.name', text('Tiny')],
    ['general.file_type', u32(0)],
    [`${architecture}.context_length`, u32(64)],
    [`${architecture}.block_count`, u32(2)],
    [`${architecture}.embedding_length`, u32(width)],
    [`${architecture}.feed_forward_length`, u32(ff)],
    [`${architecture}.attention.head_count`, u32(4)],
    [`${architecture}.attention.layer_norm_rms_epsilon`, f32(1e-6)],
  ];
}

function outer(): TensorSpec[] {
  return [
    { name: 'token_embd.weight', shape: [width, vocabulary] },
    { name: 'output_norm.weight', shape: [width] },
  ];
}

function dense(prefix: string, suffix = '', inner = ff): TensorSpec[] {
  return [
    { name: `${prefix}ffn_gate${suffix}.weight`, shape: [width, inner] },
    { name: `${prefix}ffn_up${suffix}.weight`, shape: [width, inner] },
    { name: `${prefix}ffn_down${suffix}.weight`, shape: [inner, width] },
  ];
}

/** Grouped-query attention: 4 heads, 2 key-value heads, 4 elements each; 2 layers → 64 elements of KV per token. */
export function tinyModel(architecture: 'qwen2' | 'qwen3' | 'llama' = 'qwen2'): GgufSpec {
  const tensors = outer();
  for (const layer of [0, 1]) {
    const p = `blk.${layer}.`;
    tensors.push(
      { name: `${p}attn_norm.weight`, shape: [width] },
      { name: `${p}attn_q.weight`, shape: [width, width] },
      { name: `${p}attn_k.weight`, shape: [width, 8] },
      { name: `${p}attn_v.weight`, shape: [width, 8] },
      { name: `${p}attn_output.weight`, shape: [width, width] },
      { name: `${p}ffn_norm.weight`, shape: [width] },
      ...dense(p),
    );
    if (architecture === 'qwen2') tensors.push({ name: `${p}attn_q.bias`, shape: [width] });
    if (architecture === 'qwen3') {
      tensors.push(
        { name: `${p}attn_q_norm.weight`, shape: [4] },
        { name: `${p}attn_k_norm.weight`, shape: [4] },
      );
    }
  }
  const metadata: [string, Value][] = [
    ...general(architecture),
    [`${architecture}.attention.head_count_kv`, u32(2)],
    ...tokenizer(),
  ];
  return { metadata, tensors };
}

/** A chat model without thoughts: the same file without the two tokens of the thought. */
export function tinyWithoutThoughts(): GgufSpec {
  const { metadata, tensors } = tinyModel();
  const key = 'tokenizer.ggml.tokens';
  const tokens = Array.from({ length: vocabulary }, (_, i) => controlTokens.slice(0, 4)[i] ?? `t${i}`);
  return { metadata: [...metadata.filter(([name]) => name !== key), [key, texts(tokens)]], tensors };
}

/** Latent attention (rank and rotated part as given) and experts: one dense layer, one with 4 experts of which 2 are used. */
export function tinyMoe(rank = 8, rope = 2): GgufSpec {
  const key = (name: string, value: number): [string, Value] => [`deepseek2.${name}`, u32(value)];
  const tensors = outer();
  for (const layer of [0, 1]) {
    const p = `blk.${layer}.`;
    tensors.push(
      { name: `${p}attn_norm.weight`, shape: [width] },
      { name: `${p}attn_q_a_norm.weight`, shape: [6] },
      { name: `${p}attn_q_a.weight`, shape: [width, 6] },
      { name: `${p}attn_q_b.weight`, shape: [6, 4 * (4 + rope)] },
      { name: `${p}attn_kv_a_norm.weight`, shape: [rank] },
      { name: `${p}attn_kv_a_mqa.weight`, shape: [width, rank + rope] },
      { name: `${p}attn_k_b.weight`, shape: [4, rank, 4] },
      { name: `${p}attn_v_b.weight`, shape: [rank, 4, 4] },
      { name: `${p}attn_output.weight`, shape: [16, width] },
      { name: `${p}ffn_norm.weight`, shape: [width] },
    );
    if (layer === 0) tensors.push(...dense(p));
    else {
      tensors.push(
        { name: `${p}ffn_gate_inp.weight`, shape: [width, 4] },
        { name: `${p}ffn_gate_exps.weight`, shape: [width, 8, 4] },
        { name: `${p}ffn_up_exps.weight`, shape: [width, 8, 4] },
        { name: `${p}ffn_down_exps.weight`, shape: [8, width, 4] },
        ...dense(p, '_shexp', 8),
      );
    }
  }
  const metadata: [string, Value][] = [
    ...general('deepseek2'),
    key('attention.head_count_kv', 1),
    key('attention.key_length', rank + rope),
    key('attention.value_length', rank),
    key('attention.key_length_mla', 4 + rope),
    key('attention.value_length_mla', 4),
    key('attention.q_lora_rank', 6),
    key('attention.kv_lora_rank', rank),
    key('rope.dimension_count', rope),
    key('leading_dense_block_count', 1),
    key('expert_count', 4),
    key('expert_used_count', 2),
    key('expert_shared_count', 1),
    key('expert_feed_forward_length', 8),
    ...tokenizer(),
  ];
  return { metadata, tensors };
}
