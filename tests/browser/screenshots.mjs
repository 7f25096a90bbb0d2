// Pictures of the console for the documentation: node screenshots.mjs FOLDER (see run).

import { join } from 'node:path';

import { ask, kDesktop, kPhone, launch, withPage } from './browser.mjs';
import { makeHome, removeHome, startServer } from './server.mjs';

const folder = process.argv[2];
const wide = { ...kDesktop, viewport: { width: 1120, height: 1000 } };
const phone = { ...kPhone, locale: 'ja-JP', deviceScaleFactor: 2 };

const shots = [
  ['console-answer', { ...wide, viewport: { width: 1120, height: 1180 } }, async (page) => {
    await ask(page, 'handbook', 'When did the volcano last erupt?');
  }],
  ['console-passage', wide, async (page) => {
    await ask(page, 'handbook', 'When did the volcano last erupt?');
    await page.click('.citation');
    await page.waitForSelector('.cited');
  }],
  ['console-refusal', wide, async (page) => {
    await ask(page, 'handbook', 'How many passengers may the Hoshikage carry?');
  }],
  ['console-phone-ja', phone, async (page) => {
    await ask(page, 'handbook', '主任の解説員は誰ですか。');
  }],
  ['console-phone-passage-ja', phone, async (page) => {
    await ask(page, 'handbook', '夜行バスの運賃はいくらですか。');
    await page.click('.citation');
    await page.waitForSelector('.cited');
  }],
  ['console-documents', wide, async (page) => {
    await page.click('#to-documents');
    await page.waitForSelector('.document');
  }],
];

const home = makeHome({ odd: false });
const server = await startServer(home);
const browser = await launch();
try {
  for (const [name, options, work] of shots)
    await withPage(browser, server.url, options, async (page) => {
      await work(page);
      await page.evaluate(() => document.activeElement.blur());
      await page.mouse.move(0, 0);
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    });
} finally {
  await browser.close();
  await server.stop();
  removeHome(home);
}
