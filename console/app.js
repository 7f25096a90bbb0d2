// The page: its language, its two views, its address (#q=...&kb=... or #view=documents&kb=...), its key.

import { listBases, onUnauthorized } from './api.js';
import { askAgain, fillModels, showNothing, showResult, startAskView } from './ask.js';
import { noBases, setBases, showDocuments, startDocumentsView } from './documents.js';
import { $, el } from './dom.js';
import { startReader } from './reader.js';
import { language, setLanguage, t } from './strings.js';

const kLanguage = 'genkai-language';
let bases = [];

const address = () => new URLSearchParams(location.hash.slice(1));

function goTo(parameters) {
  const hash = `#${new URLSearchParams(parameters)}`;
  if (hash !== location.hash) history.pushState(null, '', hash);
}

function translate() {
  document.documentElement.lang = language();
  for (const [data, set] of [['text', (node, text) => { node.textContent = text; }],
                             ['label', (node, text) => node.setAttribute('aria-label', text)],
                             ['placeholder', (node, text) => node.setAttribute('placeholder', text)]])
    for (const node of document.querySelectorAll(`[data-${data}]`)) set(node, t(node.dataset[data]));
  for (const button of document.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.dataset.language === language()));
}

function showView() {
  const documents = address().get('view') === 'documents';
  $('ask-view').hidden = documents;
  $('documents-view').hidden = !documents;
  for (const [id, current] of [['to-ask', !documents], ['to-documents', documents]])
    current ? $(id).setAttribute('aria-current', 'page') : $(id).removeAttribute('aria-current');
  return documents;
}

// Follows the page's address: at the start, and when the person goes back or forward.
function follow() {
  $('reader').close();
  const wanted = address();
  const question = wanted.get('q')?.trim().slice(0, 4000), base = wanted.get('kb') ?? '';
  if (showView()) {
    setBases(bases, base);
    showDocuments();
  } else if (bases.length === 0) {
    $('result').replaceChildren(...noBases());
  } else if (question) {
    askAgain(question, bases.some((known) => known.id === base) ? base : '');
  } else {
    if (bases.some((known) => known.id === base)) $('base').value = base;
    showNothing();
  }
}

function askForKey(again) {
  $('key-form').hidden = false;
  $('key-hint').textContent = t(again ? 'key_refused' : 'key_hint');
  $('key').value = '';
  $('key').focus();
  return new Promise((resolve) => {
    $('key-form').onsubmit = (event) => {
      event.preventDefault();
      $('key-form').hidden = true;
      resolve($('key').value.trim());
    };
  });
}

async function load() {
  bases = await listBases();
  const good = bases.filter((base) => !base.error);
  $('base').replaceChildren(...good.map((base) => el('option', { value: base.id }, base.id)));
  setBases(bases, address().get('kb'));
  fillModels().catch(() => {});  // without the list the server's own choice is left
}

function switchTo(code) {
  setLanguage(code);
  translate();
  fillModels().catch(() => {});
  if (showView()) showDocuments();
  else if (bases.length) showResult();
}

async function start() {
  const preferred = localStorage.getItem(kLanguage) ?? navigator.languages.find((code) => /^(en|ja)\b/.test(code)) ?? 'en';
  setLanguage(preferred.slice(0, 2));
  translate();
  onUnauthorized(askForKey);
  startReader();
  startAskView((question, base) => goTo({ q: question, kb: base }));
  startDocumentsView((base) => goTo({ view: 'documents', kb: base }));
  for (const button of document.querySelectorAll('[data-language]'))
    button.addEventListener('click', () => {
      localStorage.setItem(kLanguage, button.dataset.language);
      switchTo(button.dataset.language);
    });
  for (const link of document.querySelectorAll('nav a'))
    link.addEventListener('click', (event) => {
      event.preventDefault();
      history.pushState(null, '', link.getAttribute('href') === '#' ? location.pathname : link.getAttribute('href'));
      follow();
    });
  addEventListener('popstate', follow);
  showView();
  showResult();
  try {
    await load();
    follow();
  } catch (error) {
    $('result').replaceChildren(el('p', { class: 'why' }, error.message || t('unreachable')));
  }
}

start();
