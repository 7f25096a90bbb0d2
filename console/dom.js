// Elements from data. Text becomes text nodes and nothing else: what a document, a model or a person wrote is
// never read as markup.

export const $ = (id) => document.getElementById(id);

/// el('p', { class: 'hint', onclick: run }, 'text', child): functions become listeners, false and null are
/// left out, true is an attribute without a value.
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/// `text` with the first occurrence of `part` inside a <mark>; null when it does not occur.
export function marked(text, part) {
  const at = part ? text.indexOf(part) : -1;
  if (at < 0) return null;
  return [text.slice(0, at), el('mark', {}, part), text.slice(at + part.length)];
}

/// The language of a text, so that the browser picks the right glyphs and breaks lines rightly.
export const languageOf = (text) => (/[\u3040-\u30ff\u4e00-\u9fff]/.test(text) ? 'ja' : 'en');
