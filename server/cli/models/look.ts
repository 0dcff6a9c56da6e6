/** `models list` and `models show`. */
import { describeGguf, type IdentityCard } from '#models/card.ts';
import { catalogue, findInCatalogue, kvElementsPerToken } from '#models/catalogue.ts';
import { amount, type Fit, fitModel } from '#models/fit.ts';
import { catalogueFitInput, fileFitInput } from '#models/fit-input.ts';
import { GgufError } from '#models/gguf/error.ts';
import { type GgufFile, readGguf } from '#models/gguf/read.ts';
import { findModel, type InstalledModel, listModels } from '#models/library.ts';
import { systemFiles } from '#models/machine/files.ts';
import { readMemory } from '#models/machine/memory.ts';
import { readProcessor } from '#models/machine/processor.ts';
import { PullError } from '#models/pull/error.ts';
import type { ModelsContext } from '#server/cli/models.ts';
import { table } from '#server/cli/table.ts';

/** What a chat with a reasoning model wants; what "fits" means in lists. */
const usualSetting = { contextTokens: 8192, slots: 2 };

const { features } = readProcessor(systemFiles());

interface Row {
  id: string;
  name: string;
  quantization: string;
  parameters: number;
  bytes: number;
  here: boolean;
  fits: Fit | null;
  problem: string | null;
}

export async function listVerb({
  io,
  modelsFolder,
  values,
  configuredModel,
}: ModelsContext): Promise<number> {
  const { usable } = readMemory(systemFiles());
  const rows: Row[] = [];
  for (const model of await listModels(modelsFolder)) rows.push(await installedRow(model, usable));
  if (values.all === true) rows.push(...catalogueRows(rows, usable));
  if (values.json === true) {
    io.out(`${JSON.stringify({ usableMemory: usable, models: rows }, null, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) {
    io.out(
      `No models in ${modelsFolder} yet; the demo model is always there.\nSee what fits this machine: stillroom doctor\n`,
    );
    return 0;
  }
  const header = ['', 'NAME', 'WHAT IT IS', 'PARAMETERS', 'QUANT', 'SIZE', 'ON THIS MACHINE'];
  const lines = rows.map((row) => [
    row.id === configuredModel ? '*' : row.here ? '' : '-',
    row.id,
    row.name,
    `${(row.parameters / 1e9).toFixed(1)} B`,
    row.quantization,
    amount(row.bytes),
    row.problem ?? verdict(row.fits),
  ]);
  io.out(table([header, ...lines], [3, 5]));
  if (values.all === true) io.out('\n- not here yet: stillroom models pull NAME\n');
  return 0;
}

async function installedRow(model: InstalledModel, usable: number): Promise<Row> {
  try {
    const file = await readGguf(model.path);
    const card = describeGguf(
      file,
      model.manifest?.files.length === 1 ? (model.manifest.files[0]?.sha256 ?? null) : null,
    );
    const fits = fitModel(fileFitInput(file, features), usualSetting, usable);
    const { name, quantization, parameters } = card;
    return {
      id: model.id,
      name,
      quantization,
      parameters,
      bytes: model.bytes,
      here: true,
      fits,
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    return {
      id: model.id,
      name: '?',
      quantization: '?',
      parameters: 0,
      bytes: model.bytes,
      here: true,
      fits: null,
      problem: error.message,
    };
  }
}

function catalogueRows(installed: readonly Row[], usable: number): Row[] {
  const here = new Set(installed.map((row) => `${row.name} ${row.quantization}`));
  return catalogue.flatMap((entry) =>
    entry.files
      .filter((file) => !here.has(`${entry.title} ${file.quantization}`))
      .map((file) => ({
        id: `${entry.name}:${file.quantization}`,
        name: entry.title,
        quantization: file.quantization,
        parameters: entry.parameters,
        bytes: file.bytes,
        here: false,
        fits: fitModel(catalogueFitInput(entry, file, features), usualSetting, usable),
        problem: null,
      })),
  );
}

function verdict(fits: Fit | null): string {
  switch (fits?.verdict) {
    case 'fits':
      return `fits (${usualSetting.slots} × ${usualSetting.contextTokens} tokens)`;
    case 'fits_smaller':
      return `fits with ${fits.slots} × ${fits.contextTokens} tokens`;
    case 'does_not_fit':
      return `does not fit: ${amount(fits.missing)} missing`;
    default:
      return '';
  }
}

export async function showVerb(
  { io, modelsFolder, values }: ModelsContext,
  [name = '']: string[],
): Promise<number> {
  const { usable } = readMemory(systemFiles());
  const installed = await findModel(modelsFolder, name);
  if (installed === null) return showCatalogue(io, name, values.json === true, usable);
  const file = await readGguf(installed.path);
  const files = installed.manifest?.files ?? [];
  const card = describeGguf(file, files.length === 1 ? (files[0]?.sha256 ?? null) : null);
  const fits = fitModel(fileFitInput(file, features), usualSetting, usable);
  const kvBytes = file.shape.kv.elementsPerToken * 2;
  if (values.json === true) {
    io.out(
      `${JSON.stringify({ card, manifest: installed.manifest, path: installed.path, shape: file.shape, kvBytesPerToken: kvBytes, fit: fits }, null, 2)}\n`,
    );
    return 0;
  }
  io.out(describe(card, file, installed, kvBytes, fits));
  return 0;
}

function describe(
  card: IdentityCard,
  file: GgufFile,
  installed: InstalledModel,
  kvBytes: number,
  fits: Fit,
): string {
  const { shape } = file;
  const experts =
    shape.experts === null ? '' : `, ${shape.experts.used} of ${shape.experts.total} experts per token`;
  const lines: [string, string][] = [
    ['Name', card.name],
    ['What it is', card.description],
    ['It calls itself', card.evidence.claimedName ?? 'nothing'],
    ['Has the shape of', card.evidence.shapeOf ?? 'no model of the catalogue'],
    [
      'Architecture',
      `${shape.architecture}, ${shape.layers} layers of width ${shape.embedding}, ${shape.heads} heads${experts}`,
    ],
    ['Weights', `${card.quantization}, ${amount(card.sizeBytes)}`],
    [
      'Context',
      `${shape.contextLength} tokens; ${kvBytes} bytes of KV per token (${shape.kv.kind === 'mla' ? 'latent' : 'grouped-query'} attention)`,
    ],
    ['Licence', card.licence ?? 'not stated in the file'],
    ['Chat template', templateText(card)],
    ['Checksum', checksumText(card, installed)],
    ['From', installed.manifest?.source ?? 'put into the folder by hand'],
    ['Memory', fits.sentence],
  ];
  const published = catalogue.find((entry) => entry.title === card.name)?.published;
  if (published !== undefined) {
    const figures = [published.aime2024 ?? '–', published.gpqaDiamond ?? '–'];
    lines.push([
      'Published',
      `AIME 2024 ${figures[0]}, GPQA Diamond ${figures[1]} (pass@1, unquantised; ${published.source})`,
    ]);
  }
  return table(lines) + card.warnings.map((warning) => `\nNote: ${warning}\n`).join('');
}

function templateText({ template }: IdentityCard): string {
  const facts = [
    template.opensThought ? 'opens the thought itself' : null,
    template.dropsThoughts ? 'drops earlier thoughts' : null,
    template.tools ? 'knows tools' : null,
  ].filter((fact) => fact !== null);
  const known = template.known === null ? '' : ` (${template.known})`;
  return `${template.family}${known}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`;
}

function checksumText(card: IdentityCard, installed: InstalledModel): string {
  if (card.sha256 === null) {
    return installed.manifest === null
      ? 'not pinned; add it with "stillroom models import"'
      : `${installed.manifest.files.length} files, each pinned`;
  }
  const known = {
    known: 'the published file',
    differs: 'not the published file',
    not_listed: 'not listed in the catalogue',
    not_computed: '',
  };
  return `sha256 ${card.sha256} (${known[card.evidence.checksum]})`;
}

function showCatalogue(io: ModelsContext['io'], name: string, json: boolean, usable: number): number {
  const found = findInCatalogue(name);
  if ('problem' in found)
    throw new PullError('not_found', `${found.problem} Models on this machine: "stillroom models list".`);
  const { entry, file } = found;
  const fits = fitModel(catalogueFitInput(entry, file, features), usualSetting, usable);
  const kvBytes = kvElementsPerToken(entry.shape) * 2;
  if (json) {
    io.out(`${JSON.stringify({ entry, file, kvBytesPerToken: kvBytes, fit: fits }, null, 2)}\n`);
    return 0;
  }
  const { published } = entry;
  io.out(
    table([
      ['Name', entry.title],
      [
        'What it is',
        entry.teacher === null
          ? 'An original model of DeepSeek.'
          : `${entry.base} trained on answers of ${entry.teacher}: a distill, not ${entry.teacher} itself.`,
      ],
      [
        'Parameters',
        `${entry.parameters.toLocaleString('en')}${entry.activeParameters < entry.parameters ? `, ${entry.activeParameters.toLocaleString('en')} used per token` : ''}`,
      ],
      ['Context', `${entry.shape.contextLength} tokens; ${kvBytes} bytes of KV per token`],
      ['Licence', entry.licences.join(' + ')],
      [
        'Published',
        `AIME 2024 ${published.aime2024 ?? '–'}, GPQA Diamond ${published.gpqaDiamond ?? '–'} (${published.source})`,
      ],
      [
        'File',
        `${file.repository}/${file.paths[0]}${file.paths.length > 1 ? ` and ${file.paths.length - 1} more parts` : ''}`,
      ],
      ['Checksum', file.sha256 === null ? 'pinned on first use' : `sha256 ${file.sha256}`],
      ['Quantisations', entry.files.map((each) => `${each.quantization} ${amount(each.bytes)}`).join(', ')],
      ['Memory', fits.sentence],
      ['Get it', `stillroom models pull ${entry.name}:${file.quantization}`],
    ]),
  );
  return 0;
}
