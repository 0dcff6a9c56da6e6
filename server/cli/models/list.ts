/** `models list`. */
import { describeGguf } from '#models/card.ts';
import { catalogue, whyNotServed } from '#models/catalogue.ts';
import { amount, type Fit } from '#models/fit.ts';
import { catalogueFitInput, fileFitInput } from '#models/fit-input.ts';
import { GgufError } from '#models/gguf/error.ts';
import { r1FormatProblem } from '#models/gguf/r1-format.ts';
import { readGguf } from '#models/gguf/read.ts';
import { type BrokenModel, type InstalledModel, readShelf } from '#models/library.ts';
import { fitsHere, type Room, roomHere, usualSetting } from '#server/cli/models/usual.ts';
import type { ModelsContext } from '#server/cli/models.ts';
import { table } from '#server/cli/table.ts';

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
  const room = roomHere();
  const rows: Row[] = [];
  const { models, broken } = await readShelf(modelsFolder);
  for (const model of models) rows.push(await installedRow(model, room));
  rows.push(...broken.map(brokenRow));
  if (values.all === true) rows.push(...catalogueRows(rows, room));
  if (values.json === true) {
    io.out(`${JSON.stringify({ usableMemory: room.usable, models: rows }, null, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) {
    io.out(
      `No models in ${modelsFolder} yet; the demo model is always there.\nWhat can be pulled:         stillroom models list --all\nWhat fits this machine best: stillroom doctor\n`,
    );
    return 0;
  }
  const header = ['', 'NAME', 'WHAT IT IS', 'PARAMETERS', 'QUANT', 'SIZE', 'ON THIS MACHINE'];
  const lines = rows.map((row) => [
    row.id === configuredModel ? '*' : row.here ? '' : '-',
    row.id,
    row.name,
    row.parameters < 1e8
      ? `${(row.parameters / 1e6).toFixed(1)} M`
      : `${(row.parameters / 1e9).toFixed(1)} B`,
    row.quantization,
    amount(row.bytes),
    row.problem ?? verdict(row.fits),
  ]);
  io.out(table([header, ...lines], [3, 5]));
  io.out(
    values.all === true
      ? '\n- not here yet: stillroom models pull NAME\n'
      : '\nWhat else can be pulled: stillroom models list --all\n',
  );
  return 0;
}

async function installedRow(model: InstalledModel, room: Room): Promise<Row> {
  try {
    const file = await readGguf(model.path);
    const card = describeGguf(
      file,
      model.manifest?.files.length === 1 ? (model.manifest.files[0]?.sha256 ?? null) : null,
    );
    const fits = fitsHere(fileFitInput(file, room.features), room);
    const { name, quantization, parameters } = card;
    return {
      id: model.id,
      name,
      quantization,
      parameters,
      bytes: model.bytes,
      here: true,
      fits,
      problem: r1FormatProblem(file),
    };
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    return { ...unread, id: model.id, bytes: model.bytes, problem: error.message };
  }
}

/** A row of what can't be read. */
const unread = { name: '?', quantization: '?', parameters: 0, bytes: 0, here: true, fits: null };

function brokenRow({ id, problem }: BrokenModel): Row {
  return { ...unread, id, problem };
}

function catalogueRows(installed: readonly Row[], room: Room): Row[] {
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
        fits: fitsHere(catalogueFitInput(entry, file, room.features), room),
        problem: whyNotServed(entry),
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
