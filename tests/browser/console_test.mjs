// The console as people use it: asking, reading the evidence, being refused, looking through the documents.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, focused, kDesktop, kPhone, launch, textOf, withPage } from './browser.mjs';
import { kLongPassages, kLongWord, kMarkup, makeHome, removeHome, startServer } from './server.mjs';
import { tables } from '../../console/strings.js';

const kJapanese = { ...kDesktop, locale: 'ja-JP' };
let browser, home, server;

before(async () => {
  home = makeHome();
  server = await startServer(home);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (home) removeHome(home);
});

const desktop = (work) => withPage(browser, server.url, kDesktop, work);
const inView = (page, selector) => page.$eval(selector, (node) => {
  const box = node.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
});

test('both languages say everything', () => {
  for (const name of Object.keys(tables.en)) {
    assert.ok(tables.ja[name], `${name} is missing in Japanese`);
    assert.equal(typeof tables.ja[name], typeof tables.en[name], name);
  }
});

test('a question is answered, stage by stage, with its evidence and certificate', () => desktop(async (page) => {
  await page.evaluate(() => {
    window.seen = [];
    new MutationObserver(() => {
      const done = document.querySelectorAll('.track .done').length;
      if (window.seen.at(-1) !== done) window.seen.push(done);
    }).observe(document.getElementById('result'), { childList: true, subtree: true });
  });
  await ask(page, 'handbook', 'When did the volcano last erupt?');
  const seen = await page.evaluate(() => window.seen);
  assert.equal(seen.at(-1), 7, 'all stages end');
  assert.ok(seen.some((done) => done > 0 && done < 7), `stages appear one by one: ${seen}`);
  assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
  assert.equal(await textOf(page, '.outcome'), 'Answer');
  assert.match(await textOf(page, '.said'), /small one in 1788/);
  assert.equal(await textOf(page, '.said mark'), '1788');
  assert.match(await textOf(page, '.probability strong'), /^\d\d(\.\d)? %$/);
  const width = await page.$eval('.fill', (node) => Number.parseFloat(node.style.width));
  assert.ok(width > 80 && width < 100, `${width}`);
  const whole = await textOf(page, '#result');
  assert.match(whole, /at most 10 % are wrong, with 95 % confidence/);
  assert.match(whole, /questions and documents are like those of the calibration set/);
  assert.match(whole, /passages read/);
  assert.match(whole, /Independent passages that bear it out: 1/);
  assert.match(await textOf(page, '#progress'), /^Answer: 1788$/);
  await page.click('.ledger summary');
  assert.equal(await page.locator('.ledger li').count(), 9);
}));

test('a citation opens its passage in the document, and Escape leads back', () => desktop(async (page) => {
  await ask(page, 'handbook', 'When did the volcano last erupt?');
  const id = await page.getAttribute('.citation', 'data-passage');
  await page.click('.citation');
  await page.waitForSelector('.cited');
  assert.equal(await textOf(page, '#reader-title'), 'Hoshinose Island in brief');
  assert.equal(await page.getAttribute('.cited', 'id'), `passage-${id}`);
  assert.match(await textOf(page, '.cited mark'), /^The last eruption was a small one in 1788/);
  assert.ok(await inView(page, '.cited mark'));
  assert.ok((await page.locator('.passage').count()) > 3, 'the whole document is there');
  assert.match(await textOf(page, '.passage:not(.cited)'), /\w{4}/);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#reader[open]').count(), 0);
  assert.equal(await focused(page), 'citation');
}));

test('what is said of an answer is taken, and the last word counts', () => desktop(async (page) => {
  await ask(page, 'handbook', 'When did the volcano last erupt?');
  for (const correct of ['false', 'true']) {
    const [request] = await Promise.all([page.waitForRequest('**/v1/feedback'), page.click(`.judge [data-correct=${correct}]`)]);
    assert.equal(String(request.postDataJSON().correct), correct);
    await page.waitForSelector(`.judge [data-correct=${correct}][aria-pressed=true]`);
    assert.match(await textOf(page, '.judge'), /Noted/);
    assert.equal(await page.locator('.judge [aria-pressed=true]').count(), 1);
  }
}));

test('in Japanese, all of it', () => withPage(browser, server.url, kJapanese, async (page) => {
  assert.equal(await page.getAttribute('html', 'lang'), 'ja');
  await ask(page, 'handbook', '主任の解説員は誰ですか。');
  assert.equal(await textOf(page, '.outcome'), '答え');
  assert.equal(await textOf(page, '.said mark'), '早川すみれさん');
  assert.match(await textOf(page, '#result'), /誤りは多くても10 %/);
  await page.click('.citation');
  await page.waitForSelector('.cited mark');
  assert.match(await textOf(page, '.cited mark'), /早川すみれさん/);
  await page.keyboard.press('Escape');
  await page.click('[data-language="en"]');
  assert.equal(await textOf(page, '.outcome'), 'Answer', 'the answer follows the language of the page');
  await page.reload();
  assert.equal(await page.getAttribute('html', 'lang'), 'en', 'the choice is remembered');
}));

test('a refusal says why and what to do, with the closest passage', () => desktop(async (page) => {
  await ask(page, 'handbook', 'What is the telephone number of the clinic?');
  assert.equal(await textOf(page, '.outcome'), 'No answer');
  assert.equal(await textOf(page, '.why'), 'The documents do not answer this.');
  assert.match(await textOf(page, '#result'), /What you can do/);
  assert.match(await textOf(page, '.rejected .said'), /clinic/);
  await page.click('.rejected .citation');
  await page.waitForSelector('.cited');
}));

test('documents that disagree stand side by side', () => desktop(async (page) => {
  await ask(page, 'handbook', 'How many passengers may the Hoshikage carry?');
  assert.match(await textOf(page, '.why'), /contradict/);
  assert.deepEqual(await page.$$eval('.value', (nodes) => nodes.map((node) => node.textContent)), ['96 passengers', '88 passengers']);
  const tops = await page.$$eval('.side', (nodes) => nodes.map((node) => node.getBoundingClientRect().top));
  assert.equal(tops[0], tops[1]);
  await page.click('.side:nth-child(2) .citation');
  await page.waitForSelector('.cited');
  assert.match(await textOf(page, '#reader-title'), /Safety handbook/);
  assert.match(await textOf(page, '.cited mark'), /88 passengers/);
}));

test('out-of-date documents and unclear questions have their own words', () => desktop(async (page) => {
  await ask(page, 'handbook', '夜行バスの運賃はいくらですか。');
  assert.match(await textOf(page, '#result'), /What the older document says/);
  await ask(page, 'handbook', 'Where is it?');
  assert.equal(await textOf(page, '.outcome'), 'One question back');
  assert.match(await textOf(page, '#result'), /name the person or thing/);
}));

test('what documents say is text and never markup', () => desktop(async (page) => {
  await ask(page, 'odd', 'Who read the tide gauge of Shirahama every hour?');
  await page.click('.citation');
  await page.waitForSelector('.passage');
  assert.equal(await textOf(page, '#reader-title'), kMarkup);
  assert.match(await textOf(page, '.cited'), /<b>Shirahama<\/b>/);
  assert.equal(await page.locator('#reader img, #reader b, #reader script, #reader i, #result img').count(), 0);
  assert.equal(await page.title(), 'genkai');
}));

test('a long document opens at the cited passage and shows the parts around it', () => desktop(async (page) => {
  await ask(page, 'odd', 'When was the seal of the Kurokawa archive cast?');
  await page.click('.citation');
  await page.waitForSelector('.cited');
  assert.match(await textOf(page, '.cited'), /bronze in 1911/);
  assert.ok(await inView(page, '.cited'));
  const heads = () => page.$$eval('.reader-body h3', (nodes) => nodes.map((node) => Number(/\d+$/.exec(node.textContent)[0])));
  assert.ok((await heads()).length < kLongPassages, 'only a part was fetched');
  for (let i = 0; i < 5 && (await page.locator('.more').count()) > 0; ++i) {
    const count = (await heads()).length;
    await page.locator('.more').first().click();
    await page.waitForFunction((before) => document.querySelectorAll('.reader-body h3').length > before, count);
  }
  assert.deepEqual(await heads(), Array.from({ length: kLongPassages }, (_, i) => i), 'all of it, once, in order');
}));

test('the documents are listed, searched, paged and read', () => desktop(async (page) => {
  await page.click('#to-documents');
  await page.waitForSelector('.document');
  assert.deepEqual(await page.$$eval('.base strong', (nodes) => nodes.map((node) => node.textContent)), ['handbook', 'odd']);
  await page.click('.base:has-text("odd")');
  await page.waitForFunction(() => /of 63$/.test(document.getElementById('document-status').textContent));
  assert.equal(await page.locator('.document').count(), 50);
  await page.click('#pages button:has-text("Next")');
  await page.waitForFunction(() => document.querySelectorAll('.document').length === 13);
  await page.fill('#find', 'NOTE-07');
  await page.waitForFunction(() => document.querySelectorAll('.document').length === 1);
  await page.click('.document');
  await page.waitForSelector('.passage');
  assert.match(await textOf(page, '.passage'), /Storehouse 7 of the northern harbour/);
  await page.keyboard.press('Escape');
  await page.fill('#find', 'nothing like that');
  await page.waitForFunction(() => document.getElementById('document-status').textContent === 'No document matches.');
}));

test('on a phone nothing is wider than the screen', () => withPage(browser, server.url, kPhone, async (page) => {
  const fits = async (what) =>
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), kPhone.viewport.width, what);
  await fits('the form');
  await ask(page, 'handbook', 'How many passengers may the Hoshikage carry?');
  await fits('a conflict');
  await ask(page, 'odd', `Which word is ${kLongWord}?`);
  await page.click('.ledger summary');
  await fits('a long word');
  await page.click('.citation');
  await page.waitForSelector('.passage');
  await fits('the document');
  const panel = await page.$eval('#reader', (node) => [node.offsetWidth, node.offsetHeight]);
  assert.deepEqual(panel, [375, 812], 'the document fills the screen');
  assert.ok(await page.$eval('#reader-body', (node) => node.scrollWidth <= node.clientWidth));
  await page.click('#reader-close');
  await page.click('#to-documents');
  await page.waitForSelector('.document');
  await page.click('.base:has-text("odd")');
  await page.waitForFunction(() => /of 63$/.test(document.getElementById('document-status').textContent));
  await fits('the documents');
}));

test('the keyboard alone suffices', () => desktop(async (page) => {
  assert.equal(await focused(page), 'question', 'one can type at once');
  await page.waitForSelector('#base option', { state: 'attached' });
  await page.keyboard.type('When did the volcano last erupt?');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#result[aria-busy="false"] .outcome');
  assert.equal(await focused(page), 'question');
  const order = [];
  for (let i = 0; i < 12 && order.at(-1) !== 'citation'; ++i) {
    await page.keyboard.press('Tab');
    order.push(await focused(page));
    const visible = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== 'none');
    assert.ok(visible, `the focus is seen on ${order.at(-1)}`);
  }
  assert.deepEqual(order.filter((name) => name), ['base', 'send', 'citation']);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.cited');
  assert.match(await focused(page), /^passage-\d+$/, 'what is cited is read first');
  for (let i = 0; i < 6; ++i) {
    await page.keyboard.press('Tab');
    const outside = await page.evaluate(() => document.activeElement !== document.body && !document.activeElement.closest('#reader'));
    assert.ok(!outside, 'the focus stays in the panel');
  }
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'citation');
  await page.focus('#question');
  await page.keyboard.press('Shift+Enter');
  assert.match(await page.inputValue('#question'), /\n/, 'Shift+Enter begins a line');
  await page.fill('#question', 'Where is it?');
  await page.keyboard.press('Control+Enter');
  await page.waitForFunction(() => document.querySelector('.outcome')?.textContent === 'One question back');
}));

test('Enter that ends a conversion of the input method does not ask', () => desktop(async (page) => {
  await page.waitForSelector('#base option', { state: 'attached' });
  await page.fill('#question', 'しゅにん');
  await page.$eval('#question', (node) => node.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })));
  assert.equal(await page.locator('.track').count(), 0);
}));

test('a link asks, back and forward walk through what was asked', async () => {
  const link = `${server.url}#${new URLSearchParams({ q: 'When did the volcano last erupt?', kb: 'handbook' })}`;
  await withPage(browser, link, kDesktop, async (page) => {
    await page.waitForSelector('.said');
    assert.equal(await page.inputValue('#question'), 'When did the volcano last erupt?');
    assert.equal(await page.inputValue('#base'), 'handbook');
    await ask(page, 'handbook', 'Where is it?');
    assert.match(page.url(), /q=Where/);
    assert.match(await textOf(page, '#history'), /volcano last erupt\?\s*1788/);
    await page.goBack();
    await page.waitForSelector('.said');
    assert.equal(await page.inputValue('#question'), 'When did the volcano last erupt?');
    await page.click('#history button');
    await page.waitForFunction(() => document.querySelector('.outcome')?.textContent === 'One question back');
  });
});

test('the page is dark where the person prefers it', () =>
  withPage(browser, server.url, { ...kDesktop, colorScheme: 'dark' }, async (page) => {
    const [red, green, blue] = (await page.$eval('body', (node) => getComputedStyle(node).backgroundColor)).match(/\d+/g).map(Number);
    assert.ok(red + green + blue < 150);
  }));

test('a server that is gone is said in plain words, and asked again when it is back', () =>
  withPage(browser, server.url, kDesktop, async (page) => {
    await page.waitForSelector('#base option', { state: 'attached' });
    await page.context().setOffline(true);
    await ask(page, 'handbook', 'When did the volcano last erupt?');
    assert.match(await textOf(page, '#result'), /cannot be reached/);
    await page.context().setOffline(false);
    await page.click('#result button');
    await page.waitForSelector('.said');
  }, /ERR_INTERNET_DISCONNECTED/));
