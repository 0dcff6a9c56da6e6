import { expect, test } from 'vitest';
import { ask, endedTurn, watchedBrowser } from '../support/page.ts';
import { startProduct } from '../support/product.ts';

const browser = watchedBrowser();

/** Tokens per second, as the footer of the answer says it. */
function speedOf(footer: string | null): number {
  return Number(/([\d.,]+) per second/.exec(footer ?? '')?.[1]?.replace(',', ''));
}

test('the model that comes with Stillroom says what it is, answers a suggestion, and can be let off its leash', async () => {
  const { url } = await startProduct();
  const page = await browser.open(url);
  expect(await page.locator('.badge', { hasText: 'demo model' }).count()).toBe(2);
  expect(await page.locator('.facts').textContent()).toContain('It is not DeepSeek-R1.');

  await page.getByRole('button', { name: 'What is Stillroom?' }).click();
  const first = await endedTurn(page);
  expect(await first.locator('.thought summary').textContent()).toMatch(/^Thought for/);
  expect(await first.locator('.reply > .prose').textContent()).toContain('Stillroom');
  const { demoPace } = (await (await fetch(`${url}/api/info`)).json()) as { demoPace: number };
  const slow = speedOf(await first.locator('.turn-footer').textContent());
  expect(slow).toBeLessThanOrEqual(demoPace * 1.1);

  await page.getByRole('button', { name: 'Human speed' }).click();
  await ask(page, 'Where does my data go?');
  const second = await endedTurn(page, 1);
  expect(speedOf(await second.locator('.turn-footer').textContent())).toBeGreaterThan(slow);
});
