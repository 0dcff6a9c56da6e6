/** What the memory arithmetic needs to know of a model. `features`: the processor's, for the repacked copies. */
import { type CatalogueEntry, type CatalogueFile, kvElementsPerToken } from './catalogue.ts';
import type { FitInput } from './fit.ts';
import type { GgufFile } from './gguf/read.ts';
import { catalogueWeights, fileWeights, repackedBytes } from './weights.ts';

export function fileFitInput(model: GgufFile, features: readonly string[]): FitInput {
  const { kv, contextLength, vocabulary, embedding, feedForward, heads, keyLength, valueLength } =
    model.shape;
  return {
    weightBytes: model.bytes,
    repackedBytes: repackedBytes(fileWeights(model), features),
    kvElementsPerToken: kv.elementsPerToken,
    trainedContext: contextLength,
    vocabulary,
    embedding,
    feedForward,
    heads,
    flashPossible: keyLength === valueLength,
  };
}

export function catalogueFitInput(
  entry: CatalogueEntry,
  file: CatalogueFile,
  features: readonly string[],
): FitInput {
  const { contextLength, vocabulary, embedding, feedForward, heads, mla } = entry.shape;
  return {
    weightBytes: file.bytes,
    repackedBytes: repackedBytes(catalogueWeights(entry, file), features),
    kvElementsPerToken: kvElementsPerToken(entry.shape),
    trainedContext: contextLength,
    vocabulary,
    embedding,
    feedForward,
    heads,
    // Latent attention keeps the rotated part with the keys alone.
    flashPossible: mla === null,
  };
}
