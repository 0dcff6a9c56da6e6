import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportRequest, importModel } from '#models/import.ts';
import { findModel, listModels, removeModel } from '#models/library.ts';
import { buildGguf } from '../support/gguf-builder.ts';
import { tinyModel } from '../support/tiny-models.ts';

const model = buildGguf(tinyModel());
const sha256 = createHash('sha256').update(model).digest('hex');

let folder: string;
let models: string;
let stick: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  models = join(folder, 'models');
  stick = join(folder, 'stick');
  await mkdir(stick);
  await writeFile(join(stick, 'Tiny.gguf'), model);
});
afterEach(() => rm(folder, { recursive: true }));

function take(change: Partial<ImportRequest> = {}) {
  return importModel({
    modelsFolder: models,
    path: join(stick, 'Tiny.gguf'),
    mode: 'copy',
    checksums: null,
    onBytes: () => {},
    signal: new AbortController().signal,
    ...change,
  });
}

describe('an import', () => {
  it('copies, checks and lists a model and leaves the original alone', async () => {
    const installed = await take();
    expect(installed.manifest).toMatchObject({
      id: 'Tiny',
      pinned: 'first-use',
      files: [{ name: 'Tiny.gguf', sha256 }],
    });
    expect((await stat(join(stick, 'Tiny.gguf'))).size).toBe(model.length);
    expect((await findModel(models, 'tiny'))?.path).toBe(installed.path);
  });

  it('takes the only model of a folder', async () => {
    expect((await take({ path: stick })).id).toBe('Tiny');
  });

  it('by link shares the bytes with the original', async () => {
    const installed = await take({ mode: 'link' });
    expect((await stat(installed.path)).ino).toBe((await stat(join(stick, 'Tiny.gguf'))).ino);
  });

  it('by move takes the original away only when all went well', async () => {
    await writeFile(join(stick, 'SHA256SUMS'), `${'0'.repeat(64)}  Tiny.gguf\n`);
    await expect(take({ mode: 'move' })).rejects.toMatchObject({ code: 'wrong_checksum' });
    expect(await readdir(stick)).toContain('Tiny.gguf');
    await writeFile(join(stick, 'SHA256SUMS'), `${sha256} *Tiny.gguf\n`);
    expect((await take({ mode: 'move' })).manifest?.pinned).toBe('checksum-file');
    expect(await readdir(stick)).not.toContain('Tiny.gguf');
  });

  it.each([
    ['SHA256SUMS', `${'a'.repeat(64)}  Tiny.gguf\n`],
    ['Tiny.gguf.sha256', `${'a'.repeat(64)}\n`],
  ])('whose checksum in %s is wrong adds nothing', async (name, content) => {
    await writeFile(join(stick, name), content);
    await expect(take()).rejects.toMatchObject({ code: 'wrong_checksum' });
    expect(await listModels(models)).toEqual([]);
  });

  it('of a model that the checksum file does not mention adds nothing', async () => {
    await writeFile(join(stick, 'SHA256SUMS'), `${sha256}  Other.gguf\n`);
    await expect(take()).rejects.toThrow(/does not mention Tiny\.gguf/u);
  });

  it('of something that is no model adds nothing and says what it is', async () => {
    await writeFile(join(stick, 'page.gguf'), '<html>Sign in</html>');
    await expect(take({ path: join(stick, 'page.gguf') })).rejects.toThrow(/web page/u);
    expect(await listModels(models)).toEqual([]);
  });

  it('of a folder with several models asks which one', async () => {
    await writeFile(join(stick, 'Other.gguf'), model);
    await expect(take({ path: stick })).rejects.toThrow(/Other\.gguf, Tiny\.gguf/u);
  });

  it('that is interrupted adds nothing and leaves nothing behind', async () => {
    const stop = new AbortController();
    await expect(take({ signal: stop.signal, onBytes: () => stop.abort() })).rejects.toThrow();
    expect(await listModels(models)).toEqual([]);
    expect(await readdir(join(models, '.incoming'))).toEqual([]);
    expect(await readdir(stick)).toContain('Tiny.gguf');
  });

  it('of a model that is here already is refused', async () => {
    await take();
    await expect(take()).rejects.toMatchObject({ code: 'exists' });
  });

  it.each(['.hidden.gguf', 'a b.gguf', '-rf.gguf', 'Demo.gguf'])(
    'under the name %s is refused',
    async (name) => {
      await writeFile(join(stick, name), model);
      await expect(take({ path: join(stick, name) })).rejects.toMatchObject({ code: 'unusable' });
    },
  );
});

describe('the models folder', () => {
  it('lists files that were put there by hand, and no half-added ones', async () => {
    await mkdir(join(models, '.incoming', 'Half'), { recursive: true });
    await writeFile(join(models, '.incoming', 'Half', 'Half.gguf'), model);
    await writeFile(join(models, 'ByHand.gguf'), model);
    await mkdir(join(models, 'NoManifest'));
    await writeFile(join(models, 'NoManifest', 'NoManifest.gguf'), model);
    expect((await listModels(models)).map((found) => found.id)).toEqual(['ByHand']);
  });

  it('does not list a model whose file has another size than when it was added', async () => {
    const installed = await take();
    await writeFile(installed.path, model.subarray(0, 1000));
    expect(await listModels(models)).toEqual([]);
  });

  it('forgets a removed model', async () => {
    await removeModel(models, await take());
    expect(await listModels(models)).toEqual([]);
    expect(await readdir(join(models, '.incoming'))).toEqual([]);
  });
});
