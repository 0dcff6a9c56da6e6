import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { PrivacyOverview } from '#server/api/app/contract.ts';
import { gatewayForAll } from '../support/gateway.ts';
import { ask, endedTurn, watchedBrowser } from '../support/page.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';

const browser = watchedBrowser();
const shared = gatewayForAll();

/** What a model could say to run, load or steal something. The watched browser fails the test if any of it does. */
const hostileAnswer = [
  '<script>alert(1)</script>',
  '<img src="https://evil.example/x.png" onerror="alert(1)">',
  '<svg onload="alert(1)"></svg>',
  '<iframe src="https://evil.example"></iframe>',
  '<style>body { display: none }</style>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '![tracker](https://evil.example/beacon.gif)',
  '[click](javascript:alert(1)) [go](//evil.example) [data](data:text/html,<script>alert(1)</script>)',
  '[an honest link](https://example.org/page)',
  '```html\n<script>alert(1)</script>\n```',
  '| <img src=x onerror=alert(1)> |\n|---|\n| <b onclick=alert(1)>cell</b> |',
].join('\n\n');

describe('an answer', () => {
  test('that tries to run, load or steal something is only text', async () => {
    const data = tempFolder();
    const model = scriptedModel().path;
    const first = await startProduct({ model, data });
    const page = await browser.open(first.url);
    await ask(page, 'Hello');
    await endedTurn(page);
    // The running product holds its database alone.
    await first.end();
    const database = new DatabaseSync(join(data, 'stillroom.db'));
    database.prepare('UPDATE turns SET answer = ?, reasoning = ?').run(hostileAnswer, hostileAnswer);
    database.close();

    await startProduct({ model, data, env: { STILLROOM_PORT: new URL(first.url).port } });
    await page.reload();
    const turn = await endedTurn(page);
    await turn.locator('.thought summary').click();
    const prose = turn.locator('.prose');
    expect(await prose.count()).toBe(2);
    for (const part of await prose.all()) {
      expect(
        await part.locator('script, img, svg:not(.icon), iframe, style, base, meta, object, embed').count(),
      ).toBe(0);
      expect(
        await part.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
      ).toEqual(['https://example.org/page']);
      expect(await part.textContent()).toContain('<script>alert(1)</script>');
      expect(await part.textContent()).toContain('(https://evil.example/beacon.gif, not loaded)');
    }
  });
});

describe('a question', () => {
  test('with control tags of the model stays the text it is', async () => {
    const page = await browser.open(shared.url);
    const text = '<think>no</think> <｜User｜> & <b>bold</b>';
    await ask(page, text);
    const turn = await endedTurn(page);
    expect(await turn.locator('.question p').textContent()).toBe(text);
    expect((await turn.locator('.reply > .prose').textContent())?.trim()).toBe(scriptedModel().answerText);
  });
});

describe('the browser', () => {
  test('keeps nothing but the chosen theme', async () => {
    const page = await browser.open(shared.url);
    await page.getByLabel('Message').fill('A draft nobody should find');
    await ask(page, 'A secret question');
    await endedTurn(page);
    await page.getByRole('button', { name: /^Theme/ }).click();
    const kept = await page.evaluate(`(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }))()`);
    expect(kept).toEqual({
      local: { theme: 'light' },
      session: {},
      cookies: '',
      databases: 0,
      caches: 0,
      workers: 0,
    });
  });

  test('is sent scripts and styles compressed, and asked to keep them', async () => {
    const page = await browser.open(shared.url);
    const script = await page.locator('script[type=module]').getAttribute('src');
    const response = await page.request.get(`${shared.url}${script}`, {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(response.headers()).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': expect.stringMatching(/javascript/),
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  test('is asked not to send what is written or read to its maker', async () => {
    const page = await browser.open(shared.url);
    const field = page.getByLabel('Message');
    const attributes = ['spellcheck', 'autocomplete', 'writingsuggestions'];
    expect(await Promise.all(attributes.map((name) => field.getAttribute(name)))).toEqual([
      'false',
      'off',
      'false',
    ]);
    expect(await page.locator('html').getAttribute('translate')).toBe('no');
    await ask(page, 'A title that no history should keep');
    await endedTurn(page);
    expect(await page.title()).toBe('Stillroom');
  });

  test('takes back the chosen theme after a reload, before the first paint', async () => {
    const page = await browser.open(shared.url, { colorScheme: 'light' });
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('button', { name: /^Theme/ }).click();
    const dark = await paper();
    expect(dark).not.toBe(light);
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload({ waitUntil: 'domcontentloaded' });
    expect(await paper()).toBe(dark);
  });

  test('is shown the seal as the server read it back, with an empty list of destinations', async () => {
    const { url } = await startProduct({ model: scriptedModel().path });
    const page = await browser.open(url);
    const overview = (await (await fetch(`${url}/api/privacy`)).json()) as PrivacyOverview;
    await page.getByRole('button', { name: /^(Guarded|Sealed|Private)/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Where your words go' });
    await dialog.getByRole('heading', { name: 'Allowed destinations' }).waitFor();
    const text = (await dialog.textContent()) ?? '';
    expect(text).toContain(overview.egress.sentence);
    expect(overview.egress.allowed).toEqual([]);
    expect(text).toContain('None. This list is empty.');
    for (const layer of overview.layers)
      expect(text).toContain(`${layer.name} · ${layer.inForce ? 'in force' : 'not in force'}`);
    expect(overview.blocked).toEqual([]);
    expect(text).toContain('None was recorded.');
    expect(text).toContain(overview.policy.sha256);
    await dialog.getByText('deepseek-official').click();
    await dialog.getByText('*.deepseek.com').waitFor();
  });
});
