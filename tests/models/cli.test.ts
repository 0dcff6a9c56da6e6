import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliIo } from '#server/cli/io.ts';
import { modelsCommand } from '#server/cli/models.ts';
import { createProgress } from '#server/cli/progress.ts';
import { buildGguf } from '../support/gguf-builder.ts';
import { startMirror } from '../support/model-mirror.ts';
import { tinyModel, tinyWithoutThoughts } from '../support/tiny-models.ts';

const model = buildGguf(tinyModel());
const sha256 = createHash('sha256').update(model).digest('hex');

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  env = {};
  await writeFile(join(folder, 'Tiny.gguf'), model);
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const seen = { code: 0, out: '', err: '' };
  const io: CliIo = {
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
    env,
    workingFolder: folder,
    isTerminal: false,
    columns: 80,
    argv: null,
    signal: new AbortController().signal,
  };
  seen.code = await modelsCommand(args, io);
  return seen;
}

const installed = () =>
  readdir(join(folder, 'data', 'models')).then((names) => names.filter((name) => !name.startsWith('.')));

describe('stillroom models', () => {
  it('import, list, show, verify, use and remove tell one story', async () => {
    expect(await run('list')).toMatchObject({ code: 0, out: expect.stringContaining('No models') });
    const imported = await run('import', 'Tiny.gguf');
    expect(imported).toMatchObject({ code: 0, out: expect.stringContaining(sha256) });
    expect(imported.out).toContain('stillroom models use Tiny');
    expect((await run('list')).out).toMatch(/Tiny\s+Tiny\s+0\.0 M\s+F32\s+.*fits/u);
    expect((await run('show', 'tiny')).out).toMatch(/Has the shape of\s+no model of the catalogue/u);
    expect(await run('verify')).toMatchObject({ code: 0, out: 'Tiny: every byte is as pinned\n' });
    await writeFile(join(folder, 'stillroom.json'), '{"port": 8081}');
    expect(await run('use', 'tiny')).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(join(folder, 'stillroom.json'), 'utf8'))).toEqual({
      port: 8081,
      model: 'Tiny',
    });
    expect(await run('remove', 'Tiny')).toMatchObject({ code: 1, err: expect.stringContaining('--force') });
    expect(await run('remove', 'Tiny', '--force')).toMatchObject({ code: 0 });
    expect(await installed()).toEqual([]);
  });

  it('what was pulled by its name in the catalogue is used by that name', async () => {
    await rename(join(folder, 'Tiny.gguf'), join(folder, 'DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf'));
    await run('import', 'DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf');
    expect(await run('use', 'r1-distill-qwen-1.5b:Q4_K_M')).toMatchObject({ code: 0 });
    const { model } = JSON.parse(await readFile(join(folder, 'stillroom.json'), 'utf8'));
    expect(model).toBe('DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M');
    await writeFile(join(folder, 'stillroom.json'), '{"model": "r1-distill-qwen-1.5b:Q4_K_M"}');
    expect((await run('list')).out).toMatch(/^\* +DeepSeek-R1-Distill-Qwen-1\.5B-Q4_K_M/mu);
    expect(await run('use', 'r1-distill-qwen-1.5b:Q8_0')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Known: DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M'),
    });
  });

  it('verify finds a single changed byte', async () => {
    await run('import', 'Tiny.gguf');
    const path = join(folder, 'data', 'models', 'Tiny', 'Tiny.gguf');
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = 1;
    await writeFile(path, bytes);
    expect(await run('verify', 'Tiny')).toMatchObject({
      code: 1,
      out: expect.stringContaining('has changed since it was added'),
    });
  });

  it('a model whose file was cut short is shown with what is wrong, and added anew', async () => {
    await run('import', 'Tiny.gguf');
    await truncate(join(folder, 'data', 'models', 'Tiny', 'Tiny.gguf'), 1000);
    const damage = `Tiny.gguf, where there were ${model.length}`;
    for (const names of [[], ['tiny']]) {
      expect(await run('verify', ...names)).toMatchObject({
        code: 1,
        out: expect.stringContaining(`Tiny: has 1000 bytes in ${damage}`),
      });
    }
    expect((await run('list')).out).toContain(damage);
    expect(await run('use', 'Tiny')).toMatchObject({ code: 1, err: expect.stringContaining(damage) });
    expect(await run('import', 'Tiny.gguf')).toMatchObject({ code: 0 });
    expect(await run('verify')).toMatchObject({ code: 0 });
  });

  it('what is left of a damaged model can be removed, unless something else lies beside it', async () => {
    await run('import', 'Tiny.gguf');
    const place = join(folder, 'data', 'models', 'Tiny');
    await truncate(join(place, 'Tiny.gguf'), 1000);
    await writeFile(join(place, 'note.txt'), 'mine');
    expect(await run('remove', 'Tiny')).toMatchObject({ code: 1, err: expect.stringContaining('note.txt') });
    expect(await readdir(place)).toContain('Tiny.gguf');
    await rm(join(place, 'note.txt'));
    expect(await run('remove', 'tiny')).toMatchObject({ code: 0, out: 'Tiny was removed.\n' });
    expect(await installed()).toEqual([]);
  });

  it('verify says how a file that was put there by hand gets a checksum, and that works', async () => {
    await run('import', 'Tiny.gguf');
    const path = join(folder, 'data', 'models', 'ByHand.gguf');
    await rename(join(folder, 'Tiny.gguf'), path);
    expect(await run('verify', 'ByHand')).toMatchObject({
      code: 1,
      out: expect.stringContaining(`stillroom models import --move ${path}\n`),
    });
    expect(await run('import', '--move', path)).toMatchObject({ code: 0 });
    expect(await run('verify')).toMatchObject({ code: 0 });
  });

  it('a model that is not of the R1 format is refused before it is served, wherever it comes from', async () => {
    const problem = 'its vocabulary has no token "<think>"';
    await writeFile(join(folder, 'Plain.gguf'), buildGguf(tinyWithoutThoughts()));
    await expect(run('import', 'Plain.gguf')).resolves.toMatchObject({
      code: 1,
      err: expect.stringContaining(problem),
    });
    await run('import', 'Tiny.gguf');
    await rename(join(folder, 'Plain.gguf'), join(folder, 'data', 'models', 'Plain.gguf'));
    expect((await run('list')).out).toMatch(new RegExp(`Plain .*${problem}`, 'u'));
    expect((await run('show', 'Plain')).out).toContain(problem);
    expect(await run('use', 'Plain')).toMatchObject({ code: 1, err: expect.stringContaining(problem) });

    expect(await run('pull', 'v3')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not served: it is not of the R1 format'),
    });
    expect((await run('list', '--all')).out).toMatch(/v2-lite-chat:Q4_K_M .*not served/u);
    expect((await run('show', 'v2-lite-chat')).out).toMatch(/Get it +not served/u);
  });

  it('pull takes any file of a mirror named by HF_ENDPOINT and says which hosts it may talk to', async () => {
    const mirror = await startMirror([{ name: 'org/repo/sub/Tiny.gguf', bytes: model }]);
    try {
      env.HF_ENDPOINT = mirror.endpoint;
      env.HF_TOKEN = 'hf_secret';
      const pulled = await run('pull', 'org/repo/sub/Tiny.gguf');
      expect(pulled).toMatchObject({ code: 0, out: expect.stringContaining('pinned now') });
      expect(pulled.err).toContain(`may connect to: ${mirror.host}.`);
      expect(pulled.err).toMatch(/100%/u);
      expect(pulled.out + pulled.err).not.toContain('hf_secret');
      expect(await installed()).toEqual(['Tiny']);
    } finally {
      await mirror.close();
    }
  });

  it('pull takes a variable that is set to nothing as not set', async () => {
    const mirror = await startMirror([{ name: 'org/repo/Tiny.gguf', bytes: model }]);
    try {
      env.HF_TOKEN = '';
      env.HF_ENDPOINT = '';
      expect(await run('pull', 'org/repo/Tiny.gguf', '--from', mirror.endpoint)).toMatchObject({ code: 0 });
      expect(mirror.requests.every((request) => request.authorization === null)).toBe(true);
      expect(await run('pull', 'nothing-known')).toMatchObject({
        code: 1,
        err: expect.stringContaining('no model "nothing-known"'),
      });
    } finally {
      await mirror.close();
    }
  });

  it('pull refuses a file that is not the one the catalogue knows', async () => {
    const path = 'DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf';
    const mirror = await startMirror([
      { name: `unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF/${path}`, bytes: model },
    ]);
    try {
      const refused = await run('pull', 'r1-distill-qwen-1.5b', '--from', mirror.endpoint);
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('--accept-new-checksum') });
      const taken = await run(
        'pull',
        'r1-distill-qwen-1.5b',
        '--from',
        mirror.endpoint,
        '--accept-new-checksum',
      );
      expect(taken.code).toBe(0);
      const shown = await run('show', path.replace('.gguf', ''));
      expect(shown.out).toMatch(
        /calls itself DeepSeek-R1-Distill-Qwen-1\.5B .* but has the shape of no catalogue model/u,
      );
    } finally {
      await mirror.close();
    }
  });

  it('list --all shows the catalogue with what fits, as text and as JSON', async () => {
    expect((await run('list', '--all')).out).toMatch(
      /r1:Q4_K_M\s+DeepSeek-R1\s+671\.0 B\s+Q4_K_M\s+404 GB\s+does not fit/u,
    );
    const { models } = JSON.parse((await run('list', '--all', '--json')).out);
    expect(models.find((row: { id: string }) => row.id === 'r1-distill-qwen-1.5b:Q4_K_M')).toMatchObject({
      bytes: 1_117_320_576,
    });
  });

  it('show explains a model of the catalogue before it is here', async () => {
    const { out } = await run('show', 'r1-distill-llama-8b:Q8_0');
    expect(out).toMatch(/a distill, not DeepSeek-R1 itself/u);
    expect(out).toMatch(/Get it\s+stillroom models pull r1-distill-llama-8b:Q8_0/u);
  });

  it.each([
    [['frobnicate'], 'Unknown command'],
    [['constructor'], 'Unknown command'],
    [['show'], 'needs a name'],
    [['list', 'x'], 'takes 0 name'],
    [['list', '--from', 'x'], 'has no option --from'],
    [['pull', '--nonsense'], 'Unknown option'],
    [[], 'Usage'],
  ])('answers wrong usage %j with exit code 2', async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  it.each([
    [['show', 'gpt-5'], 'no model "gpt-5" in the catalogue'],
    [['use', 'absent'], 'There is none yet'],
    [['pull', 'r1-distill-qwen-7b:Q1'], 'Known: Q4_K_M, Q6_K, Q8_0'],
    [['pull', 'org/repo/demo.gguf'], '"demo" can'],
    [['pull', 'org/repo/x-00001-of-00000.gguf'], 'a model has 1 to 1000'],
    [['pull', 'org/repo/x-00001-of-99999.gguf'], 'a model has 1 to 1000'],
    [['import', 'absent.gguf'], 'no file at'],
    [['pull', 'r1', '--from', 'ftp://x'], 'not an http or https address'],
  ])('answers %j with exit code 1 and the reason', async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(message) });
  });
});

describe('progress', () => {
  it('on a terminal redraws one line with bar, speed and time left', () => {
    let text = '';
    let clock = 0;
    const io = { err: (piece: string) => (text += piece), isTerminal: true, columns: 100 };
    const progress = createProgress(io, 'pull ', () => clock);
    progress.update(0, 100e6);
    clock = 2000;
    progress.update(20e6, 100e6);
    expect(text.split('\r\u001b[K').at(-1)).toMatch(
      /^pull \[█+░+\] 20% {2}20 MB of 100 MB {2}10 MB\/s {2}8 s left$/u,
    );
    progress.finish();
    expect(text.endsWith('\n')).toBe(true);
  });

  it('does not count bytes of an earlier pull as speed', () => {
    let text = '';
    let clock = 0;
    const progress = createProgress(
      { err: (piece: string) => (text += piece), isTerminal: true, columns: 100 },
      '',
      () => clock,
    );
    progress.update(50e6, 100e6, 50e6);
    clock = 1000;
    progress.update(60e6, 100e6, 50e6);
    expect(text.split('\r').at(-1)).toContain('10 MB/s  4 s left');
  });

  it('elsewhere writes a line every ten seconds', () => {
    const lines: string[] = [];
    let clock = 0;
    const progress = createProgress(
      { err: (line: string) => lines.push(line), isTerminal: false, columns: 80 },
      'x',
      () => clock,
    );
    for (clock = 0; clock < 30_000; clock += 500) progress.update(clock, 30_000);
    progress.finish();
    expect(lines).toHaveLength(4);
    expect(lines.every((line) => line.endsWith('\n') && !line.includes('\u001b'))).toBe(true);
  });
});
