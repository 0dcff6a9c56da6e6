import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sourcesHash } from '../../web/build/sources.ts';

const web = join(import.meta.dirname, '../../web');
const dist = join(web, 'dist');

/** Compressed bytes may differ between machines, what they hold may not. */
function content(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function files(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1), content(path).toString('base64')]).sort(),
  );
}

test('web/dist says it was built from the sources beside it', () => {
  const { sha256 } = JSON.parse(readFileSync(join(dist, 'sources.json'), 'utf8'));
  expect(sha256, 'web/ has changed since web/dist was built: run `npm run build` and commit it').toBe(
    sourcesHash(),
  );
});

test('building again gives the very same files', async () => {
  // Vitest runs as "test", which Vite would build into the bundle.
  vi.stubEnv('NODE_ENV', 'production');
  const outDir = mkdtempSync(join(tmpdir(), 'stillroom-dist-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(outDir, { recursive: true });
  });
  await build({ configFile: join(web, 'vite.config.ts'), logLevel: 'error', build: { outDir } });
  expect(Object.keys(files(outDir))).toEqual(Object.keys(files(dist)));
  expect(files(outDir)).toEqual(files(dist));
});

test('every script and style sheet has its compressed twin', () => {
  const built = files(dist);
  const assets = Object.keys(built).filter((path) => path.startsWith('assets') && !path.endsWith('.gz'));
  expect(assets.length).toBeGreaterThan(1);
  for (const path of assets) expect(built[`${path}.gz`]).toBe(built[path]);
});

test('the first load stays below 60 kB compressed', () => {
  const loaded = Object.entries(files(dist)).filter(([path]) => /\.(html|js|css|svg)$/.test(path));
  const bytes = loaded.reduce((sum, [, content]) => sum + gzipSync(Buffer.from(content, 'base64')).length, 0);
  expect(bytes).toBeLessThan(60_000);
});

test('no file of it names another origin', () => {
  const foreign = Object.entries(files(dist)).flatMap(([path, content]) =>
    [
      ...Buffer.from(content, 'base64')
        .toString('utf8')
        .matchAll(/\b(?:https?:)?\/\/[a-z0-9-]+\.[a-z][a-z0-9.-]+/gi),
    ].map(([address]) => `${path}: ${address}`),
  );
  // Nothing is ever loaded from them: XML namespaces, where marked wants its bugs reported, and the link a person may
  // click to see whether the browser's own network is closed.
  const names = [/: http:\/\/www\.w3\.org$/, /: https:\/\/github\.com$/, /: https:\/\/chat\.deepseek\.com$/];
  expect(foreign.filter((entry) => !names.some((name) => name.test(entry)))).toEqual([]);
});
