import { basename } from 'node:path';
import { damaged, GgufError, quote } from './error.ts';
import { limits } from './limits.ts';
import type { ParsedGguf } from './parse.ts';

const partPattern = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/s;

/** Splits "name-00001-of-00003.gguf" or such a path; null for a model in one file. `number` counts from 1. */
export function parsePartName(fileName: string): { stem: string; number: number; total: number } | null {
  const match = partPattern.exec(fileName);
  if (match === null) return null;
  return { stem: match[1] ?? '', number: Number(match[2]), total: Number(match[3]) };
}

function partName(stem: string, number: number, total: number): string {
  const digits = (n: number) => String(n).padStart(5, '0');
  return `${stem}-${digits(number)}-of-${digits(total)}.gguf`;
}

/** The paths of all parts of the model that this file belongs to by its name, in order; of any other name only itself. */
export function allParts(path: string): string[] {
  const part = parsePartName(path);
  if (part === null || part.total < 1 || part.total > limits.parts) return [path];
  return Array.from({ length: part.total }, (_, index) => partName(part.stem, index + 1, part.total));
}

/** All files of the model whose first part was read, in order. */
export function partNames(path: string, first: ParsedGguf): string[] {
  const total = first.metadata.integer('split.count') ?? 1;
  const name = parsePartName(basename(path));
  if (total <= 1) return [path];
  if (total > limits.parts) throw damaged('bad_parts', `it says it has ${total} parts`);
  if (first.metadata.integer('split.no') !== 0 || (name !== null && name.number !== 1)) {
    throw new GgufError(
      'bad_parts',
      `The file is a later part of a split model. Give its first part, "…-00001-of-…gguf".`,
    );
  }
  if (name === null || name.total !== total) {
    throw new GgufError(
      'bad_parts',
      `The model has ${total} parts but the file is not named so. Rename it to "NAME-00001-of-${String(total).padStart(5, '0')}.gguf" and the others accordingly.`,
    );
  }
  return allParts(path);
}

/** One model out of its parts: metadata of the first, tensors of all. */
export function joinParts(parts: readonly ParsedGguf[]): Omit<ParsedGguf, 'dataStart' | 'alignment'> {
  const first = parts[0];
  if (first === undefined) throw damaged('bad_parts', 'it has no parts');
  if ((first.metadata.integer('split.count') ?? 1) > 1 && parts.length === 1) {
    throw new GgufError(
      'bad_parts',
      'The model is split in several files; all parts are needed, in one folder.',
    );
  }
  const tensors = new Map(first.tensors);
  let bytes = first.bytes;
  for (const [index, part] of parts.entries()) {
    if (index === 0) continue;
    if (part.metadata.integer('split.no') !== index) {
      throw damaged(
        'bad_parts',
        `part ${index + 1} says it is part ${(part.metadata.integer('split.no') ?? -1) + 1}`,
      );
    }
    for (const [name, tensor] of part.tensors) {
      if (tensors.has(name)) throw damaged('duplicate', `two parts hold a tensor named ${quote(name)}`);
      tensors.set(name, tensor);
    }
    bytes += part.bytes;
  }
  const announced = first.metadata.integer('split.tensors.count');
  if (parts.length > 1 && announced !== tensors.size) {
    throw damaged('bad_parts', `all parts together hold ${tensors.size} tensors, ${announced} are announced`);
  }
  const { version, metadata, missingTokens } = first;
  return { version, metadata, tensors, bytes, missingTokens };
}
