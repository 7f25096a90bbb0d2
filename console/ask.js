// Asking: the form, the stages while they go on, the result, and what was asked before in this tab.

import { answerParts, inShort, kStages, ledgerOf, stageName } from './answer.js';
import { ask, listModels } from './api.js';
import { $, el, languageOf } from './dom.js';
import { language, t } from './strings.js';

const runs = [];     // newest last: { question, base, model, risk, stages, state, answer, problem, controller }
let shown = null;    // the run on the page
let onAsked = null;  // (question, base): the page's address follows

const running = () => runs.find((run) => run.state === 'running');

function trackOf(run) {
  const done = run.stages.map((stage) => stage.stage);
  const active = run.state === 'running' ? kStages.find((name) => !done.includes(name)) : undefined;
  return el('ol', { class: 'track', 'data-state': run.state }, kStages.map((name) =>
    el('li', { class: done.includes(name) ? 'done' : name === active ? 'active' : '', title: stageName(name),
               'data-stage': name }, el('span', {}, stageName(name)))));
}

function problemParts(problem) {
  return [
    el('h2', { class: 'outcome' }, t('failed')),
    el('p', { class: 'why' }, problem.message || t('unreachable')),
    problem.status === 0 ? el('p', {}, t('do_unreachable')) : null,
    el('p', {}, el('button', { type: 'button', class: 'quiet', onclick: () => startAsking(shown) }, t('try_again'))),
  ].filter(Boolean);
}

const say = (text) => { $('progress').textContent = text; };

function showHistory() {
  const earlier = runs.filter((run) => run !== shown && run.state !== 'running').reverse();
  $('history').hidden = earlier.length === 0;
  $('history').replaceChildren(el('h2', {}, t('history')), el('ol', {}, earlier.map((run) =>
    el('li', {}, el('button', { type: 'button', onclick: () => select(run) },
      el('span', { lang: languageOf(run.question) }, run.question),
      el('span', { class: 'facts' }, run.answer ? inShort(run.answer) : t(run.state)))))));
}

function showButtons() {
  const busy = Boolean(running());
  $('send').hidden = busy;
  $('stop').hidden = !busy;
}

/// Draws the run on the page anew, in the language of now.
export function showResult() {
  const result = $('result');
  showButtons();
  showHistory();
  result.setAttribute('aria-busy', String(shown?.state === 'running'));
  if (!shown) {
    result.replaceChildren(el('p', { class: 'welcome' }, t('welcome')));
    return;
  }
  const parts = [trackOf(shown)];
  if (shown.answer) parts.push(...answerParts(shown.answer, shown.question, shown.base));
  if (shown.problem) parts.push(...problemParts(shown.problem));
  if (shown.state === 'stopped') parts.push(el('h2', { class: 'outcome' }, t('stopped')));
  if (shown.state !== 'running' && shown.stages.length) parts.push(ledgerOf(shown.stages));
  result.replaceChildren(...parts);
}

function select(run) {
  shown = run;
  $('question').value = run.question;
  $('base').value = run.base;
  fitQuestion();
  showResult();
  onAsked(run.question, run.base);
  $('result').focus({ preventScroll: true });
  $('ask-form').scrollIntoView({ block: 'start' });
}

function requestOf(run) {
  const request = { question: run.question, knowledge_base: run.base, lang: language() };
  if (run.model) request.model = run.model;
  if (run.risk) request.risk = run.risk;
  return request;
}

async function startAsking({ question, base, model, risk }) {
  running()?.controller.abort();
  const run = { question, base, model, risk, stages: [], state: 'running', answer: null, problem: null,
                controller: new AbortController() };
  runs.push(run);
  shown = run;
  showResult();
  say(t('working', stageName(kStages[0])));
  onAsked(question, base);
  try {
    run.answer = await ask(requestOf(run), (stage) => {
      run.stages.push(stage);
      if (shown !== run) return;
      document.querySelector('.track')?.replaceWith(trackOf(run));
      const next = kStages.find((name) => !run.stages.some((done) => done.stage === name));
      if (next) say(t('working', stageName(next)));
    }, run.controller.signal);
    run.state = 'done';
  } catch (error) {
    run.state = error.name === 'AbortError' ? 'stopped' : 'failed';
    if (run.state === 'failed') run.problem = error;
  }
  if (shown !== run) {
    showButtons();
    showHistory();
    return;
  }
  showResult();
  say(run.answer ? `${t(run.answer.outcome)}: ${inShort(run.answer)}` : run.problem?.message || t(run.state));
}

function fitQuestion() {
  const field = $('question');
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

/// Puts the question into the form and asks it; one that was asked before is shown as it was.
export function askAgain(question, base) {
  const before = runs.findLast((run) => run.question === question && (!base || run.base === base));
  if (before) return select(before);
  $('question').value = question;
  if (base) $('base').value = base;
  fitQuestion();
  return startAsking(formValues());
}

export function showNothing() {
  shown = null;
  $('question').value = '';
  fitQuestion();
  showResult();
}

function formValues() {
  const risk = Number.parseFloat($('risk').value);
  return { question: $('question').value.trim(), base: $('base').value, model: $('model').value,
           risk: Number.isFinite(risk) ? risk / 100 : 0 };
}

/// The models that draft: of those listed, the upstream ones themselves.
export async function fillModels() {
  const models = (await listModels()).map((model) => model.id)
    .filter((id) => !id.startsWith('genkai/') && !id.endsWith('+checked'));
  const select = $('model');
  const chosen = select.value;
  select.replaceChildren(el('option', { value: '' }, t('model_default')), ...models.map((id) => el('option', { value: id }, id)));
  if (models.includes(chosen)) select.value = chosen;
  $('model-choice').hidden = models.length < 2;
}

export function startAskView(asked) {
  onAsked = asked;
  const form = $('ask-form'), question = $('question');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const values = formValues();
    if (!values.question || !values.base || running()) {
      question.focus();
      return;
    }
    startAsking(values);
  });
  question.addEventListener('input', fitQuestion);
  question.addEventListener('keydown', (event) => {
    // While an input method composes, Enter chooses among its proposals.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  $('stop').addEventListener('click', () => {
    running()?.controller.abort();
    question.focus();
  });
}
