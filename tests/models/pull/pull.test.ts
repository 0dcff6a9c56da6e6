import { execFile, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listModels } from '#models/library.ts';
import { hostsNeeded } from '#models/pull/hub.ts';
import { type PullProgress, type PullRequest, pullModel } from '#models/pull/pull.ts';
import { buildGguf } from '../../support/gguf-builder.ts';
import { type Mirror, type MirrorFile, startMirror } from '../../support/model-mirror.ts';
import { tinyModel, tinyWithoutThoughts } from '../../support/tiny-models.ts';

const segmentBytes = 64 * 1024;
const fileName = 'Tiny-Q8_0.gguf';
const stored = `org/tiny-gguf/${fileName}`;

/** A sound model of about a megabyte: the tiny one with ballast, so that there are many segments. */
function modelBytes(): Buffer {
  const spec = tinyModel();
  const ballast = Buffer.alloc(1_000_000);
  for (let i = 0; i < ballast.length; i += 4) ballast.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
  spec.tensors.push({ name: 'ballast.weight', shape: [250_000], data: ballast });
  return buildGguf(spec);
}

const model = modelBytes();
const sha256 = createHash('sha256').update(model).digest('hex');

let folder: string;
let models: string;
let mirrors: Mirror[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pull-'));
  models = join(folder, 'models');
  mirrors = [];
});
afterEach(async () => {
  for (const mirror of mirrors) await mirror.close();
  await rm(folder, { recursive: true, force: true });
});

async function mirrorOf(file: Partial<MirrorFile> = {}): Promise<Mirror> {
  const mirror = await startMirror([{ name: stored, bytes: model, ...file }]);
  mirrors.push(mirror);
  return mirror;
}

function pullFrom(mirror: Mirror, change: Partial<PullRequest> = {}) {
  return pullModel({
    modelsFolder: models,
    endpoint: mirror.endpoint,
    grant: { hosts: hostsNeeded(mirror.endpoint), token: null },
    revision: 'main',
    file: { repository: 'org/tiny-gguf', paths: [fileName], sha256: null },
    signal: new AbortController().signal,
    onProgress: () => {},
    segmentBytes,
    retryDelayMs: 1,
    ...change,
  });
}

/** Nothing half-done is ever a model. */
async function nothingListed(): Promise<void> {
  expect(await listModels(models)).toEqual([]);
}

describe('a pull', () => {
  it('ends with the very file, checked and listed, and its checksum pinned from the hub', async () => {
    const mirror = await mirrorOf();
    const pulled = await pullFrom(mirror);
    expect((await readFile(pulled.path)).equals(model)).toBe(true);
    expect(pulled.manifest).toMatchObject({
      pinned: 'hub',
      files: [{ name: fileName, bytes: model.length, sha256 }],
    });
    expect((await listModels(models)).map((found) => found.id)).toEqual(['Tiny-Q8_0']);
    expect(await readdir(join(models, '.incoming'))).toEqual([]);
  });

  it('fetches parts in parallel and reports every byte once', async () => {
    const mirror = await mirrorOf();
    const seen: PullProgress[] = [];
    await pullFrom(mirror, { onProgress: (progress) => seen.push({ ...progress }) });
    const ranges = mirror.requests.filter(
      (request) => request.path.startsWith('/storage/') && request.method === 'GET',
    );
    expect(ranges.length).toBe(Math.ceil(model.length / segmentBytes));
    expect(new Set(ranges.map((request) => request.range)).size).toBe(ranges.length);
    expect(seen.at(-1)).toMatchObject({
      phase: 'checking',
      doneBytes: model.length,
      totalBytes: model.length,
      resumedBytes: 0,
    });
  });

  it('takes a model in several parts as one', async () => {
    const spec = tinyModel();
    const split = (no: number): typeof spec.metadata => [
      ['split.no', { type: 'u16', value: no }],
      ['split.count', { type: 'u16', value: 2 }],
      ['split.tensors.count', { type: 'i32', value: spec.tensors.length }],
    ];
    const names = ['Tiny-00001-of-00002.gguf', 'Tiny-00002-of-00002.gguf'];
    const mirror = await startMirror([
      {
        name: `org/tiny/sub/${names[0]}`,
        bytes: buildGguf({ metadata: [...spec.metadata, ...split(0)], tensors: spec.tensors.slice(0, 4) }),
      },
      {
        name: `org/tiny/sub/${names[1]}`,
        bytes: buildGguf({ metadata: split(1), tensors: spec.tensors.slice(4) }),
      },
    ]);
    mirrors.push(mirror);
    const pulled = await pullFrom(mirror, {
      file: { repository: 'org/tiny', paths: names.map((name) => `sub/${name}`), sha256: null },
    });
    expect(pulled.id).toBe('Tiny');
    expect(pulled.manifest?.files.map((file) => file.name)).toEqual(names);
  });

  it('works from a plain mirror without checksums and pins what arrived first', async () => {
    const mirror = await mirrorOf();
    mirror.storageOrigin = null;
    const pulled = await pullFrom(mirror);
    expect(pulled.manifest).toMatchObject({ pinned: 'first-use', files: [{ sha256 }] });
  });

  it('works from a mirror that knows no ranges', async () => {
    const mirror = await mirrorOf();
    mirror.ranges = false;
    expect((await pullFrom(mirror)).bytes).toBe(model.length);
  });

  it('sends the token to the mirror and to no storage host', async () => {
    const storage = await mirrorOf();
    const mirror = await mirrorOf();
    mirror.token = 'hf_secret';
    mirror.storageOrigin = storage.endpoint;
    await pullFrom(mirror, { grant: { hosts: [mirror.host, storage.host], token: 'hf_secret' } });
    expect(mirror.requests.every((request) => request.authorization === 'Bearer hf_secret')).toBe(true);
    expect(storage.requests.length).toBeGreaterThan(1);
    expect(storage.requests.every((request) => request.authorization === null)).toBe(true);
  });

  it('tries a broken connection again', async () => {
    const mirror = await mirrorOf();
    let broken = 0;
    mirror.hook = (request, response) => {
      if (!request.path.startsWith('/storage/') || broken >= 3) return false;
      broken++;
      response.socket?.destroy();
      return true;
    };
    expect((await pullFrom(mirror)).bytes).toBe(model.length);
    expect(broken).toBe(3);
  });

  it('waits as long as a busy hub asks', async () => {
    const mirror = await mirrorOf();
    const heads: number[] = [];
    mirror.hook = (request, response) => {
      if (request.method !== 'HEAD') return false;
      heads.push(performance.now());
      if (heads.length > 1) return false;
      response.writeHead(429, { 'retry-after': '1' }).end();
      return true;
    };
    await pullFrom(mirror);
    const [first = 0, second = 0] = heads;
    expect(second - first).toBeGreaterThan(950);
  });

  it('gives up after some tries, with the reason', async () => {
    const mirror = await mirrorOf();
    mirror.hook = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'hub_error',
      message: expect.stringContaining('(503)'),
    });
    expect(mirror.requests).toHaveLength(5);
  });
});

describe('a pull is refused', () => {
  it('when the hub redirects to a host that was not granted, before a byte is fetched there', async () => {
    const elsewhere = await mirrorOf();
    const mirror = await mirrorOf();
    mirror.storageOrigin = elsewhere.endpoint;
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'not_granted',
      message: expect.stringContaining(`--allow-host ${elsewhere.host}`),
    });
    expect(elsewhere.requests).toEqual([]);
    await nothingListed();
  });

  it('when the host changes only for the contents', async () => {
    const elsewhere = await mirrorOf();
    const mirror = await mirrorOf();
    mirror.hook = (request, response) => {
      if (request.method === 'HEAD' || request.path.startsWith('/storage/')) return false;
      response.writeHead(302, { location: `${elsewhere.endpoint}/storage/${stored}` }).end();
      return true;
    };
    await expect(pullFrom(mirror)).rejects.toMatchObject({ code: 'not_granted' });
    expect(elsewhere.requests).toEqual([]);
  });

  it('without the right token', async () => {
    const mirror = await mirrorOf();
    mirror.token = 'hf_right';
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('HF_TOKEN'),
    });
    const wrong = { hosts: [mirror.host], token: 'hf_wrong' };
    const error = await pullFrom(mirror, { grant: wrong }).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'unauthorized' });
    expect(String(error)).not.toContain('hf_wrong');
  });

  it('when the file is not there', async () => {
    const mirror = await mirrorOf({ name: 'org/other/file.gguf' });
    await expect(pullFrom(mirror)).rejects.toMatchObject({ code: 'not_found' });
    await nothingListed();
  });

  it('when a byte arrives corrupted, and what arrived is deleted', async () => {
    const corrupt = Buffer.from(model);
    corrupt[500_000] = (corrupt[500_000] ?? 0) ^ 1;
    const mirror = await mirrorOf({ bytes: corrupt, sha256 });
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'wrong_checksum',
      message: expect.stringContaining('arrived damaged'),
    });
    await nothingListed();
    expect(await readdir(join(models, '.incoming', 'Tiny-Q8_0'))).toEqual([]);
  });

  it('when the hub has replaced the file that the catalogue knows', async () => {
    const mirror = await mirrorOf();
    const known = { repository: 'org/tiny-gguf', paths: [fileName], sha256: 'a'.repeat(64) };
    await expect(pullFrom(mirror, { file: known })).rejects.toThrow(/--accept-new-checksum/u);
  });

  it.each([
    ['shorter', -1000],
    ['longer', 1000],
  ])('when the file is %s than announced', async (_what, difference) => {
    const mirror = await mirrorOf({ claimedBytes: model.length + difference });
    await expect(pullFrom(mirror)).rejects.toMatchObject({ code: 'wrong_size' });
    await nothingListed();
  });

  it('when what the hub serves is no model, checksum or not', async () => {
    const mirror = await mirrorOf({ bytes: Buffer.from('<!DOCTYPE html><title>Sign in</title>'.repeat(50)) });
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'unusable',
      message: expect.stringContaining('web page'),
    });
    await nothingListed();
    expect(await readdir(join(models, '.incoming'))).toEqual([]);
  });

  it('when what the hub serves is a model of another format', async () => {
    const mirror = await mirrorOf({ bytes: buildGguf(tinyWithoutThoughts()) });
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'unusable',
      message: expect.stringMatching(/deleted.*no token "<think>"/u),
    });
    await nothingListed();
  });

  it('when the model is here already', async () => {
    const mirror = await mirrorOf();
    await pullFrom(mirror);
    await expect(pullFrom(mirror)).rejects.toMatchObject({ code: 'exists' });
  });

  it('not when only a broken remainder of the model is there', async () => {
    const mirror = await mirrorOf();
    const pulled = await pullFrom(mirror);
    await rm(pulled.path);
    await nothingListed();
    expect((await readFile((await pullFrom(mirror)).path)).equals(model)).toBe(true);
    expect(await readdir(join(models, '.incoming'))).toEqual([]);
  });

  it.each([
    ['demo', ['demo.gguf']],
    ['nothing', []],
  ])('when the model would be called %s, and other pulls can go on', async (_name, paths) => {
    const mirror = await mirrorOf();
    const half = join(models, '.incoming', 'Half');
    await mkdir(half, { recursive: true });
    const file = { repository: 'org/tiny-gguf', paths, sha256: null };
    await expect(pullFrom(mirror, { file })).rejects.toMatchObject({ code: 'bad_source' });
    expect(mirror.requests).toEqual([]);
    expect(await readdir(join(models, '.incoming'))).toEqual(['Half']);
  });

  it('when another pull of the same model runs, and the first one finishes', async () => {
    const mirror = await mirrorOf();
    const held = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    mirror.hook = async (request) => {
      if (!request.path.startsWith('/storage/')) return false;
      asked.resolve();
      await held.promise;
      return false;
    };
    const first = pullFrom(mirror);
    await asked.promise;
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining(String(process.pid)),
    });
    held.resolve();
    expect((await first).bytes).toBe(model.length);
  });

  it('before it begins when the disk has no room', async () => {
    const mirror = await mirrorOf({ claimedBytes: 2 ** 50 });
    await expect(pullFrom(mirror)).rejects.toMatchObject({
      code: 'disk_full',
      message: expect.stringContaining('are free'),
    });
    expect(mirror.requests.some((request) => request.path.startsWith('/storage/'))).toBe(false);
  });
});

describe('an interrupted pull', () => {
  it('killed with SIGKILL goes on where it was and ends with the very file', async () => {
    const mirror = await mirrorOf();
    let served = 0;
    const enough = Promise.withResolvers<void>();
    mirror.hook = async (request) => {
      if (!request.path.startsWith('/storage/')) return false;
      served++;
      if (served <= 6) return false;
      enough.resolve();
      await new Promise(() => {});
      return true;
    };
    const child = fork(
      new URL('./pull-process.ts', import.meta.url),
      [models, mirror.endpoint, String(segmentBytes)],
      { stdio: 'ignore' },
    );
    await enough.promise;
    child.kill('SIGKILL');
    await once(child, 'exit');
    await nothingListed();

    mirror.hook = null;
    mirror.requests.length = 0;
    let resumed = 0;
    const pulled = await pullFrom(mirror, { onProgress: (progress) => (resumed = progress.resumedBytes) });
    expect((await readFile(pulled.path)).equals(model)).toBe(true);
    expect(resumed).toBeGreaterThanOrEqual(3 * segmentBytes);
    const again = mirror.requests.filter(
      (request) => request.range !== null && request.path.startsWith('/storage/'),
    );
    expect(again.length).toBe(Math.ceil((model.length - resumed) / segmentBytes));
  });

  it('never writes into a file that an import linked and left when it was killed', async () => {
    const original = join(folder, 'original.gguf');
    const left = join(models, '.incoming', 'Tiny-Q8_0');
    await writeFile(original, 'the only copy');
    await mkdir(left, { recursive: true });
    await link(original, join(left, fileName));
    const pulled = await pullFrom(await mirrorOf());
    expect((await readFile(pulled.path)).equals(model)).toBe(true);
    expect(await readFile(original, 'utf8')).toBe('the only copy');
  });

  it('begins anew when the hub has another file in between', async () => {
    const mirror = await mirrorOf();
    const stop = new AbortController();
    mirror.hook = (request) => {
      if (request.range !== null && mirror.requests.length > 8) stop.abort();
      return false;
    };
    await expect(pullFrom(mirror, { signal: stop.signal })).rejects.toMatchObject({ code: 'interrupted' });
    await nothingListed();

    const other = modelBytes();
    other[other.length - 5] = (other.at(-5) ?? 0) ^ 1;
    const replaced = await mirrorOf({ bytes: other });
    const pulled = await pullFrom(replaced);
    expect((await readFile(pulled.path)).equals(other)).toBe(true);
  });

  it('notices when a byte on disk changed while it was interrupted', async () => {
    const mirror = await mirrorOf();
    const stop = new AbortController();
    mirror.hook = (request) => {
      if (request.range !== null && mirror.requests.length > 12) stop.abort();
      return false;
    };
    await expect(pullFrom(mirror, { signal: stop.signal })).rejects.toMatchObject({ code: 'interrupted' });
    const partial = join(models, '.incoming', 'Tiny-Q8_0', fileName);
    const bytes = await readFile(partial);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    await writeFile(partial, bytes);
    mirror.hook = null;
    await expect(pullFrom(mirror)).rejects.toMatchObject({ code: 'wrong_checksum' });
    expect((await pullFrom(mirror)).bytes).toBe(model.length);
  });
});

describe('a full disk', () => {
  const run = promisify(execFile);

  it('in the middle of a pull keeps what arrived, lists nothing, and lets the pull go on after space was freed', async ({
    skip,
  }) => {
    const small = join(folder, 'small');
    await mkdir(small);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', small]).then(
      () => true,
      () => false,
    );
    if (!mounted) skip('mounting a small disk needs root');
    try {
      const mirror = await mirrorOf();
      const filler = join(small, 'filler');
      mirror.hook = async (request) => {
        const inTheMiddle = mirror.requests.filter((seen) => seen.range !== null).length === 6;
        if (inTheMiddle && request.range !== null)
          await run('sh', ['-c', `dd if=/dev/zero of=${filler} bs=64k 2>/dev/null; true`]);
        return false;
      };
      const modelsFolder = join(small, 'models');
      await expect(pullFrom(mirror, { modelsFolder })).rejects.toMatchObject({ code: 'disk_full' });
      expect(await listModels(modelsFolder)).toEqual([]);
      await rm(filler);
      mirror.hook = null;
      let resumed = 0;
      const pulled = await pullFrom(mirror, {
        modelsFolder,
        onProgress: (progress) => (resumed = progress.resumedBytes),
      });
      expect(resumed).toBeGreaterThan(0);
      expect((await stat(pulled.path)).size).toBe(model.length);
    } finally {
      await run('umount', [small]);
    }
  });
});

describe('the grant of a pull', () => {
  it('names exactly the hub and its storage hosts', () => {
    expect(hostsNeeded('https://huggingface.co')).toContain('huggingface.co');
    expect(
      hostsNeeded('https://huggingface.co').every((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/u.test(host)),
    ).toBe(true);
  });

  it('of a mirror names the mirror alone, and what an administrator added', () => {
    expect(hostsNeeded('https://mirror.example.org:8443/hf')).toEqual(['mirror.example.org:8443']);
    expect(hostsNeeded('https://mirror.example.org', ['Store.Example.org'])).toEqual([
      'mirror.example.org',
      'store.example.org',
    ]);
  });

  it.each([
    'ftp://mirror',
    'https://user:pass@mirror.example.org',
    'mirror',
    'https://mirror.example.org/?x=1',
  ])('refuses %s', (address) => {
    expect(() => hostsNeeded(address)).toThrow();
  });
});
