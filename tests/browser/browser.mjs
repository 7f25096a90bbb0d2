// Chromium, and pages that remember everything that went wrong in them.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { chromium } = createRequire(join(process.env.GENKAI_TOOLS, 'package.json'))('playwright-core');

export const launch = () => chromium.launch({ executablePath: process.env.GENKAI_CHROMIUM, args: ['--no-sandbox'] });

export const kDesktop = { viewport: { width: 1200, height: 900 }, locale: 'en-US' };
export const kPhone = { viewport: { width: 375, height: 812 }, locale: 'en-US', isMobile: true, hasTouch: true };

/// Runs `work(page)` on the page at `url`. Fails on an error in the console, a violation of the page's policy,
/// a request that fails or goes elsewhere. `allowed` is a pattern of console errors that the test provokes.
export async function withPage(browser, url, options, work, allowed = null) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !allowed?.test(message.text())) wrong.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL('/', url).href)) wrong.push(`request to ${request.url()}`);
  });
  await page.exposeFunction('reportViolation', (text) => wrong.push(`policy: ${text}`));
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) =>
    window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`)));
  try {
    await page.goto(url);
    await work(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/// Asks by the form and waits for the outcome.
export async function ask(page, base, question) {
  await page.selectOption('#base', base);
  await page.fill('#question', question);
  await page.click('#send');
  await page.waitForSelector('#result[aria-busy="false"] .outcome');
}

/// The text of an element without the spaces around it.
export const textOf = async (page, selector) => (await page.textContent(selector)).trim();

export const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);
