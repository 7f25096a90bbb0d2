// The knowledge bases with their documents.

import { listDocuments } from './api.js';
import { $, el, languageOf } from './dom.js';
import { factsOf, openDocument } from './reader.js';
import { languageName, list, number, t } from './strings.js';

const kPage = 50;
const state = { bases: [], base: '', text: '', offset: 0 };
let onChosen = null;  // (base): the page's address follows
let loading = null;

// What feedback has done to the promises about this base; nothing while they hold.
const watchOf = ({ standing, drifted } = {}) =>
  [['tightened', 'stopped'].includes(standing) ? t(`standing_${standing}`) : '', drifted ? t('standing_drifted') : ''];

function baseCard(base) {
  const facts = base.error
    ? t('base_broken')
    : [t('documents_count', number(base.documents)), t('passages_count', number(base.passages)),
       list(Object.keys(base.languages).map(languageName).filter(Boolean)),
       ...watchOf(base.feedback)].filter(Boolean).join(' · ');
  return el('li', {}, el('button', {
    type: 'button', class: 'base', 'aria-pressed': String(base.id === state.base), disabled: Boolean(base.error),
    title: base.error?.message ?? base.embedder,
    onclick: () => choose(base.id),
  }, el('strong', {}, base.id), el('span', { class: 'facts' }, facts)));
}

function choose(id) {
  Object.assign(state, { base: id, text: '', offset: 0 });
  onChosen(id);
  showDocuments();
}

const row = (document) => el('li', {}, el('button', {
  type: 'button', class: 'document', 'data-document': document.id,
  onclick: () => openDocument({ base: state.base, id: document.id, title: document.title }),
},
el('span', { class: 'citation-title', lang: languageOf(document.title || document.id) }, document.title || document.id),
el('span', { class: 'facts' }, ...factsOf(document), ' · ', t('passages_count', number(document.passages)))));

function turn(by) {
  state.offset = Math.max(0, state.offset + by);
  loadList().then(() => $('document-list')?.focus());
}

async function loadList() {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  try {
    const list = await listDocuments(state.base, { q: state.text, offset: state.offset, limit: kPage }, signal);
    if (signal.aborted) return;
    const last = list.offset + list.data.length;
    $('document-list').replaceChildren(...list.data.map(row));
    $('document-status').textContent = list.total === 0
      ? t('no_documents')
      : t('documents_of', number(list.offset + 1), number(last), number(list.total));
    $('pages').replaceChildren(
      el('button', { type: 'button', class: 'quiet', disabled: list.offset === 0, onclick: () => turn(-kPage) }, t('previous')),
      el('button', { type: 'button', class: 'quiet', disabled: last >= list.total, onclick: () => turn(kPage) }, t('next')));
    $('pages').hidden = list.total <= kPage;
  } catch (error) {
    if (error.name !== 'AbortError') $('document-status').textContent = error.message || t('unreachable');
  }
}

/// Draws the view anew, in the language of now.
export function showDocuments() {
  const view = $('documents-view');
  if (state.bases.length === 0) {
    view.replaceChildren(el('h1', { class: 'title' }, t('documents_title')), ...noBases());
    return undefined;
  }
  let timer = 0;
  const search = el('input', { type: 'search', id: 'find', placeholder: t('find_document'), 'aria-label': t('find_document'),
    autocomplete: 'off', spellcheck: 'false', oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        Object.assign(state, { text: search.value.trim(), offset: 0 });
        loadList();
      }, 150);
    } });
  search.value = state.text;
  view.replaceChildren(
    el('h1', { class: 'title' }, t('documents_title')),
    el('ul', { class: 'bases', 'aria-label': t('knowledge_base') }, state.bases.map(baseCard)),
    search,
    el('p', { id: 'document-status', class: 'facts', role: 'status' }, t('loading')),
    el('ul', { id: 'document-list', class: 'documents', tabindex: '-1' }),
    el('p', { id: 'pages', class: 'pages', hidden: true }));
  return loadList();
}

/// What to do when there is no knowledge base.
export const noBases = () => [el('p', {}, t('no_bases')), el('pre', {}, el('code', {}, 'genkai ingest FOLDER --kb NAME'))];

export function setBases(bases, chosen) {
  state.bases = bases;
  const good = bases.filter((base) => !base.error);
  if (good.some((base) => base.id === chosen)) state.base = chosen;
  if (!good.some((base) => base.id === state.base)) state.base = good[0]?.id ?? '';
}

export function startDocumentsView(chosen) {
  onChosen = chosen;
}
