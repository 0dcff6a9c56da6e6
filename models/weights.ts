/**
 * Which weights there are, of which type, and which are read for one token: what memory and speed are made of.
 * From the tensors of a file, or, before there is a file, from the shape and the rules by which llama.cpp v0.5.0 mixes
 * types (llama-quant.cpp).
 */
import type { CatalogueEntry, CatalogueFile, CatalogueShape } from './catalogue.ts';
import type { GgufFile } from './gguf/read.ts';

/** One group of equal weights. */
export interface WeightGroup {
  readonly type: string;
  readonly bytes: number;
  readonly elements: number;
  /** Share of it that one token reads: 0 for a table of which one row is used, less than 1 for experts. */
  readonly perToken: number;
  /** The engine may keep a second copy in an order that suits the processor: matrices do, tables and vectors don't. */
  readonly matrix: boolean;
}

/** Bits per weight of block formats (ggml-common.h). */
const bits: Readonly<Record<string, number>> = {
  F32: 32,
  Q3_K: 3.4375,
  Q4_K: 4.5,
  Q5_K: 5.5,
  Q6_K: 6.5625,
  Q8_0: 8.5,
};

/** Counted from the file's own tensors. */
export function fileWeights(model: Pick<GgufFile, 'tensors' | 'shape'>): WeightGroup[] {
  const { experts } = model.shape;
  const tied = !model.tensors.has('output.weight');
  return [...model.tensors.values()].map(({ name, type, bytes, elements, shape }) => {
    const table = name === 'token_embd.weight';
    const perToken =
      table && !tied ? 0 : name.includes('_exps.') && experts !== null ? experts.used / experts.total : 1;
    return { type: type.name, bytes, elements, perToken, matrix: shape.length > 1 && !table };
  });
}

/** From catalogue figures. Mixtures of experts are taken as one group of the average density. */
export function catalogueWeights(entry: CatalogueEntry, file: CatalogueFile): WeightGroup[] {
  const main = file.quantization.replace(/_[SML]$/u, '');
  if (entry.shape.mla !== null) {
    const perToken = entry.activeParameters / entry.parameters;
    return [{ type: main, bytes: file.bytes, elements: entry.parameters, perToken, matrix: true }];
  }
  return denseWeights(entry.shape, file.quantization);
}

function denseWeights(shape: CatalogueShape, quantization: string): WeightGroup[] {
  const main = quantization.replace(/_[SML]$/u, '');
  const { embedding, feedForward, layers, vocabulary } = shape;
  const q = shape.heads * shape.keyLength;
  const kv = shape.kvHeads * shape.keyLength;
  const group = (type: string, elements: number, options: Partial<WeightGroup> = {}): WeightGroup => ({
    type,
    elements,
    bytes: (elements * (bits[type] ?? 16)) / 8,
    perToken: 1,
    matrix: true,
    ...options,
  });
  const groups = [
    group(main, vocabulary * embedding, { perToken: 0, matrix: false }),
    group(quantization === 'Q8_0' ? 'Q8_0' : 'Q6_K', vocabulary * embedding),
  ];
  for (let layer = 0; layer < layers; layer++) {
    const { value, down, output } = layerTypes(quantization, main, layer, layers);
    groups.push(
      group(main, embedding * (q + kv + 2 * feedForward)),
      group(layers === 80 && value === 'Q4_K' ? 'Q5_K' : value, embedding * kv),
      group(output, q * embedding),
      group(down, feedForward * embedding),
      group('F32', 2 * embedding + q + 2 * kv, { matrix: false }),
    );
  }
  return groups;
}

/** The medium mixes give more bits to some layers' value and down projections. */
function layerTypes(quantization: string, main: string, layer: number, layers: number) {
  const eighth = Math.floor(layers / 8);
  const moreBits = layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
  switch (quantization) {
    case 'Q4_K_M':
    case 'Q5_K_M':
      return { value: moreBits ? 'Q6_K' : main, down: moreBits ? 'Q6_K' : main, output: main };
    case 'Q3_K_M':
      return {
        value: layer < 2 ? 'Q5_K' : 'Q4_K',
        down: layer < Math.floor(layers / 16) ? 'Q5_K' : 'Q4_K',
        output: 'Q4_K',
      };
    default:
      return { value: main, down: main, output: main };
  }
}

export function totalBytes(groups: readonly WeightGroup[]): number {
  return groups.reduce((sum, group) => sum + group.bytes, 0);
}

/** Bytes of weights read for one generated token. */
export function bytesPerToken(groups: readonly WeightGroup[]): number {
  return groups.reduce((sum, group) => sum + group.bytes * group.perToken, 0);
}

/**
 * Bytes of the second copies that the engine makes for this processor (ggml-cpu/repack.cpp). The pages of the file they
 * were made from are given back by the kernel when memory is short.
 */
export function repackedBytes(groups: readonly WeightGroup[], features: readonly string[]): number {
  const types = new Set<string>();
  if (features.includes('avx2')) for (const type of ['Q4_0', 'Q4_K', 'IQ4_NL']) types.add(type);
  if (features.includes('avx512f')) types.add('Q2_K');
  if (features.includes('asimddp') || features.includes('i8mm')) {
    for (const type of ['Q4_0', 'Q4_K', 'Q5_K', 'Q6_K', 'Q8_0', 'IQ4_NL']) types.add(type);
  }
  return groups.reduce((sum, group) => sum + (group.matrix && types.has(group.type) ? group.bytes : 0), 0);
}
