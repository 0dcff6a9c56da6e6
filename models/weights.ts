/** Which weights are read for one token: what decode speed is made of. */

import type { CatalogueEntry, CatalogueFile } from './catalogue.ts';
import type { GgufFile } from './gguf/read.ts';

export interface TokenWork {
  /** Bytes of weights read per generated token. */
  readonly bytes: number;
  /** Weights multiplied per token. */
  readonly parameters: number;
}

/**
 * Counted from the tensors: everything once, except one row of the token embedding (unless it is also the output
 * matrix) and only the used share of the experts.
 */
export function tokenWork(model: Pick<GgufFile, 'tensors' | 'shape'>): TokenWork {
  const { experts } = model.shape;
  const expertShare = experts === null ? 1 : experts.used / experts.total;
  const tied = !model.tensors.has('output.weight');
  let bytes = 0;
  let parameters = 0;
  for (const tensor of model.tensors.values()) {
    if (tensor.name === 'token_embd.weight' && !tied) continue;
    const share = tensor.name.includes('_exps.') ? expertShare : 1;
    bytes += tensor.bytes * share;
    parameters += tensor.elements * share;
  }
  return { bytes, parameters };
}

/** The same from catalogue figures alone, before there is a file. */
export function catalogueTokenWork(entry: CatalogueEntry, file: CatalogueFile): TokenWork {
  const embedding = entry.shape.vocabulary * entry.shape.embedding;
  const perParameter = file.bytes / entry.parameters;
  const read =
    entry.activeParameters === entry.parameters ? entry.parameters - embedding : entry.activeParameters;
  return { bytes: read * perParameter, parameters: read };
}
