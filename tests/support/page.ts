import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { startBrowser } from './browser.ts';

/** Runs in the page before its own scripts, so that no violation of the content policy goes unseen. */
const reportViolations = `addEventListener('securitypolicyviolation', (event) => {
  console.error('CSP violation: ' + event.effectiveDirective + ' ' + event.blockedURI);
});`;

/**
 * One browser for all tests of a file. Every page it opens is watched: a request to another origin, a violation of the
 * content policy, an uncaught error or a dialog of a script fails the test, whatever the test is about.
 */
export function watchedBrowser(): { open(url: string, options?: BrowserContextOptions): Promise<Page> } {
  // Browser, gateway and engine share the cores with whatever else runs: patience costs nothing when all is well.
  vi.setConfig({ testTimeout: 90_000 });
  let browser: Browser;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  afterEach(() => expect(problems.splice(0)).toEqual([]));

  return {
    async open(url, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 820 },
        reducedMotion: 'reduce',
        ...options,
      });
      onTestFinished(() => context.close());
      context.setDefaultTimeout(60_000);
      await context.addInitScript(reportViolations);
      const { origin } = new URL(url);
      context.on('request', (request) => {
        if (new URL(request.url()).origin !== origin) problems.push(`request to ${request.url()}`);
      });
      const page = await context.newPage();
      page.on('websocket', (socket) => {
        if (new URL(socket.url().replace('ws', 'http')).origin !== origin)
          problems.push(`socket to ${socket.url()}`);
      });
      page.on('console', (message) => {
        if (/CSP violation|Content.Security.Policy/i.test(message.text())) problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
      page.on('dialog', (dialog) => {
        problems.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(url);
      await page.getByRole('button', { name: /Guarded|Sealed|Private/ }).waitFor();
      return page;
    },
  };
}

/** Writes the question and sends it with Enter. */
export async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text);
  await page.getByLabel('Message').press('Enter');
}

/** The n-th turn (from 0) once it is over, whatever its end. */
export async function endedTurn(page: Page, index = 0) {
  const turn = page.locator('.turn').nth(index);
  await turn.and(page.locator('.done, .error')).waitFor();
  return turn;
}
