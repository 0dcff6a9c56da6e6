import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { ConversationDetail } from '#server/api/app/contract.ts';
import { startTestGateway } from '../support/gateway.ts';
import { ask, endedTurn, watchedBrowser } from '../support/page.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const browser = watchedBrowser();

/** Slow enough (milliseconds per token) that a test sees it think. */
const slow = { layers: 4, feedForward: 3072 };

async function detail(page: Page, url: string): Promise<ConversationDetail> {
  const id = new URL(page.url()).hash.slice(1);
  return (await fetch(`${url}/api/conversations/${id}`)).json() as Promise<ConversationDetail>;
}

describe('a conversation in the browser', () => {
  test('reasoning streams into an open fold, which closes when the answer streams below it', async () => {
    const model = scriptedModel({ thought: 700, answer: 120, ...slow });
    const { url } = await startProduct({ model: model.path });
    const page = await browser.open(url);
    await ask(page, 'Hello');

    const fold = page.locator('.thought details');
    await page
      .locator('.thought details[open] .thought-text', { hasText: model.thoughtWords[3] ?? '' })
      .waitFor();
    expect(await page.locator('.thought summary').textContent()).toMatch(/^Thinking…/);
    expect(await page.locator('.reply > .prose').count()).toBe(0);

    await page.locator('.reply > .prose', { hasText: model.answerWords[3] ?? '' }).waitFor();
    expect(await fold.getAttribute('open')).toBeNull();

    const turn = await endedTurn(page);
    expect((await turn.locator('.reply > .prose').textContent())?.trim()).toBe(model.answerText);
    expect(await page.locator('.thought summary').textContent()).toMatch(
      /^Thought for [\d.]+ s · \d+ tokens$/,
    );
    expect(await turn.locator('.turn-footer').textContent()).toMatch(/\d+ tokens · [\d.,]+ per second/);

    await page.locator('.thought summary').click();
    expect(await page.locator('.thought-text').textContent()).toBe(model.thoughtText.trim());
  });

  test('a fold that the reader closed while it thinks stays closed', async () => {
    const { url } = await startTestGateway({ thought: 200, answer: 10, ...slow });
    const page = await browser.open(url);
    await ask(page, 'Hello');
    await page.locator('.thought details[open]').waitFor();
    await page.locator('.thought summary').click();
    await page.locator('.thought details:not([open])').waitFor();
    await endedTurn(page);
    expect(await page.locator('.thought details').getAttribute('open')).toBeNull();
  });

  test('Stop ends the answer, keeps what was written and says who stopped it', async () => {
    const { url } = await startTestGateway({ variant: 'dice', thought: 3, ...slow });
    const page = await browser.open(url);
    await ask(page, 'Hello');
    await page.locator('.reply > .prose', { hasText: /(x. ?){8}/ }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    const turn = await endedTurn(page);
    expect(await turn.locator('.finish').textContent()).toBe('Stopped by you');
    expect((await detail(page, url)).turns[0]).toMatchObject({ status: 'done', finish: 'cancelled' });

    await ask(page, 'Once more');
    await page.locator('.turn').nth(1).locator('.prose').waitFor();
    await page.keyboard.press('Escape');
    expect(await (await endedTurn(page, 1)).locator('.finish').textContent()).toBe('Stopped by you');
  });

  test('a second turn is asked with the first question and answer, without its reasoning', async () => {
    const { url, said: model } = await startTestGateway({ thought: 60, answer: 40 });
    const page = await browser.open(url);
    await ask(page, 'Hello');
    await endedTurn(page);
    await ask(page, 'And now?');
    const second = await endedTurn(page, 1);

    const [one, two] = (await detail(page, url)).turns;
    const grown = (two?.usage?.promptTokens ?? 0) - (one?.usage?.promptTokens ?? 0);
    // Typed text is one token per byte for this model; the rest is the frame around a turn, far below the thought.
    const said = model.countText(model.answerText) + model.countText('And now?');
    expect(grown - said).toBeGreaterThanOrEqual(0);
    expect(grown - said).toBeLessThan(8);
    expect(await second.locator('.turn-footer').textContent()).toMatch(/\d+ prompt tokens reused/);
  });

  test('a reload in the middle of an answer shows all of it exactly once', async () => {
    const { url, said: model } = await startTestGateway({ thought: 40, answer: 160, ...slow });
    const page = await browser.open(url);
    await ask(page, 'Hello');
    await page.locator('.reply > .prose', { hasText: model.answerWords[5] ?? '' }).waitFor();
    await page.reload();
    const turn = await endedTurn(page);
    expect((await turn.locator('.reply > .prose').textContent())?.trim()).toBe(model.answerText);
  });

  test('a reload later finds the conversation in the address and in the list', async () => {
    const { url, said: model } = await startTestGateway();
    const page = await browser.open(url);
    await ask(page, 'A question to find again');
    await endedTurn(page);
    await page.reload();
    expect((await (await endedTurn(page)).locator('.reply > .prose').textContent())?.trim()).toBe(
      model.answerText,
    );

    await page.goto(url);
    await page.getByRole('link', { name: 'A question to find again' }).click();
    expect((await (await endedTurn(page)).locator('.question').textContent())?.trim()).toContain(
      'A question to find again',
    );
  });

  test('“Answer now” ends a long thought and the answer begins', async () => {
    const { url, said: model } = await startTestGateway({ thought: 3000, answer: 20, ...slow });
    const page = await browser.open(url);
    await ask(page, 'Hello');
    await page.locator('.thought-text', { hasText: model.thoughtWords[5] ?? '' }).waitFor();
    await page.getByRole('button', { name: 'Answer now' }).click();
    const turn = await endedTurn(page);
    expect(await turn.locator('.thought summary').textContent()).toContain('you asked for the answer');
    expect(await turn.locator('.reply > .prose').textContent()).not.toBe('');
  });

  test('without thinking the answer comes at once', async () => {
    const { url, said: model } = await startTestGateway({ thought: 30, answer: 20 });
    const page = await browser.open(url);
    await page.getByRole('button', { name: 'Think' }).click();
    await ask(page, 'Hello');
    const turn = await endedTurn(page);
    expect(await turn.locator('.thought').count()).toBe(0);
    expect((await turn.locator('.reply > .prose').textContent())?.trim()).toBe(model.answerText);
  });

  test('a thinking budget is kept', async () => {
    const { url } = await startTestGateway({ thought: 600, answer: 20 });
    const page = await browser.open(url);
    await page.getByLabel('Thinking budget').selectOption({ label: '128 tokens' });
    await ask(page, 'Hello');
    const turn = await endedTurn(page);
    expect(await turn.locator('.thought summary').textContent()).toContain('budget used up');
    expect((await detail(page, url)).turns[0]?.usage?.reasoningTokens).toBeLessThanOrEqual(140);
  });

  test('who waits is told the place in the queue, and can leave it', async () => {
    const { url } = await startTestGateway(
      { variant: 'dice', thought: 3, ...slow },
      { STILLROOM_SLOTS: '1' },
    );
    const first = await browser.open(url);
    await ask(first, 'The first');
    await first.locator('.reply > .prose').waitFor();
    const second = await browser.open(url);
    await ask(second, 'The second');
    await second.getByText(/^You are next/).waitFor();
    await second.keyboard.press('Escape');
    expect(await (await endedTurn(second)).locator('.finish').textContent()).toBe('Stopped by you');
    expect(await first.getByRole('button', { name: 'Stop' }).isVisible()).toBe(true);
  });
});

describe('several windows', () => {
  test('an answer asked for in one streams in the other, and so do names and deletions', async () => {
    const { url, said: model } = await startTestGateway({ thought: 20, answer: 30 });
    const one = await browser.open(url);
    await ask(one, 'First');
    await endedTurn(one);
    const other = await browser.open(one.url());
    await endedTurn(other);

    await ask(one, 'Second');
    const answered = await endedTurn(other, 1);
    expect((await answered.locator('.reply > .prose').textContent())?.trim()).toBe(model.answerText);

    await one.getByRole('button', { name: 'Rename “First”' }).click();
    await one.getByLabel('New title').fill('A better name');
    await one.getByLabel('New title').press('Enter');
    const pencil = one.getByRole('button', { name: 'Rename “A better name”' });
    await expect.poll(() => pencil.evaluate((button) => button.matches(':focus'))).toBe(true);
    await pencil.press('Enter');
    await one.getByLabel('New title').fill('Never mind');
    await one.getByLabel('New title').press('Escape');
    await expect.poll(() => pencil.evaluate((button) => button.matches(':focus'))).toBe(true);
    await other.getByRole('heading', { name: 'A better name' }).waitFor();

    const field = other.getByLabel('Message');
    await field.fill('half a thought');
    await one.getByRole('button', { name: 'Delete “A better name”' }).click();
    await one.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await other.getByText('This conversation was deleted in another window.').waitFor();
    expect(await other.getByRole('link', { name: 'A better name' }).count()).toBe(0);
    await other.getByRole('heading', { name: 'A quiet place to think.' }).waitFor();
    expect(await field.inputValue()).toBe('half a thought');
    // The other window may hear of it first.
    await one.waitForURL((address) => address.hash === '');
  });
});
