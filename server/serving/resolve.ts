/** From a model's name to the file on disk, its card, and the settings it is served with. */
import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { describeGguf, modelId } from '#models/card.ts';
import { type FitSetting, fitModel, memoryNeed, smallestUsefulContext } from '#models/fit.ts';
import { fileFitInput } from '#models/fit-input.ts';
import { GgufError } from '#models/gguf/error.ts';
import { type GgufFile, readGguf } from '#models/gguf/read.ts';
import { demoModelPath, findModelByName, type InstalledModel, listModels } from '#models/library.ts';
import type { ModelCard } from '#server/api/app/contract.ts';
import type { ServedModel } from '#server/chat/model.ts';
import type { Config } from '#server/config.ts';
import { resolveGpu } from '#server/engine/gpu.ts';
import type { LoadWishes } from '#server/engine/load-plan.ts';
import { StillroomError } from '#server/errors.ts';
import type { ModelConfig } from '#server/model-config.ts';

/** What the engine is told about a model. */
type ModelSettings = Required<
  Pick<
    LoadWishes,
    'slots' | 'contextTokens' | 'threads' | 'gpu' | 'gpuLayers' | 'kvType' | 'flashAttention' | 'systemPrompt'
  >
>;

export interface ResolvedModel {
  path: string;
  card: ModelCard;
  served: ServedModel;
  settings: ModelSettings;
  /** Never unloaded when idle, evicted last. */
  pinned: boolean;
  /** Runs without an accelerator, so that all of `needBytes` is the machine's memory. */
  onCpu: boolean;
  /** Bytes that weights, KV cache and working memory will take with these settings. */
  needBytes: number;
  /** Sentence with the arithmetic: why it does or does not fit into so many bytes. */
  fitSentence(availableBytes: number): string;
  /**
   * The same model with the largest context and number of slots that fit; null when an administrator chose them, or when
   * nothing useful fits. The demo model always gets something: it is so small that its arithmetic is mostly reserve.
   */
  smallerFor(availableBytes: number): { model: ResolvedModel; sentence: string } | null;
}

const demoCardPath = join(dirname(demoModelPath), 'card.json');

/** A distill on a CPU: enough context for a long thought, two people at once. */
const largestDefaultContext = 8192;
const defaultSlots = 2;
const demoSlots = 4;

/**
 * Finds and checks the configured default model before anything is started.
 * @throws StillroomError model_unreadable, model_invalid
 */
export async function resolveDefault(config: Config): Promise<ResolvedModel> {
  const model = await resolveFile(config, await findFile(config));
  await assertKnown(config, model);
  return model;
}

/** @throws StillroomError config_invalid when settings are given for a model that is not there */
async function assertKnown(config: Config, model: ResolvedModel): Promise<void> {
  // A model goes by its name on the shelf and by the name of its file, under which the API offers it.
  const shelf = (await listModels(modelsFolder(config))).flatMap(({ id, path }) => [id, modelId(path)]);
  const known = [...new Set(['demo', ...shelf, ...(model.served.isDemo ? [] : [model.card.id])])];
  for (const name of Object.keys(config.models)) {
    if (known.some((id) => sameName(id, name))) continue;
    throw new StillroomError(
      'config_invalid',
      `The setting "models" has settings for "${name}", and there is no model of that name. Known models: ${known.join(', ')}.`,
    );
  }
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** What is set for this model alone; letter case of its name does not matter. */
function ownSettings(config: Config, names: string[]): ModelConfig {
  const found = Object.entries(config.models).find(([key]) => names.some((name) => sameName(name, key)));
  return found?.[1] ?? {};
}

/** Every model that may be asked for by name: the default first, then the shelf. Unreadable files are left out. */
export async function listServable(config: Config, defaultModel: ResolvedModel): Promise<ResolvedModel[]> {
  const found = [defaultModel];
  for (const installed of await listModels(modelsFolder(config))) {
    if (installed.path === defaultModel.path || installed.id === defaultModel.card.id) continue;
    try {
      found.push(await resolveFile(config, installed.path, installed));
    } catch (error) {
      // `stillroom models list` shows what is wrong with it; here it is simply not on offer.
      if (!(error instanceof StillroomError)) throw error;
    }
  }
  return found;
}

function modelsFolder(config: Config): string {
  return join(config.data, 'models');
}

async function findFile(config: Config): Promise<string> {
  if (config.model === 'demo') return demoModelPath;
  const installed = config.model.includes(sep)
    ? null
    : await findModelByName(modelsFolder(config), config.model);
  if (installed !== null) return installed.path;
  if (isAbsolute(config.model) || config.model.includes(sep) || config.model.endsWith('.gguf'))
    return resolve(config.model);
  throw new StillroomError(
    'model_unreadable',
    `There is no model called "${config.model}" in ${modelsFolder(config)}. "stillroom models list" shows what is there, "stillroom models pull" gets one; "demo" always works.`,
  );
}

async function resolveFile(
  config: Config,
  path: string,
  installed: InstalledModel | null = null,
): Promise<ResolvedModel> {
  const file = await readOnce(path);
  const isDemo = path === demoModelPath;
  const card = isDemo ? demoCard(file) : cardOf(file, installed);
  const own = ownSettings(config, isDemo ? ['demo'] : [card.id, installed?.id ?? config.model]);
  const chosen = { slots: own.slots ?? config.slots, context: own.context ?? config.context };
  const settings: ModelSettings = {
    slots: chosen.slots ?? (isDemo ? demoSlots : defaultSlots),
    contextTokens: Math.min(chosen.context ?? largestDefaultContext, file.shape.contextLength),
    threads: own.threads ?? config.threads,
    gpu: own.gpu ?? config.gpu,
    gpuLayers: own.gpuLayers ?? null,
    kvType: own.kvType ?? 'f16',
    flashAttention: own.flashAttention ?? 'auto',
    systemPrompt: own.systemPrompt ?? '',
  };
  // No processor features: the repacked copies they bring are made only while memory is plentiful.
  const input = fileFitInput(file, []);
  const withSettings = (asked: ModelSettings): ResolvedModel => ({
    path,
    card,
    served: {
      id: card.id,
      isDemo,
      pace: isDemo && config.pace > 0 ? config.pace : null,
      thinkingBudget: own.thinkingBudget ?? null,
    },
    settings: asked,
    pinned: own.pinned ?? false,
    onCpu: resolveGpu(settings.gpu, file.bytes, settings.gpuLayers) === 'off',
    needBytes: memoryNeed(input, asked).total,
    fitSentence: (availableBytes) => fitModel(input, asked, availableBytes).sentence,
    smallerFor(availableBytes) {
      if (chosen.slots !== null || chosen.context !== null) return null;
      const fit = fitModel(input, settings, availableBytes);
      let smaller: FitSetting | null = fit.verdict === 'fits_smaller' ? fit : null;
      if (isDemo)
        smaller ??= { slots: 1, contextTokens: Math.min(smallestUsefulContext, settings.contextTokens) };
      if (smaller === null) return null;
      const { slots, contextTokens } = smaller;
      return {
        model: withSettings({ ...settings, slots, contextTokens }),
        sentence: `Memory is tight: ${slots} × ${contextTokens} tokens instead of ${settings.slots} × ${settings.contextTokens}.`,
      };
    },
  });
  return withSettings(settings);
}

/** Headers of unchanged files are not parsed again: a vocabulary of 150,000 tokens takes a while. */
const headers = new Map<string, { stamp: string; file: GgufFile }>();

/** What may not be looked at either is said when the file is read. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

async function readOnce(path: string): Promise<GgufFile> {
  const info = statOf(path);
  const stamp = `${info?.ino} ${info?.size} ${info?.mtimeMs}`;
  const known = headers.get(path);
  if (known?.stamp === stamp) return known.file;
  const file = await checked(path);
  headers.set(path, { stamp, file });
  return file;
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

function cardOf(file: GgufFile, installed: InstalledModel | null): ModelCard {
  const files = installed?.manifest?.files ?? [];
  const identity = describeGguf(file, files.length === 1 ? (files[0]?.sha256 ?? null) : null);
  const { id, name, description, architecture, parameters, quantization, sizeBytes, sha256, licence } =
    identity;
  return {
    id,
    name,
    isDemo: false,
    description,
    architecture,
    parameters,
    quantization,
    sizeBytes,
    sha256,
    licence,
    suggestions: [],
  };
}

function demoCard(file: GgufFile): ModelCard {
  const card = JSON.parse(readFileSync(demoCardPath, 'utf8'));
  return {
    ...cardOf(file, null),
    isDemo: true,
    name: card.name,
    description: card.description,
    sha256: card.sha256,
    licence: card.licence,
    suggestions: card.suggestions,
  };
}
