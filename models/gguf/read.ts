import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { GgufError } from './error.ts';
import type { Metadata } from './metadata.ts';
import { type ParsedGguf, parseGguf } from './parse.ts';
import { joinParts, partNames } from './parts.ts';
import { r1FormatProblem } from './r1-format.ts';
import { checkRequiredTensors } from './required-tensors.ts';
import { type ModelShape, readShape } from './shape.ts';
import { type ByteSource, fileSource } from './source.ts';
import { fileTypeName } from './tensor-types.ts';
import type { GgufTensor } from './tensors.ts';

/** A model that passed every check and may be given to the native loader. */
export interface GgufFile {
  readonly version: number;
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly shape: ModelShape;
  /** Weights counted from the tensors themselves. */
  readonly parameters: number;
  /** As people name it, for example "Q4_K_M"; from general.file_type, else the type that holds most weights. */
  readonly quantization: string;
  readonly chatTemplate: string | null;
  /** All parts together. */
  readonly bytes: number;
  /** Of those that a model of the R1 format has; not empty = it can't be served. */
  readonly missingTokens: readonly string[];
  /** Absolute or relative as given; more than one for a model split in parts. */
  readonly paths: readonly string[];
}

/**
 * Reads the header of a model and checks it before the native loader sees the file; a model in parts is given by its
 * first part. Reads headers only, whatever the size of the weights.
 * @throws GgufError
 */
export async function readGguf(path: string): Promise<GgufFile> {
  const first = await withSource(path, parseGguf);
  const paths = partNames(path, first);
  const parts = [first];
  for (const part of paths.slice(1)) parts.push(await withSource(part, parseGguf));
  return understand(joinParts(parts), paths);
}

/**
 * The same for a model that is to be served.
 * @throws GgufError also when it is not of the R1 format
 */
export async function readServable(path: string): Promise<GgufFile> {
  const file = await readGguf(path);
  const problem = r1FormatProblem(file);
  if (problem !== null) throw new GgufError('not_r1_format', problem);
  return file;
}

/** What `readGguf` does, over bytes in memory, for one-part models. */
export function readGgufBytes(source: ByteSource, path = 'model.gguf'): GgufFile {
  const parsed = parseGguf(source);
  return understand(joinParts([parsed]), [path]);
}

function understand(model: Omit<ParsedGguf, 'dataStart' | 'alignment'>, paths: readonly string[]): GgufFile {
  const shape = readShape(model.metadata);
  checkRequiredTensors(shape, model.tensors);
  let parameters = 0;
  for (const tensor of model.tensors.values()) parameters += tensor.elements;
  return {
    version: model.version,
    metadata: model.metadata,
    tensors: model.tensors,
    shape,
    parameters,
    quantization: quantization(model.metadata, model.tensors),
    chatTemplate: model.metadata.string('tokenizer.chat_template'),
    bytes: model.bytes,
    missingTokens: model.missingTokens,
    paths,
  };
}

function quantization(metadata: Metadata, tensors: ReadonlyMap<string, GgufTensor>): string {
  const declared = metadata.integer('general.file_type');
  const name = declared === null ? null : fileTypeName(declared);
  if (name !== null) return name;
  const weights = new Map<string, number>();
  for (const { type, elements } of tensors.values())
    weights.set(type.name, (weights.get(type.name) ?? 0) + elements);
  return [...weights].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 'unknown';
}

async function withSource<T>(path: string, use: (source: ByteSource) => T): Promise<T> {
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      throw new GgufError('unreadable', unreadable(path, error.code));
    },
  );
  try {
    const stat = await file.stat();
    if (!stat.isFile()) {
      throw new GgufError('not_a_file', `${path} is not a file. Give the path of the .gguf file itself.`);
    }
    return use(fileSource(file.fd, stat.size));
  } finally {
    await file.close();
  }
}

function unreadable(path: string, code: string | undefined): string {
  if (code === 'ENOENT')
    return `There is no file at ${path}. Check the path, or list the models here with "stillroom models list".`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${path} can't be read by this user. Change its owner or mode.`;
  return `${path} can't be opened (${code ?? 'unknown error'}).`;
}
