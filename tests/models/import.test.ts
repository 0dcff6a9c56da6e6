import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
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
    onNote: () => {},
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

  it.each(['copy', 'link', 'move'] as const)(
    'by %s of a folder that stands where the model would go touches nothing in it',
    async (mode) => {
      const place = join(models, 'Tiny');
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'Tiny.gguf'), model);
      await writeFile(join(place, 'note.txt'), 'mine');
      await expect(take({ mode, path: place })).rejects.toMatchObject({ code: 'exists' });
      expect((await readdir(place)).toSorted()).toEqual(['Tiny.gguf', 'note.txt']);
    },
  );

  it('of a file that took the place of a model’s own is refused where it lies', async () => {
    const { path } = await take();
    await writeFile(path, buildGguf(tinyModel('llama')));
    await expect(take({ mode: 'move', path })).rejects.toMatchObject({ code: 'bad_source' });
    expect((await stat(path)).isFile()).toBe(true);
  });

  it('replaces what is left of a damaged model, unless something else is kept beside it', async () => {
    const { path } = await take();
    const note = join(models, 'Tiny', 'note.txt');
    await rm(path);
    await writeFile(note, 'mine');
    await expect(take()).rejects.toMatchObject({
      code: 'exists',
      message: expect.stringContaining('note.txt'),
    });
    expect((await stat(note)).isFile()).toBe(true);
    await rm(note);
    expect((await take()).path).toBe(path);
  });

  it('that fails leaves an interrupted pull of the same name alone', async () => {
    const half = join(models, '.incoming', 'Tiny');
    await mkdir(half, { recursive: true });
    for (const name of ['Tiny.gguf', 'Tiny.gguf.parts']) await writeFile(join(half, name), 'half');
    await writeFile(join(stick, 'SHA256SUMS'), `${'0'.repeat(64)}  Tiny.gguf\n`);
    await expect(take()).rejects.toMatchObject({ code: 'wrong_checksum' });
    expect((await readdir(half)).toSorted()).toEqual(['Tiny.gguf', 'Tiny.gguf.parts']);
  });

  it('begins anew after one that was killed', async () => {
    const left = join(models, '.incoming', 'import+Tiny');
    await mkdir(left, { recursive: true });
    await writeFile(join(left, 'Tiny.gguf'), 'half');
    expect((await take()).manifest?.files).toMatchObject([{ sha256 }]);
  });

  it('by move gives a checksum to a file that was put into the models folder by hand', async () => {
    await mkdir(models);
    const path = join(models, 'ByHand.gguf');
    await writeFile(path, model);
    await expect(take({ path })).rejects.toThrow(/already\. .* models import --move/u);
    expect((await take({ path, mode: 'move' })).manifest?.files).toMatchObject([{ sha256 }]);
    expect((await listModels(models)).map(({ id, manifest }) => [id, manifest?.pinned])).toEqual([
      ['ByHand', 'first-use'],
    ]);
  });

  it.each([
    ['TINY.GGUF', 'TINY'],
    ['sha256-ab', 'sha256-ab'],
  ])('of a file called %s names it so that it is known as a model', async (name, id) => {
    await writeFile(join(stick, name), model);
    const installed = await take({ path: join(stick, name) });
    expect(installed).toMatchObject({ id, path: join(models, id, `${id}.gguf`) });
  });

  it('by link of a symbolic link takes the file behind it, by move nothing', async () => {
    const linked = join(folder, 'Linked.gguf');
    await symlink(join('stick', 'Tiny.gguf'), linked);
    await expect(take({ path: linked, mode: 'move' })).rejects.toThrow(/symbolic link/u);
    const installed = await take({ path: linked, mode: 'link' });
    expect(installed.id).toBe('Linked');
    expect((await lstat(installed.path)).isFile()).toBe(true);
    expect((await stat(installed.path)).ino).toBe((await stat(join(stick, 'Tiny.gguf'))).ino);
  });

  it('by move whose original can’t be removed has added the model and says so', async () => {
    const original = join(stick, 'Tiny.gguf');
    const notes: string[] = [];
    await take({
      mode: 'move',
      // A folder in its place can't be removed like a file.
      onBytes() {
        rmSync(original);
        mkdirSync(original);
      },
      onNote: (sentence) => notes.push(sentence),
    });
    expect(notes).toEqual([expect.stringContaining(`${original} could not be removed`)]);
    expect((await findModel(models, 'Tiny'))?.bytes).toBe(model.length);
  });

  it.each(['.hidden.gguf', 'a b.gguf', '-rf.gguf', 'Demo.gguf', 'Tiny.gguf.gguf'])(
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

  it('knows a model in parts that was put there by hand as one', async () => {
    await mkdir(models);
    const [first = '', second = ''] = [1, 2].map((number) => join(models, `Two-0000${number}-of-00002.gguf`));
    await writeFile(first, 'first');
    await writeFile(second, 'the second');
    const [two] = await listModels(models);
    expect(two).toMatchObject({ id: 'Two', path: first, bytes: 15 });
    if (two !== undefined) await removeModel(models, two);
    expect(await readdir(models)).toEqual([]);
  });

  it('that can’t be read is not an empty one', async () => {
    await symlink('models', models);
    await expect(listModels(models)).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('forgets a removed model', async () => {
    await removeModel(models, await take());
    expect(await listModels(models)).toEqual([]);
    expect(await readdir(join(models, '.incoming'))).toEqual([]);
  });
});
