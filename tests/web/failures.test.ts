import type { Page, WebSocketRoute } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { ask, endedTurn, watchedBrowser } from '../support/page.ts';
import { type Product, startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';

const browser = watchedBrowser();
const slow = { layers: 4, feedForward: 3072 };

function readyLines(product: Product): string[] {
  const lines = product.output().split('\n');
  return lines.filter((line) => line.includes('engine is ready'));
}

/** Process id of the engine child that was started last, from the log. */
function enginePid(product: Product): number {
  return (JSON.parse(readyLines(product).at(-1) ?? '{}') as { pid: number }).pid;
}

async function answerOf(page: Page, index = 0): Promise<string | undefined> {
  return (await (await endedTurn(page, index)).locator('.reply > .prose').textContent())?.trim();
}

describe('when something breaks', () => {
  test('a connection lost in the middle of an answer costs nothing of it', async () => {
    const model = scriptedModel({ thought: 20, answer: 200, ...slow });
    const { url } = await startTestGateway({ thought: 20, answer: 200, ...slow });
    const page = await browser.open(url);
    const sockets: WebSocketRoute[] = [];
    await page.routeWebSocket('**/api/ws', (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await page.reload();
    await ask(page, 'Hello');
    await page.locator('.reply > .prose', { hasText: model.answerWords[10] ?? '' }).waitFor();
    await sockets[0]?.close();
    expect(await answerOf(page)).toBe(model.answerText);
    expect(sockets.length).toBeGreaterThan(1);
  });

  test('kill -9 of the engine shows what happened, and the next question is answered', async () => {
    const model = scriptedModel({ thought: 5, answer: 400, ...slow });
    const product = await startProduct({ model: model.path });
    const page = await browser.open(product.url);
    await ask(page, 'Hello');
    await page.locator('.reply > .prose', { hasText: model.answerWords[10] ?? '' }).waitFor();
    process.kill(enginePid(product), 'SIGKILL');

    await page.locator('.banner', { hasText: 'The engine is restarting' }).waitFor();
    const card = page.locator('.error-card');
    await card.waitFor();
    expect(await card.textContent()).toMatch(/engine/i);
    const kept = await page.locator('.turn').first().locator('.reply > .prose').textContent();
    expect(kept).toContain(model.answerWords[10]);

    await card.getByRole('button', { name: 'Try again' }).click();
    expect(await answerOf(page, 1)).toBe(model.answerText);
    expect(await page.locator('.banner').count()).toBe(0);
  });

  test('an engine that crashes again and again is left alone, and the page says why', async () => {
    const product = await startProduct({ model: scriptedModel().path });
    const page = await browser.open(product.url);
    for (let starts = 1; starts <= 3; starts += 1) {
      await expect.poll(() => readyLines(product).length, { timeout: 60_000 }).toBe(starts);
      process.kill(enginePid(product), 'SIGSEGV');
    }
    const banner = page.locator('.banner.failure');
    await banner.waitFor();
    expect(await banner.textContent()).toMatch(/crash/i);
    await ask(page, 'Is anybody there?');
    await page.locator('.error-card', { hasText: /engine/i }).waitFor();
  });

  test('kill -9 of the gateway: the page says so, comes back by itself and has the conversation', async () => {
    const model = scriptedModel({ thought: 5, answer: 20 });
    const data = tempFolder();
    const first = await startProduct({ model: model.path, data });
    const page = await browser.open(first.url);
    await ask(page, 'Before the crash');
    await endedTurn(page);
    await first.end('SIGKILL');
    await page.getByText('No connection to Stillroom.').waitFor();
    await ask(page, 'Asked while it was away');
    await page.getByText('Will be sent when the connection is back.').waitFor();

    await startProduct({ model: model.path, data, env: { STILLROOM_PORT: new URL(first.url).port } });
    expect(await answerOf(page, 1)).toBe(model.answerText);
    expect(await page.getByText('No connection to Stillroom.').count()).toBe(0);
    expect(await page.locator('.question').allTextContents()).toEqual([
      expect.stringContaining('Before the crash'),
      expect.stringContaining('Asked while it was away'),
    ]);
  });

  test('kill -9 of the gateway in the middle of an answer ends it on the page, and the next question is answered', async () => {
    const model = scriptedModel({ variant: 'dice', layers: 4, feedForward: 4096, contextLength: 32768 });
    const data = tempFolder();
    const first = await startProduct({ model: model.path, data, env: { STILLROOM_CONTEXT: '32768' } });
    const page = await browser.open(first.url);
    await ask(page, 'Before the crash');
    await page.locator('.reply > .prose').first().waitFor();
    await first.end('SIGKILL');
    await page.getByText('No connection to Stillroom.').waitFor();
    const calm = scriptedModel({ answer: 6 });
    await startProduct({ model: calm.path, data, env: { STILLROOM_PORT: new URL(first.url).port } });
    await page.locator('.error-card', { hasText: 'restarted while this answer was being written' }).waitFor();
    await ask(page, 'And now?');
    expect(await answerOf(page, 1)).toBe(calm.answerText);
  });

  test('a message that is too long is counted and can not be sent', async () => {
    const { url } = await startTestGateway();
    const page = await browser.open(url);
    const { limits } = (await (await fetch(`${url}/api/info`)).json()) as {
      limits: { maxMessageCharacters: number };
    };
    await page.getByLabel('Message').fill('x'.repeat(limits.maxMessageCharacters + 1));
    const shown = limits.maxMessageCharacters.toLocaleString('en');
    await page.locator('.character-count.over', { hasText: `/ ${shown}` }).waitFor();
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.getByLabel('Message').press('Enter');
    expect(await page.locator('.turn').count()).toBe(0);
  });

  test('a question longer than the context gets the reason and comes back for editing', async () => {
    const { url } = await startTestGateway({}, { STILLROOM_CONTEXT: '512' });
    const page = await browser.open(url);
    const text = 'word '.repeat(400).trim();
    await ask(page, text);
    const card = page.locator('.error-card');
    await card.waitFor();
    expect(await card.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await card.getByRole('button', { name: 'Edit the question' }).click();
    expect(await page.getByLabel('Message').inputValue()).toBe(text);
  });

  test('an address of a conversation that does not exist says so and offers a new chat', async () => {
    const { url } = await startTestGateway();
    const page = await browser.open(`${url}/#00000000-0000-4000-8000-000000000000`);
    await page.getByText(/does not exist/).waitFor();
    await page.getByRole('button', { name: 'Start a new chat' }).click();
    await page.getByRole('heading', { name: 'A quiet place to think.' }).waitFor();
  });
});
