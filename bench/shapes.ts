/** Shapes of models whose speed is worth knowing. Speed does not depend on what the weights say. */

export interface Shape {
  name: string;
  layers: number;
  width: number;
  heads: number;
  kvHeads: number;
  feedForward: number;
  vocabulary: number;
  contextLength: number;
  /** `q4_k_m` = the published mix of Q4_K and Q6_K, `q8_0` = everything Q8_0. Rows must be multiples of 256 or 32. */
  quantization: 'q4_k_m' | 'q8_0';
}

export const shapes = {
  /** DeepSeek-R1-Distill-Qwen-1.5B as Q4_K_M. */
  'r1-1.5b': {
    name: 'DeepSeek-R1-Distill-Qwen-1.5B shape, Q4_K_M',
    layers: 28,
    width: 1536,
    heads: 12,
    kvHeads: 2,
    feedForward: 8960,
    vocabulary: 151_936,
    contextLength: 131_072,
    quantization: 'q4_k_m',
  },
  /** About 12 million parameters: what is left is the overhead of engine and gateway. */
  micro: {
    name: '12M parameters, Q8_0',
    layers: 6,
    width: 256,
    heads: 4,
    kvHeads: 2,
    feedForward: 1024,
    vocabulary: 16_384,
    contextLength: 8192,
    quantization: 'q8_0',
  },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;

export function isShapeName(name: string): name is ShapeName {
  return name in shapes;
}
