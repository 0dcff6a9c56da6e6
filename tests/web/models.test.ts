import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, endedTurn, watchedBrowser } from '../support/page.ts';
import { startProduct } from '../support/product.ts';
import { scriptedModel } from '../support/scripted-gguf.ts';
import { tempFolder } from '../support/temp-folder.ts';

const browser = watchedBrowser();

test('another model of the shelf is chosen by name, shown with its own settings, loaded, and named under its answer', async () => {
  const usual = scriptedModel({ answer: 5 });
  const other = scriptedModel({
    answer: 7,
    thought: 4,
    metadata: { 'general.name': { type: 'string', value: 'The other one' } },
  });
  const data = tempFolder();
  mkdirSync(join(data, 'models'));
  copyFileSync(other.path, join(data, 'models', 'other.gguf'));
  const settings = join(data, 'stillroom.json');
  writeFileSync(settings, JSON.stringify({ models: { other: { context: 1024, thinkingBudget: 64 } } }));
  const { url } = await startProduct({ model: usual.path, data, env: { STILLROOM_CONFIG: settings } });
  const page = await browser.open(url);
  const choice = page.getByLabel('Model', { exact: true });
  expect(await choice.locator('option').allTextContents()).toEqual([
    'Scripted plain',
    'The other one – loads when asked',
  ]);

  const budget = page.getByLabel('Thinking budget').locator('option').first();
  expect(await budget.textContent()).toBe('No limit');
  await choice.selectOption({ index: 1 });
  expect(await budget.textContent()).toBe('Usual: 64 tokens');
  await page.getByTitle('About the model').click();
  expect(await page.getByRole('dialog').textContent()).toContain('1,024 tokens per answer, 2 answers');
  await page.keyboard.press('Escape');
  await ask(page, 'Hello');
  const turn = await endedTurn(page);
  expect((await turn.locator('.reply > .prose').textContent())?.trim()).toBe(other.answerText);
  expect(await turn.locator('.turn-footer').textContent()).toContain('The other one');

  // Whoever comes back to the conversation goes on with the model that answered in it.
  await page.reload();
  await endedTurn(page);
  expect(await choice.locator('option:checked').textContent()).toContain('The other one');
});
