/** `models show`: the identity card of a model, here or in the catalogue. */
import { statSync } from 'node:fs';
import { describeGguf, type IdentityCard } from '#models/card.ts';
import { catalogue, findInCatalogue, kvElementsPerToken, whyNotServed } from '#models/catalogue.ts';
import { sha256File } from '#models/checksum.ts';
import { amount, type Fit } from '#models/fit.ts';
import { catalogueFitInput, fileFitInput } from '#models/fit-input.ts';
import { type GgufFile, readGguf } from '#models/gguf/read.ts';
import { demoModelPath, findModelByName, type InstalledModel } from '#models/library.ts';
import { PullError } from '#models/pull/error.ts';
import { fitsHere, type Room, roomHere } from '#server/cli/models/usual.ts';
import type { ModelsContext } from '#server/cli/models.ts';
import { table } from '#server/cli/table.ts';

export async function showVerb(
  { io, modelsFolder, values }: ModelsContext,
  [name = '']: string[],
): Promise<number> {
  const room = roomHere();
  const installed = name === 'demo' ? demoModel() : await findModelByName(modelsFolder, name);
  if (installed === null) return showCatalogue(io, name, values.json === true, room);
  const file = await readGguf(installed.path);
  const files = installed.manifest?.files ?? [];
  const pinned = files.length === 1 ? (files[0]?.sha256 ?? null) : null;
  // The shipped model is small enough to be read whole each time.
  const sha256 = installed.id === 'demo' ? await sha256File(installed.path) : pinned;
  const card = describeGguf(file, sha256);
  const fits = fitsHere(fileFitInput(file, room.features), room);
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

/** The shipped model, which is in no folder of the shelf. */
function demoModel(): InstalledModel {
  return { id: 'demo', path: demoModelPath, bytes: statSync(demoModelPath).size, manifest: null };
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
    ['From', sourceText(installed)],
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

function sourceText({ id, manifest }: InstalledModel): string {
  if (id === 'demo') return 'shipped with Stillroom';
  return manifest?.source ?? 'put into the folder by hand';
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
      ? `not pinned; add it with "stillroom models import --move ${installed.path}"`
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

function showCatalogue(io: ModelsContext['io'], name: string, json: boolean, room: Room): number {
  const found = findInCatalogue(name);
  if ('problem' in found)
    throw new PullError('not_found', `${found.problem} Models on this machine: "stillroom models list".`);
  const { entry, file } = found;
  const fits = fitsHere(catalogueFitInput(entry, file, room.features), room);
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
      ['Get it', whyNotServed(entry) ?? `stillroom models pull ${entry.name}:${file.quantization}`],
    ]),
  );
  return 0;
}
