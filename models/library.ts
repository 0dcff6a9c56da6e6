/**
 * The models folder. A model is a folder with its files and a manifest, and appears there by one rename, whole and checked:
 *   <models>/<id>/<file>.gguf …    <models>/<id>/manifest.json
 *   <models>/.incoming/<id>/       being pulled or imported; never listed
 * A .gguf file that somebody put into <models> directly is listed too, as one without a manifest.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { modelId } from './card.ts';
import { findInCatalogue } from './catalogue.ts';
import { parsePartName } from './gguf/parts.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/u);

const Manifest = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1),
  files: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[^/\\]+\.gguf$/u),
        bytes: z.int().positive(),
        sha256: Sha256,
      }),
    )
    .min(1),
  /** Where the checksums come from: the catalogue, the hub, a checksum file, or the bytes as they first arrived. */
  pinned: z.enum(['catalogue', 'hub', 'checksum-file', 'first-use']),
  source: z.string(),
  addedAt: z.iso.datetime(),
});
export type Manifest = z.infer<typeof Manifest>;

export interface InstalledModel {
  readonly id: string;
  /** The file to load: the first part of a model in parts. */
  readonly path: string;
  readonly bytes: number;
  /** Null for a file without a manifest. */
  readonly manifest: Manifest | null;
}

/** The model that comes with Stillroom, under the name "demo". */
export const demoModelPath = join(import.meta.dirname, 'demo', 'stillroom-demo.gguf');

const incomingName = '.incoming';
const manifestName = 'manifest.json';

/** Ids become folder names and are typed by people: letters, digits, dot, dash, underscore. "demo" is the shipped model. */
export function isModelId(text: string): boolean {
  return (
    text.toLowerCase() !== 'demo' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/u.test(text) && !text.includes('..')
  );
}

/** Every usable model, by id. Folders without a valid manifest or with missing files are not models. */
export async function listModels(modelsFolder: string): Promise<InstalledModel[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch(() => []);
  const found: InstalledModel[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(modelsFolder, entry.name);
    const model = entry.name.toLowerCase().endsWith('.gguf') ? await looseFile(path) : await managed(path);
    if (model !== null) found.push(model);
  }
  return found.toSorted((a, b) => a.id.localeCompare(b.id));
}

/** By id; letter case does not matter. */
export async function findModel(modelsFolder: string, id: string): Promise<InstalledModel | null> {
  const wanted = id.toLowerCase();
  return (await listModels(modelsFolder)).find((model) => model.id.toLowerCase() === wanted) ?? null;
}

/** By id, or by the name of the catalogue that it was pulled by. */
export async function findModelByName(modelsFolder: string, name: string): Promise<InstalledModel | null> {
  const found = await findModel(modelsFolder, name);
  const known = findInCatalogue(name);
  if (found !== null || 'problem' in known) return found;
  return findModel(modelsFolder, modelId(known.file.paths[0] ?? name));
}

async function looseFile(path: string): Promise<InstalledModel | null> {
  const part = parsePartName(path);
  if (part !== null && part.number !== 1) return null;
  const info = await stat(path).catch(() => null);
  return info?.isFile() === true ? { id: modelId(path), path, bytes: info.size, manifest: null } : null;
}

async function managed(folder: string): Promise<InstalledModel | null> {
  const manifest = await readManifest(folder);
  if (manifest === null) return null;
  let bytes = 0;
  for (const file of manifest.files) {
    const info = await stat(join(folder, file.name)).catch(() => null);
    if (info?.size !== file.bytes) return null;
    bytes += info.size;
  }
  return { id: manifest.id, path: join(folder, manifest.files[0]?.name ?? ''), bytes, manifest };
}

async function readManifest(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return Manifest.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The folder in which a model is assembled; it is on the same file system, so that the last rename is atomic. */
export async function incomingFolder(modelsFolder: string, id: string): Promise<string> {
  const folder = join(modelsFolder, incomingName, id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Makes an assembled model visible: manifest, everything on disk, one rename. Other files in the folder are removed. */
export async function publish(
  modelsFolder: string,
  folder: string,
  manifest: Manifest,
): Promise<InstalledModel> {
  const keep = new Set(manifest.files.map((file) => file.name));
  for (const name of await readdir(folder))
    if (!keep.has(name)) await rm(join(folder, name), { recursive: true });
  await writeFile(join(folder, manifestName), `${JSON.stringify(Manifest.parse(manifest), null, 2)}\n`, {
    flush: true,
  });
  for (const name of keep) await syncPath(join(folder, name));
  await syncPath(folder);
  await clearWay(modelsFolder, manifest.id);
  await rename(folder, join(modelsFolder, manifest.id));
  await syncPath(modelsFolder);
  const model = await managed(join(modelsFolder, manifest.id));
  if (model === null) throw new Error(`the model ${manifest.id} vanished while it was added`);
  return model;
}

/** What is left of a model whose files somebody deleted by hand is no model, and must not keep its folder's name. */
async function clearWay(modelsFolder: string, id: string): Promise<void> {
  const path = join(modelsFolder, id);
  if ((await stat(path).catch(() => null)) !== null && (await managed(path)) === null)
    await throwAway(modelsFolder, id);
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gone from the list at once; the bytes follow. */
export async function removeModel(modelsFolder: string, model: InstalledModel): Promise<void> {
  if (model.manifest === null) {
    await rm(model.path);
    return;
  }
  await throwAway(modelsFolder, model.id);
}

async function throwAway(modelsFolder: string, id: string): Promise<void> {
  const trash = join(modelsFolder, incomingName, `removed-${id}-${Date.now()}`);
  await mkdir(join(modelsFolder, incomingName), { recursive: true, mode: 0o700 });
  await rename(join(modelsFolder, id), trash);
  await rm(trash, { recursive: true });
}

/** Forgets an unfinished pull or import. */
export async function discardIncoming(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
