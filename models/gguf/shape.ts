import { damaged, GgufError, quote } from './error.ts';
import { checkCacheRows, type LatentShape, readLatent } from './latent.ts';
import { limits } from './limits.ts';
import type { Metadata } from './metadata.ts';
import { Numbers } from './numbers.ts';
import { readVocabulary } from './vocabulary.ts';

/** Architectures whose numbers and tensors are checked here and whose prompts the engine renders. */
const servedArchitectures = ['qwen2', 'qwen3', 'llama', 'deepseek2'] as const;
type Architecture = (typeof servedArchitectures)[number];

/** Key and value rows kept per token and layer. With MLA one compressed row serves all heads and values need none. */
interface KvShape {
  readonly kind: 'gqa' | 'mla';
  /** Elements per token over all layers, keys and values together. */
  readonly elementsPerToken: number;
}

export interface ModelShape {
  readonly architecture: Architecture;
  readonly layers: number;
  readonly embedding: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
  readonly contextLength: number;
  readonly vocabulary: number;
  readonly kv: KvShape;
  readonly experts: {
    total: number;
    used: number;
    shared: number;
    feedForward: number;
    leadingDense: number;
  } | null;
  readonly mla: LatentShape | null;
}

/**
 * Reads the numbers that shape the model and refuses those on which the native loader aborts, divides by zero or
 * allocates without bound (GGML_ASSERTs of llama-model.cpp, llama-vocab.cpp and models/*.cpp in llama.cpp v0.5.0).
 */
export function readShape(metadata: Metadata): ModelShape {
  const architecture = readArchitecture(metadata);
  const n = new Numbers(metadata, architecture);
  const layers =
    n.required('block_count', 1, limits.layers) - n.optional('nextn_predict_layers', 0, 0, limits.layers);
  if (layers < 1) throw n.wrong('nextn_predict_layers', 'is not smaller than block_count');
  const embedding = n.required('embedding_length', 1, limits.embedding);
  const heads = n.required('attention.head_count', 1, limits.heads);
  const kvHeads = n.optional('attention.head_count_kv', heads, 1, limits.heads);
  if (heads % kvHeads !== 0)
    throw n.wrong('attention.head_count_kv', `is ${kvHeads}, not a divisor of the ${heads} heads`);
  const perHead = Math.floor(embedding / heads);
  const keyLength = n.optional('attention.key_length', perHead, 1, limits.embedding);
  const valueLength = n.optional('attention.value_length', perHead, 1, limits.embedding);
  const rope = n.optional('rope.dimension_count', keyLength, 1, limits.embedding);
  if (architecture !== 'deepseek2' && (keyLength !== valueLength || keyLength !== rope)) {
    throw n.wrong(
      'rope.dimension_count',
      `is ${rope}; keys (${keyLength}), values (${valueLength}) and rotation must have one size`,
    );
  }
  if (architecture === 'qwen2' && heads * keyLength !== embedding) {
    throw n.wrong(
      'attention.head_count',
      `is ${heads}; ${heads} heads of ${keyLength} don't make up the width ${embedding}`,
    );
  }
  if (rope % 2 !== 0) throw n.wrong('rope.dimension_count', `is ${rope}, not an even number`);
  checkNorm(n);
  checkRopeScaling(metadata, architecture);
  const mla = architecture === 'deepseek2' ? readLatent(n, rope, layers, keyLength, valueLength) : null;
  if (mla !== null) checkCacheRows(n, mla, { heads, kvHeads, keyLength, valueLength });
  return {
    architecture,
    layers,
    embedding,
    feedForward: n.required('feed_forward_length', 1, limits.embedding),
    heads,
    kvHeads,
    keyLength,
    valueLength,
    contextLength: n.required('context_length', 1, limits.context),
    vocabulary: readVocabulary(metadata),
    kv: kvShape(mla, { layers, kvHeads, keyLength, valueLength }),
    experts: readExperts(n, architecture, layers),
    mla,
  };
}

function kvShape(
  mla: ModelShape['mla'],
  s: { layers: number; kvHeads: number; keyLength: number; valueLength: number },
): KvShape {
  if (mla?.split === true) return { kind: 'mla', elementsPerToken: s.layers * s.kvHeads * s.keyLength };
  return { kind: 'gqa', elementsPerToken: s.layers * s.kvHeads * (s.keyLength + s.valueLength) };
}

function readArchitecture(metadata: Metadata): Architecture {
  const type = metadata.string('general.type');
  if (type !== null && type !== 'model') {
    throw new GgufError(
      'unsupported_architecture',
      `The file holds a ${quote(type)}, not a language model. Get the model's own file.`,
    );
  }
  const name = metadata.string('general.architecture');
  if (name === null)
    throw damaged('bad_architecture', 'it does not say which architecture it has (general.architecture)');
  const served = servedArchitectures.find((architecture) => architecture === name);
  if (served !== undefined) return served;
  throw new GgufError(
    'unsupported_architecture',
    `The model's architecture ${quote(name)} is not served. Served are ${servedArchitectures.join(', ')}: the DeepSeek-R1 distills and R1.`,
  );
}

function checkNorm(n: Numbers): void {
  const epsilon = n.float('attention.layer_norm_rms_epsilon');
  if (epsilon === null || !(epsilon >= 0 && epsilon < 1)) {
    throw n.wrong(
      'attention.layer_norm_rms_epsilon',
      epsilon === null ? 'is missing' : `is ${epsilon}, not a small positive number`,
    );
  }
}

function checkRopeScaling(metadata: Metadata, architecture: string): void {
  const key = `${architecture}.rope.scaling.type`;
  if (metadata.typeOf(key) !== null) {
    const name = metadata.string(key);
    if (name === null || !['none', 'linear', 'yarn', 'longrope'].includes(name)) {
      throw damaged(
        'bad_architecture',
        `${key} is ${name === null ? 'not text' : quote(name)}, an unknown kind of rotation scaling`,
      );
    }
  }
  for (const part of ['freq_base', 'scaling.factor']) {
    const value = metadata.float(`${architecture}.rope.${part}`);
    if (value !== null && !(Number.isFinite(value) && value >= 0)) {
      throw damaged('bad_architecture', `${architecture}.rope.${part} is ${value}`);
    }
  }
}

function readExperts(n: Numbers, architecture: Architecture, layers: number): ModelShape['experts'] {
  const total = n.optional('expert_count', 0, 0, limits.experts);
  const used = n.optional('expert_used_count', 0, 0, limits.experts);
  const groups = n.optional('expert_group_count', 0, 0, limits.experts);
  if (used > total) throw n.wrong('expert_used_count', `is ${used}, more than the ${total} experts`);
  if (total === 0) {
    if (groups > 0) throw n.wrong('expert_group_count', `is ${groups} in a model without experts`);
    if (architecture === 'deepseek2') throw n.wrong('expert_count', 'is 0 or missing');
    return null;
  }
  if (used === 0) throw n.wrong('expert_used_count', 'is 0 or missing');
  if (groups >= total || (groups > 1 && total % groups !== 0)) {
    throw n.wrong('expert_group_count', `is ${groups}, impossible with ${total} experts`);
  }
  const usedGroups = n.optional('expert_group_used_count', 0, 0, limits.experts);
  if (groups > 1 && (usedGroups === 0 || usedGroups >= groups)) {
    throw n.wrong('expert_group_used_count', `is ${usedGroups}, impossible with ${groups} groups`);
  }
  if (architecture !== 'deepseek2') {
    throw new GgufError(
      'unsupported_architecture',
      `Mixture-of-experts models of the architecture ${architecture} are not served.`,
    );
  }
  // None, softmax, sigmoid, softmax of the weights; the engine aborts on any other number.
  n.optional('expert_gating_func', 0, 0, 3);
  return {
    total,
    used,
    // Without a shared expert the loader makes a tensor of no size and aborts.
    shared: n.required('expert_shared_count', 1, limits.experts),
    feedForward: n.required('expert_feed_forward_length', 1, limits.embedding),
    leadingDense: n.optional('leading_dense_block_count', 0, 0, layers),
  };
}
