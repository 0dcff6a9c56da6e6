/** `models pull` and `models import`. */
import { basename, resolve } from 'node:path';
import { modelId } from '#models/card.ts';
import { type CatalogueFile, findInCatalogue, whyNotServed } from '#models/catalogue.ts';
import { limits } from '#models/gguf/limits.ts';
import { allParts, parsePartName } from '#models/gguf/parts.ts';
import { importModel } from '#models/import.ts';
import { type InstalledModel, isModelId } from '#models/library.ts';
import { PullError } from '#models/pull/error.ts';
import { defaultEndpoint, hostsNeeded, parseEndpoint } from '#models/pull/hub.ts';
import { pullModel } from '#models/pull/pull.ts';
import type { CliIo } from '#server/cli/io.ts';
import { becomeGranted } from '#server/cli/models/granted.ts';
import type { ModelsContext } from '#server/cli/models.ts';
import { createProgress } from '#server/cli/progress.ts';

type Source = Pick<CatalogueFile, 'repository' | 'paths' | 'sha256'>;

export async function pullVerb(
  { io, modelsFolder, values }: ModelsContext,
  [spec = '']: string[],
): Promise<number> {
  // A variable that is set to nothing is not set.
  const endpoint = parseEndpoint(values.from ?? (io.env.HF_ENDPOINT || defaultEndpoint));
  const source = whatToPull(spec);
  const address = endpoint.href.replace(/\/$/u, '');
  const hosts = hostsNeeded(address, values['allow-host'] ?? []);
  const isMirror = address !== defaultEndpoint;
  if (io.argv !== null && !(await becomeGranted(io.argv, io.env, { hosts, endpoint, isMirror }))) {
    return Number(process.exitCode ?? 1);
  }
  io.err(
    `Pulling ${basename(source.paths[0] ?? '')} from ${endpoint.host}. This process may connect to: ${hosts.join(', ')}.\n`,
  );
  const progress = createProgress(io, 'pull ');
  const model = await pullModel({
    modelsFolder,
    endpoint: address,
    grant: { hosts, token: io.env.HF_TOKEN || null },
    revision: values.revision ?? 'main',
    file: values['accept-new-checksum'] === true ? { ...source, sha256: null } : source,
    signal: io.signal,
    onProgress({ phase, doneBytes, totalBytes, resumedBytes }) {
      if (phase !== 'asking') progress.update(doneBytes, totalBytes, resumedBytes);
    },
  });
  progress.finish();
  return added(io, model);
}

/** A name of the catalogue, or organisation/repository/path.gguf on the hub. */
function whatToPull(spec: string): Source {
  const [organisation, repository, ...rest] = spec.split('/');
  const path = rest.join('/');
  if (path.endsWith('.gguf')) {
    const part = parsePartName(path);
    if (part !== null && (part.total < 1 || part.total > limits.parts))
      throw new PullError('bad_source', `"${basename(path)}" is no part: a model has 1 to ${limits.parts}.`);
    if (!isModelId(modelId(path)))
      throw new PullError('bad_source', `"${modelId(path)}" can't be a model's name.`);
    return { repository: `${organisation}/${repository}`, paths: allParts(path), sha256: null };
  }
  const found = findInCatalogue(spec);
  if ('problem' in found) {
    throw new PullError(
      'bad_source',
      `${found.problem} Any other file: "stillroom models pull ORGANISATION/REPOSITORY/FILE.gguf".`,
    );
  }
  const problem = whyNotServed(found.entry);
  if (problem !== null)
    throw new PullError(
      'unusable',
      `${found.entry.title} is ${problem}. Choose an R1 distill: "stillroom doctor".`,
    );
  return found.file;
}

export async function importVerb(
  { io, modelsFolder, values }: ModelsContext,
  [path = '']: string[],
): Promise<number> {
  const modes = (['copy', 'link', 'move'] as const).filter((mode) => values[mode] === true);
  if (modes.length > 1) throw new PullError('bad_source', 'Choose one of --copy, --link and --move.');
  const progress = createProgress(io, 'import ');
  const notes: string[] = [];
  const model = await importModel({
    modelsFolder,
    path: resolve(io.workingFolder, path),
    mode: modes[0] ?? 'copy',
    checksums: values.checksum === undefined ? null : resolve(io.workingFolder, values.checksum),
    onBytes: (done, total) => progress.update(done, total),
    onNote: (sentence) => notes.push(sentence),
    signal: io.signal,
  });
  progress.finish();
  const code = added(io, model);
  for (const sentence of notes) io.err(`Note: ${sentence}\n`);
  return code;
}

function added(io: CliIo, model: InstalledModel): number {
  const [file] = model.manifest?.files ?? [];
  const how = {
    catalogue: 'as the catalogue knows it',
    hub: 'as the hub states it; pinned now',
    'checksum-file': 'as the checksum file states it',
    'first-use': 'pinned on first use: nobody vouches for it but what arrived',
  }[model.manifest?.pinned ?? 'first-use'];
  io.out(`${model.id} is ready. SHA-256 ${file?.sha256 ?? ''} (${how}).\n`);
  io.out(`What it is:  stillroom models show ${model.id}\nServe it:    stillroom models use ${model.id}\n`);
  return 0;
}
