// The panel that shows a document, at the passage that was cited or from its beginning.

import { readDocument } from './api.js';
import { $, el, languageOf, marked } from './dom.js';
import { languageName, number, t } from './strings.js';

const kPage = 100;  // passages fetched at once
let shown = null;   // { base, id, passage, quote, first, next, total }
let loading = null;

/// The places of a passage that people look up: "page 3 · line 12".
export const placeOf = ({ page, line }) =>
  [page ? t('page', number(page)) : '', line ? t('line', number(line)) : ''].filter(Boolean).join(' · ');

function passageOf(passage) {
  const cited = passage.id === shown.passage;
  const text = (cited ? marked(passage.text, shown.quote) : null) ?? passage.text;
  return el('p', { class: cited ? 'passage cited' : 'passage', id: `passage-${passage.id}`,
                   lang: languageOf(passage.text), tabindex: cited ? '-1' : null },
            cited ? el('span', { class: 'unseen' }, `${t('cited')}: `) : null,
            passage.line || passage.page ? el('span', { class: 'place' }, placeOf(passage)) : null, text);
}

const sectionsOf = (sections) => sections.map((section) =>
  el('section', {},
     section.heading ? el('h3', { lang: languageOf(section.heading) }, section.heading.replaceAll(' > ', ' › ')) : null,
     section.passages.map(passageOf)));

async function fetchPart(parameters) {
  loading?.abort();
  loading = new AbortController();
  return readDocument(shown.base, shown.id, { limit: kPage, ...parameters }, loading.signal);
}

// A button at an end of what is loaded that loads more of it.
function moreButton(earlier) {
  const button = el('button', { type: 'button', class: 'quiet more', onclick: async () => {
    button.disabled = true;
    const offset = earlier ? Math.max(0, shown.first - kPage) : shown.next;
    try {
      const part = await fetchPart({ offset, limit: earlier ? shown.first - offset : kPage });
      const body = $('reader-body');
      const below = body.scrollHeight - body.scrollTop;
      const sections = sectionsOf(part.sections);
      button.replaceWith(...(earlier ? [offset > 0 && moreButton(true), ...sections]
                                     : [...sections, offset + kPage < shown.total && moreButton(false)]).filter(Boolean));
      if (earlier) shown.first = offset;
      else shown.next = offset + kPage;
      if (earlier) body.scrollTop = body.scrollHeight - below;
      body.focus({ preventScroll: true });
    } catch (error) {
      if (error.name !== 'AbortError') button.disabled = false;
    }
  } }, t(earlier ? 'earlier_part' : 'later_part'));
  return button;
}

/// Opens the document; with `passage` (its id) there, with `quote` marked in it.
export async function openDocument({ base, id, title, passage = 0, quote = '' }) {
  shown = { base, id, passage, quote };
  $('reader-title').textContent = title || id;
  $('reader-title').lang = languageOf(title || id);
  $('reader-facts').textContent = t('loading');
  $('reader-body').replaceChildren();
  const dialog = $('reader');
  if (!dialog.open) dialog.showModal();
  $('reader-title').focus();
  try {
    const found = await fetchPart({ passage: passage || '' });
    Object.assign(shown, { first: found.offset, next: found.offset + kPage, total: found.passages });
    $('reader-title').textContent = found.title || found.id;
    $('reader-facts').replaceChildren(...factsOf(found));
    $('reader-body').replaceChildren(...[found.offset > 0 && moreButton(true), ...sectionsOf(found.sections),
                                         shown.next < shown.total && moreButton(false)].filter(Boolean));
    $('reader-body').scrollTop = 0;
    const cited = $(`passage-${passage}`);
    cited?.scrollIntoView({ block: 'center' });
    cited?.focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== 'AbortError') $('reader-facts').textContent = error.message || t('unreachable');
  }
}

/// Source, date, language and name of a document, for a line below its title.
export function factsOf(document) {
  const { id, title, source = '', date, language } = document;
  const facts = [id.endsWith(source) ? '' : source, date, languageName(language), title && title !== id ? id : '']
    .filter(Boolean);
  return facts.flatMap((fact, i) => [i ? ' · ' : null, el('span', {}, fact)]).filter(Boolean);
}

export function startReader() {
  const dialog = $('reader');
  $('reader-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => loading?.abort());
}
