/**
 * Takes docs/screenshots anew from the real product with its demo model: `npm run screenshots`.
 * The questions are in the card of the model; another model: STILLROOM_MODEL.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs', 'screenshots');
const largestBytes = 150_000;

const data = mkdtempSync(join(tmpdir(), 'stillroom-screenshots-'));
const product = spawn(process.execPath, [join(root, 'bin', 'stillroom.mjs'), 'start'], {
  env: { ...process.env, STILLROOM_PORT: '0', STILLROOM_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(product, 'exit');
const browser = await startBrowser();
try {
  mkdirSync(folder, { recursive: true });
  const url = await address();
  const desktop = { viewport: { width: 1280, height: 800 } };
  await take('welcome', await open(url, desktop));

  const light = await open(url, desktop);
  await ask(light, 'What is 347 + 586?');
  await light.locator('.turn.done summary').click();
  await ask(light, 'Where does my data go?');
  await take('light', light);

  const dark = await open(url, { ...desktop, colorScheme: 'dark' });
  await write(dark, 'What is 902 - 457?');
  // In the middle of the thought: its fourth line has begun.
  await dark.locator('.thought-text br').nth(2).waitFor({ state: 'attached' });
  await take('dark', dark);

  await light.getByRole('button', { name: /^(Sealed|Guarded)/ }).click();
  await light.getByRole('heading', { name: 'Allowed destinations' }).waitFor();
  await take('privacy', light);

  const phone = {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  };
  const mobile = await open(url, phone);
  await write(mobile, 'How many r are in strawberry?');
  await mobile.getByRole('button', { name: 'Send' }).tap();
  await mobile.locator('.turn.done').waitFor();
  await mobile.locator('.turn.done summary').tap();
  await take('phone', mobile);
} finally {
  await browser.close();
  product.kill();
  await ended;
  rmSync(data, { recursive: true, force: true });
}

async function address(): Promise<string> {
  for await (const line of createInterface(product.stdout)) {
    const found = /^Ready\. Open (http:\S+)/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('Stillroom ended before it was ready; what it said is above.');
}

async function open(url: string, options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();
  await page.goto(url);
  await page.locator('.facts').waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text);
  await page.getByLabel('Message').press('Enter');
}

async function ask(page: Page, text: string): Promise<void> {
  const before = await page.locator('.turn').count();
  await write(page, text);
  await page.locator('.turn').nth(before).and(page.locator('.done')).waitFor();
}

async function take(name: string, page: Page): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  const { size } = statSync(path);
  console.log(`${name}.png ${(size / 1000).toFixed(0)} kB`);
  if (size > largestBytes) throw new Error(`${name}.png has ${size} bytes, more than a README should load.`);
}
