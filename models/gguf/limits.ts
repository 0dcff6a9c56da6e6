/**
 * What a header may cost. Every real model is far below: the largest known (a 262k vocabulary with 514k merges)
 * has about 20 MB of header; DeepSeek-R1 671B has 1,025 tensors.
 */
export const limits = {
  headerBytes: 64 * 1024 * 1024,
  /** Text kept in memory: keys, names, templates. Vocabularies are checked while they pass and not kept. */
  keptTextBytes: 8 * 1024 * 1024,
  metadataEntries: 4096,
  tensors: 16_384,
  keyBytes: 256,
  /** One string (the longest real ones are chat templates, some tens of kB). */
  stringBytes: 1024 * 1024,
  arrayElements: 4_194_304,
  /** Array values kept in memory; longer arrays are checked and only their place is remembered. */
  keptArrayElements: 1024,
  /** The largest known vocabulary has 262,144 tokens. */
  vocabulary: 524_288,
  alignment: 1024 * 1024,
  parts: 1000,
  /** GGML_MAX_NAME - 1. */
  tensorNameBytes: 63,
  /** GGML_MAX_DIMS. */
  dimensions: 4,
  /** LLAMA_MAX_LAYERS: more abort the engine process. */
  layers: 512,
  /** LLAMA_MAX_EXPERTS. */
  experts: 1024,
  /** No known model is beyond these; they keep products inside exact integers. */
  embedding: 1_048_576,
  heads: 65_536,
  context: 1_073_741_824,
} as const;
