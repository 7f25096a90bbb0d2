// The server's API: JSON, and the stream of server-sent events of a question.

const kKey = 'genkai-key';

/// What the server refused or could not do; `status` is 0 when it was not reached.
export class Problem extends Error {
  constructor(status, message, hint = '') {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

// Resolves once the person has given a key: set by onUnauthorized. Requests that wait share one.
let askForKey = null;
let waiting = null;

/// `ask(again)` shows the field for the key and resolves with it; `again` when one was refused.
export function onUnauthorized(ask) {
  askForKey = ask;
}

async function problemOf(response) {
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    // not ours: a proxy's page, say
  }
  return new Problem(response.status, error.message ?? `HTTP ${response.status}`);
}

async function send(path, options = {}) {
  for (;;) {
    const key = sessionStorage.getItem(kKey);
    const headers = { ...options.headers, ...(key ? { authorization: `Bearer ${key}` } : {}) };
    let response;
    try {
      response = await fetch(path, { ...options, headers, credentials: 'omit' });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new Problem(0, '');
    }
    if (response.ok) return response;
    if (response.status !== 401) throw await problemOf(response);
    if (sessionStorage.getItem(kKey) !== key) continue;
    waiting ??= askForKey(key !== null).then((given) => {
      sessionStorage.setItem(kKey, given);
      waiting = null;
    });
    await waiting;
    options.signal?.throwIfAborted();
  }
}

async function getJson(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''));
  const response = await send(query.size ? `${path}?${query}` : path, { signal });
  return response.json();
}

const baseUrl = (base) => `/v1/knowledge_bases/${encodeURIComponent(base)}/documents`;

export const listBases = async () => (await getJson('/v1/knowledge_bases')).data;
export const listModels = async () => (await getJson('/v1/models')).data;
export const listDocuments = (base, parameters, signal) => getJson(baseUrl(base), parameters, signal);
export const readDocument = (base, id, parameters, signal) =>
  getJson(`${baseUrl(base)}/${encodeURIComponent(id)}`, parameters, signal);

/// Says of an answer whether it was right; the last word counts.
export const giveFeedback = (answerId, correct) => send('/v1/feedback', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ answer_id: answerId, correct }),
});

/// The events of a stream as [name, data], comments left out.
async function* events(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop();
    for (const block of blocks) {
      let name = 'message';
      const data = [];
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
      if (data.length) yield [name, data.join('\n')];
    }
    if (done) return;
  }
}

/// Asks; `onStage` is called with each stage as it ends. Returns the answer of docs/formats/answer.md.
export async function ask(request, onStage, signal) {
  const response = await send('/v1/answers', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ ...request, stream: true }),
    signal,
  });
  let answer = null;
  try {
    for await (const [name, data] of events(response.body)) {
      if (data === '[DONE]') continue;
      const value = JSON.parse(data);
      if (value.error) throw new Problem(502, value.error.message ?? '');
      if (name === 'stage') onStage(value);
      if (name === 'answer') answer = value;
    }
  } catch (error) {
    if (error instanceof Problem || error.name === 'AbortError') throw error;
    throw new Problem(0, '');
  }
  if (!answer) throw new Problem(0, '');
  return answer;
}
