/** The whole way with nothing replaced: an installed product builds its engine, runs it sealed, and takes it away again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withoutNetwork } from '#server/cli/engine/library-tool.ts';
import { engineFolders, readBuildRecord, writeBuildRecord } from '#server/engine/native-build.ts';
import { type Product, startProduct } from '../support/product.ts';

const checkout = join(import.meta.dirname, '../..');
const parts = ['bin', 'server', 'policies', 'models', 'web/dist', 'package.json'];

/** What `npm ci --omit=dev` would install, in a folder of its own: the build changes its node_modules. */
function installProduct(root: string): void {
  const lock = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8'));
  const modules = Object.entries<{ dev?: boolean }>(lock.packages).flatMap(([path, { dev }]) =>
    path.startsWith('node_modules') && dev !== true ? [path] : [],
  );
  for (const part of [...parts, ...modules]) {
    const from = join(checkout, part);
    if (existsSync(from) && !existsSync(join(root, part)))
      cpSync(from, join(root, part), { recursive: true });
  }
}

const env = { STILLROOM_GPU: 'off', STILLROOM_LOG: 'info' };

async function engineCommand(root: string, args: string[]) {
  const child = spawn(process.execPath, [join(root, 'bin/stillroom.mjs'), 'engine', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

/** The engine's line in the log, and the native files that its process holds. */
function engineOf(product: Product) {
  const line = product
    .output()
    .split('\n')
    .findLast((text) => text.includes('engine is ready'));
  const { build, pid } = JSON.parse(line ?? '{}');
  return { build, maps: readFileSync(`/proc/${pid}/maps`, 'utf8') };
}

async function answer({ url }: Product): Promise<string> {
  const listed = await fetch(`${url}/v1/models`);
  const { data } = (await listed.json()) as { data: { id: string }[] };
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: data[0]?.id,
      messages: [{ role: 'user', content: 'What is 17 + 25?' }],
      temperature: 0,
    }),
  });
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content ?? '';
}

describe('stillroom engine build', () => {
  const root = mkdtempSync(join(tmpdir(), 'stillroom-build-test-'));
  installProduct(root);
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const folders = engineFolders(join(root, 'node_modules/node-llama-cpp/package.json'));

  it('builds without network, compares and keeps the faster', async () => {
    const { code, out, err } = await engineCommand(root, ['build', '--model', 'demo']);
    expect(code, err).toBe(0);
    if (withoutNetwork().length > 0) expect(err).toContain('Network: none');
    expect(err).toMatch(/Compiling 100%/);
    expect(out).toMatch(/^The native build is \d+\.\d\d× as fast as the prebuilt on stillroom-demo\.gguf/);
    const { out: status } = await engineCommand(root, ['status', '--json']);
    const { runs, problem, record } = JSON.parse(status);
    expect(problem).toBeNull();
    expect(runs).toBe(record.use);
    expect(record.trial.rounds).toBeGreaterThanOrEqual(3);
    expect(existsSync(folders.source)).toBe(false);
  });

  it('runs the build in the sealed engine process, with OpenMP, and answers as the prebuilt does', async () => {
    const product = await startProduct({ root, env: { ...env, STILLROOM_ENGINE: 'native' } });
    const { build, maps } = engineOf(product);
    expect(build.kind).toBe('native');
    expect(maps).toContain('localBuilds');
    expect(maps).toMatch(/lib(gomp|omp)[.-]/);
    expect(product.output()).toContain('Network: sealed');
    const said = await answer(product);
    expect(await product.end()).toBe(0);
    const other = await startProduct({ root, env: { ...env, STILLROOM_ENGINE: 'prebuilt' } });
    expect(engineOf(other).maps).not.toContain('localBuilds');
    expect(said).toBe(await answer(other));
    await other.end();
  });

  it('runs the prebuilt and warns when the processor is not the one it was made for', async () => {
    const record = readBuildRecord(folders);
    if (record === null) throw new Error('there is no record');
    const { processor } = record;
    writeBuildRecord(folders, {
      ...record,
      use: 'native',
      processor: { ...processor, features: [...processor.features, 'avx9000'] },
    });
    const product = await startProduct({ root, env });
    const { build, maps } = engineOf(product);
    expect(build).toMatchObject({
      kind: 'prebuilt',
      degraded: true,
      why: expect.stringContaining('avx9000'),
    });
    expect(maps).not.toContain('localBuilds');
    expect(product.output()).toContain('the native engine build does not run');
    await product.end();
    writeBuildRecord(folders, record);
  });

  it('is removed by clean, and the prebuilt runs as before', async () => {
    const { out } = await engineCommand(root, ['clean']);
    expect(out).toMatch(/Removed the native build: \d+ MB are free again/);
    const product = await startProduct({ root, env });
    expect(engineOf(product).build).toMatchObject({ kind: 'prebuilt', why: 'no native build was made' });
    expect(await answer(product)).not.toBe('');
  });
});
