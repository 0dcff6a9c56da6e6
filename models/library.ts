/**
 * The models folder. A model is a folder with its files and a manifest, and appears there by one rename, whole and checked:
 *   <models>/<id>/<file>.gguf …    <models>/<id>/manifest.json
 *   <models>/.incoming/<id>/       being pulled; never listed. An import has a folder of its own there
 * A .gguf file that somebody put into <models> directly is listed too, as one without a manifest.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { modelId } from './card.ts';
import { findInCatalogue } from './catalogue.ts';
import { allParts, parsePartName } from './gguf/parts.ts';
import { type Lock, takeLock } from './lock.ts';
import { PullError } from './pull/error.ts';

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

/** A folder or file of the shelf that is no usable model. */
export interface BrokenModel {
  readonly id: string;
  /** What is wrong and what to do, as what follows the model's name. */
  readonly problem: string;
  /** Null unless it is certain that a file which the manifest names is missing or has another size. */
  readonly manifest: Manifest | null;
}

export interface Shelf {
  readonly models: InstalledModel[];
  readonly broken: BrokenModel[];
}

/** The model that comes with Stillroom, under the name "demo". */
export const demoModelPath = join(import.meta.dirname, 'demo', 'stillroom-demo.gguf');

const incomingName = '.incoming';
const manifestName = 'manifest.json';

/**
 * Ids become folder names and are typed by people: letters, digits, dot, dash, underscore. "demo" is the shipped model, and
 * what ends in ".gguf" is taken for a file.
 */
export function isModelId(text: string): boolean {
  return (
    text.toLowerCase() !== 'demo' &&
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/u.test(text) &&
    !text.includes('..') &&
    !text.toLowerCase().endsWith('.gguf')
  );
}

/** Every usable model, by id. */
export async function listModels(modelsFolder: string): Promise<InstalledModel[]> {
  return (await readShelf(modelsFolder)).models;
}

/** Usable and broken models, each by id. Folders without a manifest are nobody's business here. */
export async function readShelf(modelsFolder: string): Promise<Shelf> {
  const entries = (await ifThere(readdir(modelsFolder, { withFileTypes: true }))) ?? [];
  const models: InstalledModel[] = [];
  const broken: BrokenModel[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(modelsFolder, entry.name);
    const found = entry.name.toLowerCase().endsWith('.gguf') ? await looseFile(path) : await managed(path);
    if (found === null) continue;
    if ('problem' in found) broken.push(found);
    else models.push(found);
  }
  return { models: models.toSorted(byId), broken: broken.toSorted(byId) };
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id.localeCompare(b.id);
}

/** Null for what is not there. What keeps anything else from being read is an error, and says nothing about the model. */
async function ifThere<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
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

async function looseFile(path: string): Promise<InstalledModel | BrokenModel | null> {
  const part = parsePartName(path);
  if (part !== null && part.number !== 1) return null;
  const id = modelId(path);
  try {
    const first = await ifThere(stat(path));
    if (first?.isFile() !== true) return null;
    let bytes = 0;
    for (const each of allParts(path)) bytes += (await ifThere(stat(each)))?.size ?? 0;
    return { id, path, bytes, manifest: null };
  } catch (error) {
    return { id, problem: unreadable(error), manifest: null };
  }
}

/** Null for a folder without a manifest: no pull or import put it there. */
async function managed(folder: string): Promise<InstalledModel | BrokenModel | null> {
  const id = basename(folder);
  try {
    const text = await ifThere(readFile(join(folder, manifestName), 'utf8'));
    if (text === null) return null;
    const manifest = parseManifest(text);
    if (manifest === null) {
      const problem = `has a damaged ${manifestName}. Move its folder elsewhere, then pull or import it again.`;
      return { id, problem, manifest: null };
    }
    let bytes = 0;
    for (const file of manifest.files) {
      const info = await ifThere(stat(join(folder, file.name)));
      if (info?.size !== file.bytes) {
        const what =
          info === null
            ? `lacks its file ${file.name}`
            : `has ${info.size} bytes in ${file.name}, where there were ${file.bytes}`;
        return { id: manifest.id, problem: `${what}. Pull or import it again.`, manifest };
      }
      bytes += info.size;
    }
    return { id: manifest.id, path: join(folder, manifest.files[0]?.name ?? ''), bytes, manifest };
  } catch (error) {
    // Folders of others may be closed to us, as "lost+found" is.
    return isModelId(id) ? { id, problem: unreadable(error), manifest: null } : null;
  }
}

function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `can't be read (${code ?? message}). Check its owner, its rights and the disk.`;
}

function parseManifest(text: string): Manifest | null {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Held by whoever adds the model of this id, by pull or by import.
 * @returns the lock, or the id of the running process that holds it
 */
export async function lockModel(modelsFolder: string, id: string): Promise<Lock | { heldBy: number }> {
  const folder = join(modelsFolder, incomingName);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return takeLock(join(folder, `${id}.lock`));
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
  if ((await placeFor(modelsFolder, manifest.id)) === 'remains') await throwAway(modelsFolder, manifest.id);
  await rename(folder, join(modelsFolder, manifest.id));
  await syncPath(modelsFolder);
  const model = await managed(join(modelsFolder, manifest.id));
  if (model === null || 'problem' in model)
    throw new Error(`the model ${manifest.id} vanished while it was added`);
  return model;
}

/**
 * What stands where a model of this id would be put. `remains`: what is left of one whose files were damaged or deleted, and
 * nothing else. Only that may be replaced; whatever else somebody keeps there is theirs.
 * @throws PullError exists
 */
export async function placeFor(modelsFolder: string, id: string): Promise<'free' | 'remains'> {
  const path = join(modelsFolder, id);
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Where a folder above it is none, making the model's own will say so.
    if (code === 'ENOENT' || (code === 'ENOTDIR' && !existsSync(path))) return 'free';
    throw inTheWay(path, code === 'ENOTDIR' ? 'is not a folder' : `can't be read (${code})`);
  }
  if (names.length === 0) return 'free';
  const found = await managed(path);
  if (found === null) throw inTheWay(path, 'holds something that Stillroom did not put there');
  if (!('problem' in found)) throw inTheWay(path, 'holds a model');
  const { manifest } = found;
  if (manifest === null) throw inTheWay(path, "holds a model whose state can't be told");
  const ours = new Set([manifestName, ...manifest.files.map((file) => file.name)]);
  const foreign = names.find((name) => !ours.has(name));
  if (foreign !== undefined)
    throw inTheWay(path, `holds ${foreign}, which is not of the model that was there`);
  return 'remains';
}

function inTheWay(path: string, what: string): PullError {
  return new PullError(
    'exists',
    `${path} is where the model would be put, and it ${what}. Nothing was changed. Move it elsewhere, then run again.`,
  );
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
    // A model in parts goes by its first one and is no longer listed without it.
    for (const path of allParts(model.path)) await rm(path, { force: true });
    return;
  }
  await throwAway(modelsFolder, model.id);
}

/**
 * Removes what is left of a model whose files were damaged or deleted.
 * @throws PullError exists, when something else lies there too
 */
export async function removeRemains(modelsFolder: string, id: string): Promise<void> {
  if ((await placeFor(modelsFolder, id)) === 'remains') await throwAway(modelsFolder, id);
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
