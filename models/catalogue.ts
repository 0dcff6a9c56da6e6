/**
 * The models Stillroom knows by name. Every figure has a source:
 * - shapes: config.json of the named repositories;
 * - AIME 2024 and GPQA Diamond pass@1: README of deepseek-ai/DeepSeek-R1 ("Distilled Model Evaluation",
 *   "DeepSeek-R1-Evaluation"), and the model card of DeepSeek-R1-0528-Qwen3-8B for that one;
 * - files, sizes, checksums: the pages of the named GGUF repositories (Git LFS details). A size with `exact: false` was
 *   published rounded. A checksum of null is pinned on first use: taken from the hub at the first pull and kept.
 * Nothing here is fetched at run time.
 */
import type { ModelShape } from './gguf/shape.ts';

export interface CatalogueFile {
  readonly quantization: string;
  readonly repository: string;
  /** In download order; more than one for a model in parts. */
  readonly paths: readonly string[];
  /** All parts together. */
  readonly bytes: number;
  readonly exact: boolean;
  /** Of the single file, as published by the hub when this was written. */
  readonly sha256: string | null;
}

/** What the KV cache and the identity check need. */
export type CatalogueShape = Pick<
  ModelShape,
  | 'architecture'
  | 'layers'
  | 'embedding'
  | 'feedForward'
  | 'heads'
  | 'kvHeads'
  | 'keyLength'
  | 'vocabulary'
  | 'contextLength'
> & {
  /** Latent attention: rank + rotated part is all that is kept per token and layer. */
  readonly mla: { kvRank: number; ropeLength: number; keyLength: number; valueLength: number } | null;
};

export interface CatalogueEntry {
  /** What `stillroom models pull` takes. */
  readonly name: string;
  readonly title: string;
  /** `distill`: a smaller model that learned from the teacher's answers. It is never called by the teacher's name. */
  readonly role: 'distill' | 'original';
  readonly teacher: string | null;
  readonly base: string;
  readonly parameters: number;
  /** Weights used per token; less than all of them in a mixture of experts. */
  readonly activeParameters: number;
  readonly shape: CatalogueShape;
  /** From the model itself back to what it was made of. */
  readonly licences: readonly string[];
  readonly published: { aime2024: number | null; gpqaDiamond: number | null; source: string };
  /** Its answers have thoughts, as those of R1; what has none is listed for what it would need, and can't be served. */
  readonly reasons: boolean;
  readonly files: readonly CatalogueFile[];
}

const r1Readme = 'github.com/deepseek-ai/DeepSeek-R1, README.md';
const mit = 'MIT (DeepSeek)';
const apache = 'Apache-2.0 (Qwen2.5)';

function one(
  quantization: string,
  repository: string,
  path: string,
  bytes: number,
  sha256: string | null,
): CatalogueFile {
  // Published sizes have three digits; a size that is a whole number of 10 MB was one of those.
  return { quantization, repository, paths: [path], bytes, exact: bytes % 10_000_000 !== 0, sha256 };
}

function parts(
  quantization: string,
  repository: string,
  stem: string,
  total: number,
  bytes: number,
): CatalogueFile {
  const name = (n: number) =>
    `${stem}/${stem}-${String(n).padStart(5, '0')}-of-${String(total).padStart(5, '0')}.gguf`;
  const paths = Array.from({ length: total }, (_, index) => name(index + 1));
  return { quantization, repository, paths, bytes, exact: false, sha256: null };
}

function dense(
  architecture: 'qwen2' | 'qwen3' | 'llama',
  [layers, embedding, feedForward, heads, kvHeads, vocabulary]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ],
): CatalogueShape {
  return {
    architecture,
    layers,
    embedding,
    feedForward,
    heads,
    kvHeads,
    keyLength: 128,
    vocabulary,
    contextLength: 131_072,
    mla: null,
  };
}

const v3Shape: CatalogueShape = {
  architecture: 'deepseek2',
  layers: 61,
  embedding: 7168,
  feedForward: 18_432,
  heads: 128,
  kvHeads: 128,
  keyLength: 192,
  vocabulary: 129_280,
  contextLength: 163_840,
  mla: { kvRank: 512, ropeLength: 64, keyLength: 192, valueLength: 128 },
};

const gb = 1_000_000_000;

export const catalogue: readonly CatalogueEntry[] = [
  {
    name: 'r1-distill-qwen-1.5b',
    title: 'DeepSeek-R1-Distill-Qwen-1.5B',
    role: 'distill',
    teacher: 'DeepSeek-R1',
    base: 'Qwen2.5-Math-1.5B',
    parameters: 1_777_088_000,
    activeParameters: 1_777_088_000,
    shape: dense('qwen2', [28, 1536, 8960, 12, 2, 151_936]),
    licences: [mit, apache],
    published: { aime2024: 28.9, gpqaDiamond: 33.8, source: r1Readme },
    reasons: true,
    files: [
      one(
        'Q4_K_M',
        'unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF',
        'DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf',
        1_117_320_576,
        'c2c43b6018cf7700ce0ddee8807deb1a9a26758ef878232f3a142d16df81f0fe',
      ),
      one(
        'Q5_K_M',
        'bartowski/DeepSeek-R1-Distill-Qwen-1.5B-GGUF',
        'DeepSeek-R1-Distill-Qwen-1.5B-Q5_K_M.gguf',
        1.29 * gb,
        '4d8f6465e96258cf44303eb02812c391d15f6c77f0d72e47757c98fd14994608',
      ),
      one(
        'Q6_K',
        'bartowski/DeepSeek-R1-Distill-Qwen-1.5B-GGUF',
        'DeepSeek-R1-Distill-Qwen-1.5B-Q6_K.gguf',
        1.46 * gb,
        'c9c8aff5a84e2e9c1fd6ea57af5ab52cf5d7272d34460403d82880075e611039',
      ),
      one(
        'Q8_0',
        'unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF',
        'DeepSeek-R1-Distill-Qwen-1.5B-Q8_0.gguf',
        1_894_531_968,
        'af3a3fc64d7d0b18f15f28feabad5718d620dc5626a5c1eabad33ddc2b5d09a9',
      ),
    ],
  },
  {
    name: 'r1-distill-qwen-7b',
    title: 'DeepSeek-R1-Distill-Qwen-7B',
    role: 'distill',
    teacher: 'DeepSeek-R1',
    base: 'Qwen2.5-Math-7B',
    parameters: 7_615_616_512,
    activeParameters: 7_615_616_512,
    shape: dense('qwen2', [28, 3584, 18_944, 28, 4, 152_064]),
    licences: [mit, apache],
    published: { aime2024: 55.5, gpqaDiamond: 49.1, source: r1Readme },
    reasons: true,
    files: [
      one(
        'Q4_K_M',
        'lmstudio-community/DeepSeek-R1-Distill-Qwen-7B-GGUF',
        'DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf',
        4.68 * gb,
        '16bba29e220550acfe6e8981cfd76b607ae00d8568bef711ff6c0455ddb322b8',
      ),
      one(
        'Q6_K',
        'lmstudio-community/DeepSeek-R1-Distill-Qwen-7B-GGUF',
        'DeepSeek-R1-Distill-Qwen-7B-Q6_K.gguf',
        6.25 * gb,
        null,
      ),
      one(
        'Q8_0',
        'bartowski/DeepSeek-R1-Distill-Qwen-7B-GGUF',
        'DeepSeek-R1-Distill-Qwen-7B-Q8_0.gguf',
        8.1 * gb,
        'cae89f90c4c2f1894c95393903d2a9776aea7083023ae6cd285b1cc7adafc323',
      ),
    ],
  },
  {
    name: 'r1-distill-llama-8b',
    title: 'DeepSeek-R1-Distill-Llama-8B',
    role: 'distill',
    teacher: 'DeepSeek-R1',
    base: 'Llama-3.1-8B',
    parameters: 8_030_261_248,
    activeParameters: 8_030_261_248,
    shape: dense('llama', [32, 4096, 14_336, 32, 8, 128_256]),
    licences: [mit, 'Llama 3.1 Community License (Meta)'],
    published: { aime2024: 50.4, gpqaDiamond: 49, source: r1Readme },
    reasons: true,
    files: [
      one(
        'Q3_K_M',
        'bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF',
        'DeepSeek-R1-Distill-Llama-8B-Q3_K_M.gguf',
        4.02 * gb,
        '482c86c5ba38ce5cd19128cea057538aedad14fc4e5e1ffb9b112965b81a598b',
      ),
      one(
        'Q4_K_M',
        'bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF',
        'DeepSeek-R1-Distill-Llama-8B-Q4_K_M.gguf',
        4_920_736_608,
        '87bcba20b4846d8dadf753d3ff48f9285d131fc95e3e0e7e934d4f20bc896f5d',
      ),
      one(
        'Q5_K_M',
        'bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF',
        'DeepSeek-R1-Distill-Llama-8B-Q5_K_M.gguf',
        5.73 * gb,
        '645ceebaea72fddbc8941a9e1377e2b19f90513e53e7237d95d0b6069cb8add0',
      ),
      one(
        'Q8_0',
        'bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF',
        'DeepSeek-R1-Distill-Llama-8B-Q8_0.gguf',
        8.54 * gb,
        'f22cd382e5829e82ad034887aa58fbadb929546191828a6a16a444a83089080e',
      ),
    ],
  },
  {
    name: 'r1-0528-qwen3-8b',
    title: 'DeepSeek-R1-0528-Qwen3-8B',
    role: 'distill',
    teacher: 'DeepSeek-R1-0528',
    base: 'Qwen3-8B-Base',
    parameters: 8_190_735_360,
    activeParameters: 8_190_735_360,
    shape: dense('qwen3', [36, 4096, 12_288, 32, 8, 151_936]),
    licences: [mit, 'Apache-2.0 (Qwen3)'],
    published: {
      aime2024: 86,
      gpqaDiamond: 61.1,
      source: 'model card of deepseek-ai/DeepSeek-R1-0528-Qwen3-8B',
    },
    reasons: true,
    files: [
      one(
        'Q4_K_M',
        'unsloth/DeepSeek-R1-0528-Qwen3-8B-GGUF',
        'DeepSeek-R1-0528-Qwen3-8B-Q4_K_M.gguf',
        5_027_785_216,
        null,
      ),
      one(
        'Q8_0',
        'unsloth/DeepSeek-R1-0528-Qwen3-8B-GGUF',
        'DeepSeek-R1-0528-Qwen3-8B-Q8_0.gguf',
        8.71 * gb,
        null,
      ),
    ],
  },
  {
    name: 'r1-distill-qwen-14b',
    title: 'DeepSeek-R1-Distill-Qwen-14B',
    role: 'distill',
    teacher: 'DeepSeek-R1',
    base: 'Qwen2.5-14B',
    parameters: 14_770_033_664,
    activeParameters: 14_770_033_664,
    shape: dense('qwen2', [48, 5120, 13_824, 40, 8, 152_064]),
    licences: [mit, apache],
    published: { aime2024: 69.7, gpqaDiamond: 59.1, source: r1Readme },
    reasons: true,
    files: [
      one(
        'Q4_K_M',
        'bartowski/DeepSeek-R1-Distill-Qwen-14B-GGUF',
        'DeepSeek-R1-Distill-Qwen-14B-Q4_K_M.gguf',
        8.99 * gb,
        '0b319bd0572f2730bfe11cc751defe82045fad5085b4e60591ac2cd2d9633181',
      ),
      one(
        'Q5_K_M',
        'bartowski/DeepSeek-R1-Distill-Qwen-14B-GGUF',
        'DeepSeek-R1-Distill-Qwen-14B-Q5_K_M.gguf',
        10.5 * gb,
        '3eea644370914aebfff274dd8f5a790aaee42ba69a1ce09051eeaad0f05afd32',
      ),
      one(
        'Q8_0',
        'bartowski/DeepSeek-R1-Distill-Qwen-14B-GGUF',
        'DeepSeek-R1-Distill-Qwen-14B-Q8_0.gguf',
        15.7 * gb,
        '234bf54d16c772dc566325ffeadcb78b5a1d29b60e340da95d303da37ce33c13',
      ),
    ],
  },
  {
    name: 'r1-distill-qwen-32b',
    title: 'DeepSeek-R1-Distill-Qwen-32B',
    role: 'distill',
    teacher: 'DeepSeek-R1',
    base: 'Qwen2.5-32B',
    parameters: 32_763_876_352,
    activeParameters: 32_763_876_352,
    shape: dense('qwen2', [64, 5120, 27_648, 40, 8, 152_064]),
    licences: [mit, apache],
    published: { aime2024: 72.6, gpqaDiamond: 62.1, source: r1Readme },
    reasons: true,
    files: [
      one(
        'Q4_K_M',
        'bartowski/DeepSeek-R1-Distill-Qwen-32B-GGUF',
        'DeepSeek-R1-Distill-Qwen-32B-Q4_K_M.gguf',
        19.9 * gb,
        'bed9b0f551f5b95bf9da5888a48f0f87c37ad6b72519c4cbd775f54ac0b9fc62',
      ),
      one(
        'Q5_K_M',
        'bartowski/DeepSeek-R1-Distill-Qwen-32B-GGUF',
        'DeepSeek-R1-Distill-Qwen-32B-Q5_K_M.gguf',
        23.3 * gb,
        '9f345fb6721d413669afad82154b177cb45e333f49926e38c3586f01c37dfcca',
      ),
      one(
        'Q8_0',
        'bartowski/DeepSeek-R1-Distill-Qwen-32B-GGUF',
        'DeepSeek-R1-Distill-Qwen-32B-Q8_0.gguf',
        34.8 * gb,
        '5b321bce035d98e61636e15cd468467e57dfaee4ea28acd42edd7edd1b6098d7',
      ),
    ],
  },
  {
    name: 'r1-distill-llama-70b',
    title: 'DeepSeek-R1-Distill-Llama-70B',
    role: 'distill',
    teacher: 'DeepSeek-R1',
    base: 'Llama-3.3-70B-Instruct',
    parameters: 70_553_706_496,
    activeParameters: 70_553_706_496,
    shape: dense('llama', [80, 8192, 28_672, 64, 8, 128_256]),
    licences: [mit, 'Llama 3.3 Community License (Meta)'],
    published: { aime2024: 70, gpqaDiamond: 65.2, source: r1Readme },
    reasons: true,
    files: [
      one(
        'Q3_K_M',
        'bartowski/DeepSeek-R1-Distill-Llama-70B-GGUF',
        'DeepSeek-R1-Distill-Llama-70B-Q3_K_M.gguf',
        34.3 * gb,
        '3778a253baf5188c056218430eaab3d8ad913ca72a33494c432c536f67349c95',
      ),
      one(
        'Q4_K_M',
        'bartowski/DeepSeek-R1-Distill-Llama-70B-GGUF',
        'DeepSeek-R1-Distill-Llama-70B-Q4_K_M.gguf',
        42.52 * gb,
        '181a82a1d6d2fa24fe4db83a68eee030384986bdbdd4773ba76424e3a6eb9fd8',
      ),
    ],
  },
  {
    name: 'v2-lite-chat',
    title: 'DeepSeek-V2-Lite-Chat',
    role: 'original',
    teacher: null,
    base: 'DeepSeek-V2-Lite',
    parameters: 15_706_484_224,
    activeParameters: 2_400_000_000,
    shape: {
      architecture: 'deepseek2',
      layers: 27,
      embedding: 2048,
      feedForward: 10_944,
      heads: 16,
      kvHeads: 16,
      keyLength: 192,
      vocabulary: 102_400,
      contextLength: 163_840,
      mla: { kvRank: 512, ropeLength: 64, keyLength: 192, valueLength: 128 },
    },
    licences: ['DeepSeek Model License'],
    published: { aime2024: null, gpqaDiamond: null, source: 'none published for this model' },
    reasons: false,
    files: [
      one(
        'Q4_K_M',
        'second-state/DeepSeek-V2-Lite-Chat-GGUF',
        'DeepSeek-V2-Lite-Chat-Q4_K_M.gguf',
        10.4 * gb,
        null,
      ),
      one(
        'Q8_0',
        'second-state/DeepSeek-V2-Lite-Chat-GGUF',
        'DeepSeek-V2-Lite-Chat-Q8_0.gguf',
        16.7 * gb,
        null,
      ),
    ],
  },
  {
    name: 'v3',
    title: 'DeepSeek-V3',
    role: 'original',
    teacher: null,
    base: 'DeepSeek-V3-Base',
    parameters: 671_026_419_200,
    activeParameters: 37_000_000_000,
    shape: v3Shape,
    licences: ['DeepSeek Model License'],
    published: { aime2024: 39.2, gpqaDiamond: 59.1, source: r1Readme },
    reasons: false,
    files: [parts('Q4_K_M', 'unsloth/DeepSeek-V3-GGUF', 'DeepSeek-V3-Q4_K_M', 9, 404.4 * gb)],
  },
  {
    name: 'r1',
    title: 'DeepSeek-R1',
    role: 'original',
    teacher: null,
    base: 'DeepSeek-V3-Base',
    parameters: 671_026_419_200,
    activeParameters: 37_000_000_000,
    shape: v3Shape,
    licences: [mit],
    published: { aime2024: 79.8, gpqaDiamond: 71.5, source: r1Readme },
    reasons: true,
    files: [
      parts('Q3_K_M', 'unsloth/DeepSeek-R1-GGUF', 'DeepSeek-R1-Q3_K_M', 7, 319.2 * gb),
      parts('Q4_K_M', 'unsloth/DeepSeek-R1-GGUF', 'DeepSeek-R1-Q4_K_M', 9, 404.3 * gb),
    ],
  },
];

/** Every name of the catalogue, for messages. */
function catalogueNames(): string {
  return catalogue.map((entry) => entry.name).join(', ');
}

/** Splits "name:quant" and finds both; without a quantisation the usual one, Q4_K_M. */
export function findInCatalogue(
  spec: string,
): { entry: CatalogueEntry; file: CatalogueFile } | { problem: string } {
  const [name = '', wanted = 'Q4_K_M'] = spec.split(':');
  // People copy the published name, which begins with the maker's.
  const short = name.toLowerCase().replace(/^deepseek-/u, '');
  const entry = catalogue.find((candidate) => candidate.name === short);
  if (entry === undefined)
    return { problem: `There is no model "${name}" in the catalogue. Known: ${catalogueNames()}.` };
  const file = entry.files.find((candidate) => candidate.quantization === wanted.toUpperCase());
  if (file !== undefined) return { entry, file };
  const known = entry.files.map((candidate) => candidate.quantization).join(', ');
  return { problem: `${entry.title} is not listed as "${wanted}". Known: ${known}.` };
}

/** Null for what can be served. */
export function whyNotServed(entry: CatalogueEntry): string | null {
  return entry.reasons ? null : 'not served: it is not of the R1 format';
}

/** Keys and values kept per token, in elements. `legacy`: files of before April 2025 keep full heads despite MLA. */
export function kvElementsPerToken(shape: CatalogueShape, legacy = false): number {
  if (shape.mla === null) return shape.layers * shape.kvHeads * shape.keyLength * 2;
  if (legacy) return shape.layers * shape.heads * (shape.mla.keyLength + shape.mla.valueLength);
  return shape.layers * (shape.mla.kvRank + shape.mla.ropeLength);
}
