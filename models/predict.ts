/**
 * How fast a model will be on this machine, before it is here. Pure.
 *
 *   load     = bytes read / memory speed
 *   multiply = weights / (threads × multiply speed × factor of their type)
 *   one thread:      max(load, multiply) + half of the smaller one: the processor loads ahead while it multiplies
 *   several threads: load / 0.9 + multiply: what overlap gains is lost again at the barriers between layers
 *   plus a fixed cost per token
 *
 * The factors were fitted to measurements of the engine (node-llama-cpp 3.22.1, prebuilt, UV_THREADPOOL_SIZE=1) on an
 * AMD Zen 5 server with one and two threads and compared with published ones on Zen 3 and Cortex-A76; "docs/models.md"
 * has the table.
 */
import type { SpeedMeasurement } from './machine/bandwidth.ts';
import type { WeightGroup } from './weights.ts';

export interface Prediction {
  /** Tokens per second while an answer is written, one user. */
  readonly decode: number;
  /** Prompt tokens per second. */
  readonly prefill: number;
  /** Relative error to expect of `decode`, 0.25 = ±25 %. */
  readonly decodeError: number;
  readonly prefillError: number;
}

export interface SpeedFacts {
  readonly measured: SpeedMeasurement;
  readonly features: readonly string[];
  readonly threads: number;
  /** The board slows its processor down: speeds will vary. */
  readonly throttled?: boolean;
}

/** Share of the measured memory speed that several threads reach. */
const memoryShare = 0.9;
/** Share of the shorter of loading and multiplying that one thread can't hide. */
const unhidden = 0.5;

/** Weights multiplied per token and core, as a multiple of the measured 8-bit products. Repacked types are the fastest. */
const decodeFactors: Readonly<Record<string, number>> = {
  Q4_0: 1.9,
  Q4_K: 1.9,
  IQ4_NL: 1.9,
  Q8_0: 1.25,
  Q6_K: 1.2,
  Q5_K: 1.2,
  Q3_K: 1.1,
  Q2_K: 1.2,
  F16: 0.5,
  BF16: 0.5,
  F32: 0.25,
};
const otherDecodeFactor = 1;

/** The same for prompts, where one weight serves many tokens: depends on the widest vectors there are. */
function prefillFactor(features: readonly string[], type: string): number {
  if (type.startsWith('F') || type === 'BF16') return 0.5;
  const repacked = (decodeFactors[type] ?? 0) > 1.5 ? 1.3 : 1;
  if (features.includes('avx512f')) return 2.2 * repacked;
  if (features.includes('i8mm')) return 1.5 * repacked;
  return repacked;
}

/** Weights that stay in the processor's cache between tokens are read several times faster. */
const cacheBytes = 24e6;
const cacheShare = 0.3;

/** Building the graph, sampling, passing the token on: about 1.2 ms, plus going through the vocabulary. */
const fixedSeconds = 0.0012;
const secondsPerVocabularyEntry = 5e-9;

export function predictSpeed(
  groups: readonly WeightGroup[],
  vocabulary: number,
  facts: SpeedFacts,
): Prediction {
  const { measured, threads } = facts;
  const core = measured.one.products;
  const read = threads === 1 ? measured.one.read : measured.all.read * Math.min(threads / measured.cores, 1);
  let load = 0;
  let multiply = 0;
  let promptSeconds = 0;
  for (const { type, bytes, elements, perToken, matrix } of groups) {
    if (perToken === 0) continue;
    load += (bytes * perToken) / read;
    if (!matrix) continue;
    multiply += (elements * perToken) / (threads * core * (decodeFactors[type] ?? otherDecodeFactor));
    promptSeconds += (elements * perToken) / (threads * core * prefillFactor(facts.features, type));
  }
  if (load * read < cacheBytes) load *= cacheShare;
  const seconds =
    threads === 1
      ? Math.max(load, multiply) + unhidden * Math.min(load, multiply)
      : load / memoryShare + multiply;
  const fixed = fixedSeconds + secondsPerVocabularyEntry * vocabulary;
  const known = facts.features.includes('avx2');
  const disturbed = measured.foreignLoad > 0.5 || facts.throttled === true;
  return {
    decode: 1 / (seconds + fixed),
    prefill: 1 / (promptSeconds + fixedSeconds / 64),
    decodeError: known && !disturbed ? 0.25 : 0.4,
    prefillError: known && !disturbed ? 0.5 : 0.7,
  };
}

/** What "a typical reasoning answer" means here: a question of 150 tokens, 1,200 tokens of thought and answer. */
export const typicalAnswer = { promptTokens: 150, answerTokens: 1200 };

/** Seconds for the typical answer: [best, expected, worst]. */
export function answerSeconds(prediction: Prediction): [number, number, number] {
  const at = (decode: number, prefill: number) =>
    typicalAnswer.promptTokens / prefill + typicalAnswer.answerTokens / decode;
  const { decode, prefill, decodeError, prefillError } = prediction;
  return [
    at(decode * (1 + decodeError), prefill * (1 + prefillError)),
    at(decode, prefill),
    at(decode * (1 - decodeError), prefill * (1 - prefillError)),
  ];
}
