/** `models verify`, `models use` and `models remove`. */
import { open, readFile, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { sha256File } from '#models/checksum.ts';
import { GgufError } from '#models/gguf/error.ts';
import { readServable } from '#models/gguf/read.ts';
import {
  type BrokenModel,
  findModelByName,
  type InstalledModel,
  readShelf,
  removeModel,
  removeRemains,
  type Shelf,
} from '#models/library.ts';
import { PullError } from '#models/pull/error.ts';
import type { CliIo } from '#server/cli/io.ts';
import type { ModelsContext } from '#server/cli/models.ts';
import { createProgress } from '#server/cli/progress.ts';

export async function verifyVerb({ io, modelsFolder }: ModelsContext, names: string[]): Promise<number> {
  const shelf = await readShelf(modelsFolder);
  const models = names.length === 0 ? shelf.models : [];
  const broken = names.length === 0 ? shelf.broken : [];
  for (const name of names) {
    const known = brokenOf(shelf, name);
    if (known === undefined) models.push(await installed(modelsFolder, name));
    else broken.push(known);
  }
  if (models.length + broken.length === 0) io.out(`No models in ${modelsFolder}.\n`);
  let failed = broken.length;
  for (const { id, problem } of broken) io.out(`${id}: ${problem}\n`);
  for (const model of models) {
    const problem = await problemOf(io, model);
    if (problem !== null) failed++;
    io.out(`${model.id}: ${problem ?? 'every byte is as pinned'}\n`);
  }
  return failed === 0 ? 0 : 1;
}

async function problemOf(io: CliIo, model: InstalledModel): Promise<string | null> {
  if (model.manifest === null)
    return `has no pinned checksum. Import it: stillroom models import --move ${model.path}`;
  const progress = createProgress(io, `${model.id} `);
  let done = 0;
  for (const file of model.manifest.files) {
    const path = join(dirname(model.path), file.name);
    const sha256 = await sha256File(path, {
      signal: io.signal,
      onBytes(bytes) {
        done += bytes;
        progress.update(done, model.bytes);
      },
    });
    if (sha256 !== file.sha256) {
      progress.finish();
      return `${file.name} has changed since it was added (SHA-256 ${sha256.slice(0, 12)}… instead of ${file.sha256.slice(0, 12)}…). Don't use it: remove it and pull or import it again.`;
    }
  }
  progress.finish();
  try {
    await readServable(model.path);
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    return error.message;
  }
  return null;
}

export async function useVerb({ io, modelsFolder }: ModelsContext, [name = '']: string[]): Promise<number> {
  const model = name === 'demo' ? null : await installed(modelsFolder, name);
  if (model !== null) await readServable(model.path);
  const id = model?.id ?? 'demo';
  const path = resolve(io.workingFolder, io.env.STILLROOM_CONFIG || 'stillroom.json');
  await setKey(path, 'model', id);
  io.out(`${basename(path)} now names ${id}. It is served from the next start: stillroom start\n`);
  if (io.env.STILLROOM_MODEL !== undefined && io.env.STILLROOM_MODEL !== id) {
    io.err(
      `Note: the environment variable STILLROOM_MODEL=${io.env.STILLROOM_MODEL} still comes first. Unset it.\n`,
    );
  }
  return 0;
}

/** Keeps the other keys; the file is replaced whole, so that a crash leaves the old one. */
async function setKey(path: string, key: string, value: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    settings = null;
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    throw new PullError('bad_source', `${path} does not hold a JSON object. Correct it first.`);
  }
  // Behind a link the file itself; with the rights it had, so that the service which reads it still can.
  const target = await realpath(path).catch(() => path);
  const before = await stat(target).catch(() => null);
  const next = `${target}.new`;
  const file = await open(next, 'w', 0o644);
  try {
    await file.writeFile(`${JSON.stringify({ ...settings, [key]: value }, null, 2)}\n`);
    if (before !== null) {
      await file.chmod(before.mode);
      await file.chown(before.uid, before.gid).catch(() => undefined);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, target);
}

export async function removeVerb(
  { io, modelsFolder, values, configuredModel }: ModelsContext,
  [name = '']: string[],
): Promise<number> {
  const damaged = brokenOf(await readShelf(modelsFolder), name);
  // Of others it is not certain that anything is wrong with them.
  const model = damaged?.manifest != null ? damaged : await installed(modelsFolder, name);
  if (model.id === configuredModel && values.force !== true) {
    throw new PullError(
      'busy',
      `${model.id} is the configured model. Choose another with "stillroom models use NAME", or add --force.`,
    );
  }
  if ('problem' in model) await removeRemains(modelsFolder, model.id);
  else await removeModel(modelsFolder, model);
  io.out(`${model.id} was removed.\n`);
  return 0;
}

function brokenOf({ broken }: Shelf, name: string): BrokenModel | undefined {
  return broken.find(({ id }) => id.toLowerCase() === name.toLowerCase());
}

async function installed(modelsFolder: string, name: string): Promise<InstalledModel> {
  const model = await findModelByName(modelsFolder, name);
  if (model !== null) return model;
  const shelf = await readShelf(modelsFolder);
  const damaged = brokenOf(shelf, name);
  if (damaged !== undefined) throw new PullError('unusable', `The model ${damaged.id} ${damaged.problem}`);
  const known = shelf.models.map((each) => each.id).join(', ');
  throw new PullError(
    'not_found',
    `There is no model "${name}" in ${modelsFolder}. ${known === '' ? 'There is none yet.' : `Known: ${known}.`}`,
  );
}
