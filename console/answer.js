// An answer as a page: what is said and how surely, where it stands, what is guaranteed, what it cost; or why
// nothing is said and what to do about it.

import { giveFeedback } from './api.js';
import { el, languageOf, marked } from './dom.js';
import { factsOf, openDocument, placeOf } from './reader.js';
import { has, number, percent, t } from './strings.js';

export const kStages = ['interpret', 'gather', 'vet', 'pack', 'draft', 'verify', 'decide'];
export const stageName = (name) => (has(`stage_${name}`) ? t(`stage_${name}`) : name);

const titled = (title, ...children) => el('section', { class: 'part' }, el('h3', {}, title), ...children);

function citationOf(citation, base, said) {
  const facts = [placeOf(citation)].filter(Boolean).map((place) => el('span', {}, place));
  const known = factsOf({ ...citation, id: citation.document });
  return el('li', {}, el('button', {
    type: 'button', class: 'citation', title: t('open_passage'), 'data-passage': citation.passage,
    onclick: () => openDocument({ base, id: citation.document, title: citation.title, passage: citation.passage,
                                  quote: citation.quote }),
  },
  el('span', { class: 'citation-title', lang: languageOf(citation.title || citation.document) },
     citation.title || citation.document,
     citation.heading ? el('span', { class: 'heading' }, ` › ${citation.heading.replaceAll(' > ', ' › ')}`) : null),
  citation.quote && citation.quote !== said ? el('q', { lang: languageOf(citation.quote) }, citation.quote) : null,
  el('span', { class: 'facts' }, ...facts, facts.length && known.length ? ' · ' : null, ...known)));
}

const citationsOf = (citations, base, said = '') =>
  el('ol', { class: 'citations' }, citations.map((citation) => citationOf(citation, base, said)));

// What the figure rests on, as the answer says it: a calibration set, or only the agreement of a model's drafts.
function basisOf({ probability, calibrated, agreement }) {
  if (probability === undefined) return t('unchecked');
  return calibrated === false ? t('estimate', number(agreement.agreeing), number(agreement.drafts)) : t('probability');
}

// The figure, and the same as a bar with a mark where the threshold lies.
function probabilityOf(item, threshold) {
  const { probability } = item;
  if (probability === undefined) return el('p', { class: 'facts' }, basisOf(item));
  const fill = el('span', { class: 'fill' });
  fill.style.width = `${Math.min(Math.max(probability, 0), 1) * 100}%`;
  const needed = Number.isFinite(threshold) && threshold <= 1;
  const tick = needed ? el('span', { class: 'tick' }) : null;
  if (tick) tick.style.left = `${threshold * 100}%`;
  return el('div', { class: 'probability' },
    el('strong', {}, percent(probability)),
    el('div', { class: 'gauge' },
       el('span', { class: 'bar-track', 'aria-hidden': 'true' }, fill, tick),
       el('span', { class: 'facts' }, basisOf(item), needed ? ` · ${t('required', percent(threshold))}` : null)));
}

// What a model's answer was held against.
const claimsOf = (claims) => titled(t('claims'), el('ul', { class: 'claims' }, claims.map((claim) =>
  el('li', {}, el('span', { lang: languageOf(claim.text) }, claim.text), ' ',
     el('span', { class: 'facts' }, [t(`verdict_${claim.verdict}`), claim.why].filter(Boolean).join(': '))))));

function itemOf(item, question, base, threshold, title) {
  const text = marked(item.text, item.span) ?? item.text;
  return [
    el('blockquote', { class: 'said', lang: languageOf(item.text) }, text),
    probabilityOf(item, item.calibrated === false ? NaN : threshold),
    item.model ? el('p', { class: 'facts' }, t('written_by', item.model)) : null,
    item.interpretation && item.interpretation !== question
      ? el('p', { class: 'facts' }, `${t('read_as')}: ${item.interpretation}`) : null,
    item.citations.length ? titled(title, citationsOf(item.citations, base, item.text)) : null,
    item.claims?.length ? claimsOf(item.claims) : null,
  ];
}

function conflictOf(conflict, base) {
  return titled(t('conflict'), el('div', { class: 'sides' }, conflict.sides.map((side) =>
    el('div', { class: 'side' },
       el('p', { class: 'value', lang: languageOf(side.value) }, side.value), citationsOf(side.citations, base)))));
}

function certificateOf({ kind, statement, assumptions, numbers = {} }) {
  const known = kind === 'risk' && ['risk', 'errors', 'answered'].every((name) => name in numbers);
  // What one planted passage could undo rests on nothing.
  if (kind === 'poisoning' && !numbers.modified) assumptions = [];
  return [
    known
      ? [el('p', {}, t('risk_statement', `${number(numbers.risk * 100, 1)} %`)),
         el('p', { class: 'facts' }, t('risk_measured', number(numbers.errors), number(numbers.answered), numbers.calibration_set))]
      : el('p', {}, kind === 'poisoning' && 'witnesses' in numbers
          ? t('planted_statement', number(numbers.witnesses), number(numbers.modified)) : t(statement)),
    assumptions.length ? el('p', { class: 'facts' }, `${t('assuming')}:`) : null,
    assumptions.length ? el('ul', { class: 'assumptions' }, assumptions.map((text) => el('li', {}, t(text)))) : null,
  ].flat();
}

function costOf(cost) {
  const figures = [['cost_found', cost.passages_found], ['cost_read', cost.passages_read],
                   ['cost_tokens_read', cost.prompt_tokens ?? cost.tokens_read],
                   ['cost_tokens_written', cost.completion_tokens ?? cost.tokens_written],
                   ['cost_drafts', cost.model_drafts]].filter(([, value]) => value !== undefined);
  return titled(t('cost'), el('dl', { class: 'cost' },
    figures.map(([name, value]) => el('div', {}, el('dt', {}, t(name)), el('dd', {}, number(value)))),
    el('div', {}, el('dt', {}, t('cost_time')), el('dd', {}, t('milliseconds', number(cost.milliseconds, cost.milliseconds < 10 ? 1 : 0)))),
    cost.money ? el('div', {}, el('dt', {}, t('cost_money')), el('dd', {}, number(cost.money, 6))) : null));
}

/// The stages one below the other with all that they noted.
export function ledgerOf(stages) {
  const total = stages.reduce((sum, stage) => sum + stage.milliseconds, 0);
  return el('details', { class: 'ledger' },
    el('summary', {}, t('steps'), el('span', { class: 'facts' }, ` · ${t('milliseconds', number(total, total < 10 ? 1 : 0))}`)),
    el('ol', {}, stages.map((stage) => el('li', {},
      el('div', { class: 'step' },
         el('strong', {}, stageName(stage.stage)),
         el('span', { class: 'facts' }, t('step_took', number(stage.saw), number(stage.kept))),
         el('span', { class: 'facts time' }, t('milliseconds', number(stage.milliseconds, 1)))),
      stage.notes.map((note) => el('p', { class: 'note' }, el('span', {}, `${note.what}: `), note.text))))));
}

function refusalOf(answer, question, base) {
  const advice = `do_${answer.reason}`;
  const stale = answer.reason === 'stale_evidence';
  return [
    el('p', { class: 'why', lang: languageOf(answer.message) }, answer.message),
    answer.conflicts.map((conflict) => conflictOf(conflict, base)),
    has(advice) ? titled(t('what_to_do'), el('p', {}, t(advice))) : null,
    answer.conflicts.length ? null : answer.rejected.slice(0, 1).map((item) =>
      el('section', { class: 'part rejected' }, el('h3', {}, t(stale ? 'rejected_stale' : 'rejected')),
         itemOf(item, question, base, NaN, t('evidence')))),
  ];
}

// Whether it was right: what the server's promises are tested by. What was said stays with the answer.
function judgeOf(answer) {
  const status = el('span', { class: 'facts', role: 'status' });
  const button = (name, correct) => el('button', {
    type: 'button', class: 'quiet', 'data-correct': String(correct), 'aria-pressed': String(answer.said === correct),
    onclick: async () => {
      try {
        await giveFeedback(answer.answer_id, correct);
        answer.said = correct;
        for (const one of row.querySelectorAll('button'))
          one.setAttribute('aria-pressed', String(one.dataset.correct === String(correct)));
        status.textContent = t('judged');
      } catch (error) {
        status.textContent = error.message || t('unreachable');
      }
    },
  }, t(name));
  const row = el('p', { class: 'judge' }, el('span', {}, t('judge')), ' ', button('judge_right', true), ' ',
                 button('judge_wrong', false), ' ', status);
  return row;
}

/// The whole of an answer, for the page. `base` is the knowledge base that was asked.
export function answerParts(answer, question, base) {
  const given = answer.outcome === 'answered';
  const threshold = answer.certificates.find((certificate) => certificate.kind === 'risk')?.numbers?.threshold ?? NaN;
  return [
    el('h2', { class: given ? 'outcome given' : 'outcome' }, t(answer.outcome)),
    given && answer.message ? el('p', { class: 'facts' }, answer.message) : null,
    given ? answer.answers.map((item) => itemOf(item, question, base, threshold, t('evidence')))
          : refusalOf(answer, question, base),
    given && answer.answer_id ? judgeOf(answer) : null,
    given ? answer.conflicts.map((conflict) => conflictOf(conflict, base)) : null,
    answer.certificates.length ? titled(t('guarantee'), answer.certificates.flatMap(certificateOf)) : null,
    costOf(answer.cost),
  ].flat(3).filter(Boolean);
}

/// One line for the list of earlier questions and for screen readers.
export function inShort(answer) {
  if (answer.outcome !== 'answered') return `${t(answer.outcome)}: ${answer.message}`;
  const [first] = answer.answers;
  return first.span || first.text;
}
