/** From the `model` setting to the file on disk, its card, and the defaults that suit it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join, resolve, sep } from 'node:path';
import { GgufError } from '#models/gguf/error.ts';
import { type GgufFile, readGguf } from '#models/gguf/read.ts';
import type { ModelCard } from '#server/api/app/contract.ts';
import type { ServedModel } from '#server/chat/model.ts';
import type { Config } from '#server/config.ts';
import { StillroomError } from '#server/errors.ts';

export interface ResolvedModel {
  path: string;
  card: ModelCard;
  served: ServedModel;
  defaults: { slots: number; contextTokens: number };
}

const demoFolder = join(import.meta.dirname, '..', 'models', 'demo');
export const demoModelPath = join(demoFolder, 'stillroom-demo.gguf');

/** A distill on a CPU: enough context for a long thought, two people at once. */
const largestDefaultContext = 8192;
const defaultSlots = 2;
const demoSlots = 4;

/**
 * Finds and checks the configured model before anything is started.
 * @throws StillroomError model_unreadable, model_invalid
 */
export async function resolveModel(config: Config): Promise<ResolvedModel> {
  const path = findModel(config);
  const file = await checked(path);
  const isDemo = path === demoModelPath;
  const card = isDemo ? demoCard(file) : cardOf(path, file);
  return {
    path,
    card,
    served: { id: card.id, isDemo, pace: isDemo && config.pace > 0 ? config.pace : null },
    defaults: {
      slots: isDemo ? demoSlots : defaultSlots,
      contextTokens: Math.min(file.shape.contextLength, largestDefaultContext),
    },
  };
}

function findModel(config: Config): string {
  if (config.model === 'demo') return demoModelPath;
  const named = join(config.data, 'models', `${config.model}.gguf`);
  if (!config.model.includes(sep) && existsSync(named)) return named;
  if (isAbsolute(config.model) || config.model.includes(sep) || config.model.endsWith('.gguf'))
    return resolve(config.model);
  throw new StillroomError(
    'model_unreadable',
    `There is no model called "${config.model}" in ${join(config.data, 'models')}. Use "demo", the name of a model there, or the path of a GGUF file.`,
  );
}

async function checked(path: string): Promise<GgufFile> {
  try {
    return await readGguf(path);
  } catch (cause) {
    if (!(cause instanceof GgufError)) throw cause;
    const unreadable = cause.code === 'not_a_file' || cause.code === 'unreadable';
    throw new StillroomError(
      unreadable ? 'model_unreadable' : 'model_invalid',
      `The model ${path} can't be used. ${cause.message}`,
      { cause },
    );
  }
}

function cardOf(path: string, file: GgufFile): ModelCard {
  const id = basename(path).replace(/(-00001-of-\d+)?\.gguf$/i, '');
  return {
    id,
    name: file.metadata.string('general.name') ?? id,
    isDemo: false,
    description: file.metadata.string('general.description') ?? '',
    architecture: file.shape.architecture,
    parameters: file.parameters,
    quantization: file.quantization,
    sizeBytes: file.bytes,
    sha256: null,
    licence: file.metadata.string('general.license'),
    suggestions: [],
  };
}

function demoCard(file: GgufFile): ModelCard {
  const card = JSON.parse(readFileSync(join(demoFolder, 'card.json'), 'utf8'));
  return {
    ...cardOf(demoModelPath, file),
    isDemo: true,
    name: card.name,
    description: card.description,
    sha256: card.sha256,
    licence: card.licence,
    suggestions: card.suggestions,
  };
}
