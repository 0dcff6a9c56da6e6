import { join, resolve } from 'node:path';
import { demoModelPath, findModelByName } from '#models/library.ts';
import { PullError } from '#models/pull/error.ts';

/**
 * The file of `demo`, of a model on the shelf, or of a .gguf path.
 * @throws PullError not_found with the ways to name one
 */
export async function modelPath(name: string, dataFolder: string, workingFolder: string): Promise<string> {
  if (name.endsWith('.gguf')) return resolve(workingFolder, name);
  if (name === 'demo') return demoModelPath;
  const installed = await findModelByName(join(dataFolder, 'models'), name);
  if (installed !== null) return installed.path;
  throw new PullError(
    'not_found',
    `There is no model "${name}" here. Give a name of "stillroom models list" or the path of a .gguf file.`,
  );
}
