import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { gatewayForAll, startTestGateway } from '../support/gateway.ts';
import { ask, endedTurn, watchedBrowser } from '../support/page.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';

const browser = watchedBrowser();
const shared = gatewayForAll({ thought: 80, answer: 80 });

/**
 * Checks in the page what can be checked by rule: names of controls, unique ids, heading order, language, and the
 * contrast of every visible text against what is painted behind it (WCAG 2.2 AA: 4.5, large text 3).
 */
const audit = `(() => {
  const faults = [];
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (element) =>
    element.getAttribute('aria-label') ?? (element.labels?.[0]?.textContent || element.textContent || '').trim();
  for (const control of document.querySelectorAll('button, a[href], input, textarea, select, summary')) {
    if (visible(control) && name(control) === '') faults.push('no name: ' + control.outerHTML.slice(0, 120));
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push('id twice: ' + id);
  if (!document.documentElement.lang) faults.push('no language');
  if (document.querySelectorAll('main').length !== 1) faults.push('not exactly one main');
  if ([...document.querySelectorAll('h1')].filter(visible).length !== 1) faults.push('not exactly one h1');

  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((channel, i) => channel * a + under[i] * (1 - a));
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduceRight((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((channel) => {
      const c = channel / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || seen.has(element) || !visible(element)) continue;
    if (element.closest('.visually-hidden, .skip-link, [inert], :disabled, option')) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const background = behind(element);
    const [light, dark] = [luminance(over(rgba(style.color), background)), luminance(background)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < needed) faults.push('contrast ' + ratio.toFixed(2) + ': ' + node.data.trim().slice(0, 40) + ' (' + element.className + ')');
  }
  return { faults, texts: seen.size };
})()`;

async function expectSound(page: Page): Promise<void> {
  const { faults, texts } = (await page.evaluate(audit)) as { faults: string[]; texts: number };
  expect(faults).toEqual([]);
  expect(texts).toBeGreaterThan(5);
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('every control has a name and every text enough contrast', async () => {
    const page = await browser.open(shared.url, { colorScheme });
    await expectSound(page);
    await ask(page, 'Hello');
    await (await endedTurn(page)).locator('.thought summary').click();
    await expectSound(page);
    await page.getByRole('button', { name: /Guarded|Sealed|Private/ }).click();
    await page.getByRole('dialog').waitFor();
    await expectSound(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete “Hello”' }).click();
    await page.getByRole('dialog').waitFor();
    await expectSound(page);
  });
});

describe('without a mouse', () => {
  test('Enter sends, Shift+Enter begins a new line, Enter of an input method does neither', async () => {
    const page = await browser.open(shared.url);
    const field = page.getByLabel('Message');
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    expect(await field.inputValue()).toBe('one\ntwo');
    await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    expect(await page.locator('.turn').count()).toBe(0);
    await page.keyboard.press('Enter');
    const turn = await endedTurn(page);
    expect(await turn.locator('.question p').textContent()).toBe('one\ntwo');
    expect(await field.inputValue()).toBe('');
    expect(await page.evaluate('document.activeElement.id')).toBe('composer');
  });

  test('a draft waits in its conversation while another one is read', async () => {
    const page = await browser.open(shared.url);
    const field = page.getByLabel('Message');
    await ask(page, 'Hello');
    await endedTurn(page);
    await field.fill('half a thought');
    await page.keyboard.press('Control+k');
    await page.getByRole('heading', { name: 'A quiet place to think.' }).waitFor();
    expect(await field.inputValue()).toBe('');
    await page.keyboard.press('Alt+ArrowDown');
    await endedTurn(page);
    expect(await field.inputValue()).toBe('half a thought');
  });

  test('a dialog keeps the focus, closes on Esc and gives the focus back', async () => {
    const page = await browser.open(shared.url);
    const opener = page.getByRole('button', { name: 'Keyboard shortcuts' });
    await opener.focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    let inside = 0;
    for (let presses = 0; presses < 4; presses += 1) {
      await page.keyboard.press('Tab');
      inside += Number(await page.evaluate('document.activeElement.closest("dialog") !== null'));
      expect(await page.evaluate('document.activeElement.closest(".sidebar, .main")')).toBeNull();
    }
    // The browser's own buttons have their turn, too.
    expect(inside).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await opener.evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  test('whoever presses a button that goes away finds the keyboard in the message field', async () => {
    const { url } = await startTestGateway({ variant: 'dice', thought: 3, layers: 4, feedForward: 2048 });
    const page = await browser.open(url);
    await ask(page, 'Hello');
    await page.locator('.reply > .prose').waitFor();
    const stop = page.getByRole('button', { name: 'Stop' });
    await stop.focus();
    await page.keyboard.press('Enter');
    await endedTurn(page);
    expect(await page.getByLabel('Message').evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  test('the answer is announced by finished sentences, its end too', async () => {
    const { url } = await startProduct({ model: scriptedModel({ answer: 4, tail: '. Do?' }).path });
    const page = await browser.open(url);
    await ask(page, 'Hello');
    await endedTurn(page);
    const log = page.getByRole('log');
    await log.getByText('Answer complete.').waitFor();
    const announced = await log.locator('p').allTextContents();
    // Two sentences that arrive in one frame are announced together.
    expect(announced.join(' ')).toMatch(/xa xb xc xd\. Do\? Answer complete\.$/);
  });

  test('the end of a long answer is followed only while the reader is there', async () => {
    const model = scriptedModel({ variant: 'dice', thought: 3, layers: 4, feedForward: 2048 });
    const { url } = await startProduct({ model: model.path });
    const page = await browser.open(url, { viewport: { width: 700, height: 420 } });
    await ask(page, 'Hello');
    const scroller = page.getByRole('region', { name: 'Conversation' });
    const distance = () => scroller.evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop);
    await expect
      .poll(() => scroller.evaluate((box) => box.scrollHeight - box.clientHeight), { timeout: 60_000 })
      .toBeGreaterThan(200);
    expect(await distance()).toBeLessThan(60);
    await scroller.hover();
    await page.mouse.wheel(0, -180);
    const jump = page.getByRole('button', { name: 'Jump to latest' });
    await jump.waitFor();
    const top = await scroller.evaluate((box) => box.scrollTop);
    const height = await scroller.evaluate((box) => box.scrollHeight);
    await expect
      .poll(() => scroller.evaluate((box) => box.scrollHeight), { timeout: 60_000 })
      .toBeGreaterThan(height);
    expect(await scroller.evaluate((box) => box.scrollTop)).toBe(top);
    await jump.click();
    await jump.waitFor({ state: 'detached' });
    expect(await distance()).toBeLessThan(60);
  });
});

describe('on a phone', () => {
  const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

  test('nothing is wider than 360 pixels and the list is a drawer', async () => {
    const page = await browser.open(shared.url, phone);
    const width = () => page.evaluate('document.documentElement.scrollWidth');
    expect(await width()).toBe(360);
    await page
      .getByLabel('Message')
      .fill('A question about averyveryverylongwordthatdoesnotfitonanyscreenofthiswidth');
    await page.getByRole('button', { name: 'Send' }).tap();
    await endedTurn(page);
    expect(await width()).toBe(360);
    await expectSound(page);

    const list = page.getByRole('navigation', { name: 'Conversations' });
    expect(await list.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Conversations' }).tap();
    await list.getByRole('link', { name: /A question about/ }).waitFor();
    await expectSound(page);
    await list.getByRole('button', { name: /^Delete “A question about/ }).tap();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    await dialog.getByRole('button', { name: 'Keep it' }).tap();
    await dialog.waitFor({ state: 'detached' });
    await list.getByRole('button', { name: 'New chat' }).tap();
    await page.getByRole('heading', { name: 'A quiet place to think.' }).waitFor();
    expect(await list.isVisible()).toBe(false);
  });
});
