// Every word that the page says. A value is a text, or a function of what goes into it.

const en = {
  views: 'Views',
  language: 'Language',
  ask_view: 'Ask',
  documents_view: 'Documents',
  close: 'Close',
  question_label: 'What do you want to know?',
  question_example: 'Ask in your own words',
  knowledge_base: 'Knowledge base',
  model: 'Model',
  model_default: 'As the server is set up',
  send: 'Ask',
  stop: 'Stop',
  advanced: 'Advanced',
  risk_label: 'Wrong answers you can accept',
  risk_hint: 'Out of all answers given. Less means more refusals. Empty: as the server is set up.',
  welcome: 'An answer comes with the passage it rests on and the probability that it is right. Where the documents do not carry an answer, you are told why.',
  no_bases: 'There is no knowledge base yet. Make one with:',
  key_label: 'This server asks for an API key',
  key_send: 'Use this key',
  key_hint: 'It stays in this tab and is forgotten when you close it.',
  key_refused: 'The server does not know this key, or it was revoked.',

  working: (stage) => `Working: ${stage}`,
  stage_interpret: 'Understand',
  stage_gather: 'Search',
  stage_vet: 'Vet',
  stage_pack: 'Select',
  stage_draft: 'Draft',
  stage_verify: 'Verify',
  stage_decide: 'Decide',
  stage_read: 'Read',
  stage_check: 'Check',
  stage_agree: 'Compare',
  'stage_read alone': 'Read each alone',
  stage_confirm: 'Hear witnesses',
  stage_memory: 'Memory',
  'stage_verify quotes': 'Verify quotes',
  steps: 'How this came about',
  step_took: (saw, kept) => `${saw} seen, ${kept} kept`,
  milliseconds: (n) => `${n} ms`,

  answered: 'Answer',
  abstained: 'No answer',
  needs_clarification: 'One question back',
  stopped: 'Stopped',
  failed: 'That did not work',
  probability: 'Probability that this is right',
  estimate: (n, all) => `Estimate: ${n} of ${all} drafts of the model agree. Not calibrated, so there is no guarantee`,
  unchecked: 'Not checked: there is no probability',
  written_by: (model) => `Written by ${model}`,
  claims: 'Held against the documents',
  verdict_supported: 'supported',
  verdict_contradicted: 'contradicted',
  verdict_inconsistent: 'inconsistent',
  verdict_not_checkable: 'cannot be checked',
  judge: 'Is this right?',
  judge_right: 'Right',
  judge_wrong: 'Wrong',
  judged: 'Noted. The promised error rate is tested by it.',
  required: (p) => `${p} was needed`,
  read_as: 'Read as',
  evidence: 'Evidence',
  open_passage: 'Open the passage in its document',
  page: (n) => `page ${n}`,
  line: (n) => `line ${n}`,
  conflict: 'The documents disagree',
  rejected: 'The closest passage, not sure enough to be the answer',
  rejected_stale: 'What the older document says',
  what_to_do: 'What you can do',
  planted_statement: (witnesses, planted) => planted === '0'
    ? `Independent passages that bear it out: ${witnesses}. If one of them is planted, another answer may have been given without it.`
    : `Independent passages that bear it out: ${witnesses}. Up to ${planted} of those found may be planted, and no other answer would have been given without them.`,
  guarantee: 'What is guaranteed',
  assuming: 'This holds as long as',
  risk_statement: (risk) => `Of answers given as surely as this one, at most ${risk} are wrong, with 95 % confidence.`,
  risk_measured: (errors, n, set) => `Measured: ${errors} of ${n} were wrong, on ${set}.`,
  cost: 'Cost',
  cost_found: 'passages found',
  cost_read: 'passages read',
  cost_tokens_read: 'tokens read',
  cost_tokens_written: 'tokens written',
  cost_drafts: 'model drafts',
  cost_money: 'price',
  cost_time: 'time',

  do_insufficient_evidence: 'Ask with the words that the documents use, choose another knowledge base, or add a document that says it.',
  do_low_confidence: 'Look at the closest passage yourself. Naming exactly what you mean helps; so does accepting more wrong answers under “Advanced”.',
  do_conflicting_evidence: 'Open both passages, decide which one holds, and have the other corrected.',
  do_suspected_poisoning: 'Look at the named document: it may hold text that was written to mislead. Remove it if it does.',
  do_stale_evidence: 'Take the passage below as history. A newer document would settle it.',
  do_ambiguous_question: 'Ask again and name the person or thing.',
  do_context_exceeded: 'Too much would have to be read at once. Ask about one part of it.',
  do_budget_exhausted: 'Wait until the budget is renewed, or ask the operator for more.',
  do_model_unavailable: 'Try again in a moment, or choose another model. The operator’s log says more.',

  unreachable: 'The server cannot be reached.',
  do_unreachable: 'Check that it is running, then ask again.',
  try_again: 'Try again',
  history: 'Earlier in this tab',

  documents_title: 'Documents',
  find_document: 'Find by title, name or source',
  documents_of: (from, to, total) => `${from}–${to} of ${total}`,
  documents_count: (n) => `${n} ${n === '1' ? 'document' : 'documents'}`,
  passages_count: (n) => `${n} ${n === '1' ? 'passage' : 'passages'}`,
  no_documents: 'No document matches.',
  previous: 'Previous',
  next: 'Next',
  base_broken: 'Cannot be opened',
  standing_tightened: 'answers held to less risk, after feedback',
  standing_stopped: 'answers stopped, after feedback',
  standing_drifted: 'questions have changed',
  loading: 'Loading…',
  earlier_part: 'Show the part before',
  later_part: 'Show the part after',
  cited: 'Cited passage',
};

const ja = {
  views: '表示',
  language: '言語',
  ask_view: '質問',
  documents_view: '文書',
  close: '閉じる',
  question_label: '何を知りたいですか',
  question_example: 'ふだんの言葉でお尋ねください',
  knowledge_base: '知識ベース',
  model: 'モデル',
  model_default: 'サーバーの設定どおり',
  send: '質問する',
  stop: '中止',
  advanced: '詳細設定',
  risk_label: '許容する誤答の割合',
  risk_hint: '出した答え全体に占める割合です。小さくすると回答を控えることが増えます。空欄ならサーバーの設定に従います。',
  welcome: '答えには、根拠となる箇所と、正しい確率を添えます。文書から答えが出せないときは、その理由をお伝えします。',
  no_bases: '知識ベースがまだありません。次のコマンドで作れます。',
  key_label: 'このサーバーにはAPIキーが必要です',
  key_send: 'このキーを使う',
  key_hint: 'キーはこのタブの中だけに保持し、閉じると消えます。',
  key_refused: 'このキーは登録されていないか、取り消されています。',

  working: (stage) => `処理中：${stage}`,
  stage_interpret: '解釈',
  stage_gather: '検索',
  stage_vet: '吟味',
  stage_pack: '選別',
  stage_draft: '下書き',
  stage_verify: '検証',
  stage_decide: '判定',
  stage_read: '読み取り',
  stage_check: '照合',
  stage_agree: '比較',
  'stage_read alone': '個別に読む',
  stage_confirm: '証言を聞く',
  stage_memory: '記憶との照合',
  'stage_verify quotes': '引用の検証',
  steps: '答えが出るまで',
  step_took: (saw, kept) => `${saw}件中${kept}件`,
  milliseconds: (n) => `${n}ミリ秒`,

  answered: '答え',
  abstained: '回答を控えます',
  needs_clarification: 'ひとつ確認させてください',
  stopped: '中止しました',
  failed: 'うまくいきませんでした',
  probability: '正しい確率',
  estimate: (n, all) => `推定：モデルの下書き${all}件中${n}件が一致。較正されていないため保証はありません`,
  unchecked: '確認していないため、確率はありません',
  written_by: (model) => `${model}による文`,
  claims: '文書との照合',
  verdict_supported: '裏付けあり',
  verdict_contradicted: '矛盾',
  verdict_inconsistent: '不整合',
  verdict_not_checkable: '確認不能',
  judge: 'この答えは正しいですか。',
  judge_right: '正しい',
  judge_wrong: '誤り',
  judged: '記録しました。約束した誤り率の検定に使います。',
  required: (p) => `必要な確率は${p}`,
  read_as: '質問の解釈',
  evidence: '根拠',
  open_passage: '文書の該当箇所を開く',
  page: (n) => `${n}ページ`,
  line: (n) => `${n}行目`,
  conflict: '文書どうしが食い違っています',
  rejected: '最も近い箇所（答えとするには確かさが足りません）',
  rejected_stale: '古い文書の記述',
  what_to_do: 'できること',
  guarantee: '保証できること',
  assuming: '次の前提のもとで成り立ちます',
  risk_statement: (risk) => `これと同じ確かさで出した答えのうち、誤りは多くても${risk}です（信頼度95 %）。`,
  risk_measured: (errors, n, set) => `実測では${n}件中${errors}件が誤りでした（対象：${set}）。`,
  cost: '費用',
  cost_found: '見つけた箇所',
  cost_read: '読んだ箇所',
  cost_tokens_read: '読んだトークン',
  cost_tokens_written: '書いたトークン',
  cost_drafts: 'モデルの下書き',
  cost_money: '料金',
  cost_time: '時間',

  do_insufficient_evidence: '文書で使われていそうな言葉で尋ねる、別の知識ベースを選ぶ、または答えの載った文書を加えてください。',
  do_low_confidence: '下の最も近い箇所をご自身で確かめてください。何を指すのかをはっきり書くか、「詳細設定」で許容する誤答の割合を増やすこともできます。',
  do_conflicting_evidence: '両方の箇所を開いて正しい方を確かめ、もう一方の文書を直してください。',
  do_suspected_poisoning: '挙げた文書を確かめてください。誤らせるための文が書かれているおそれがあります。そうであれば取り除いてください。',
  do_stale_evidence: '下の箇所は過去の記録としてお読みください。新しい文書を加えると答えられます。',
  do_ambiguous_question: '人や物の名前を入れて、もう一度お尋ねください。',
  do_context_exceeded: '一度に読む量が多すぎます。範囲を絞ってお尋ねください。',
  do_budget_exhausted: '予算が改まるまで待つか、管理者に増額を依頼してください。',
  do_model_unavailable: '少し待ってもう一度試すか、別のモデルを選んでください。詳しくは管理者の記録にあります。',

  unreachable: 'サーバーに接続できません。',
  do_unreachable: 'サーバーが動いているか確かめてから、もう一度お尋ねください。',
  try_again: 'もう一度',
  history: 'このタブでの質問',

  documents_title: '文書',
  find_document: '題名・名前・出典で探す',
  documents_of: (from, to, total) => `${total}件中 ${from}–${to}件`,
  documents_count: (n) => `文書${n}件`,
  passages_count: (n) => `${n}段落`,
  no_documents: '当てはまる文書はありません。',
  previous: '前へ',
  next: '次へ',
  base_broken: '開けません',
  standing_tightened: '正誤の報告を受け、より低い誤り率で回答中',
  standing_stopped: '正誤の報告を受け、回答を停止中',
  standing_drifted: '質問の傾向が変化',
  loading: '読み込み中…',
  earlier_part: '前の部分を表示',
  later_part: '後の部分を表示',
  cited: '引用箇所',

  planted_statement: (witnesses, planted) => planted === '0'
    ? `独立した記述${witnesses}件が裏付け。そのうち1件が偽物なら、別の答えだったかもしれません。`
    : `独立した記述${witnesses}件が裏付け。見つかった記述のうち${planted}件までが偽物でも、それなしで別の答えにはなりませんでした。`,
  // What the server writes in English, as assumptions of its certificates.
  'what an honest passage says when it is read alone does not depend on what is planted, and honest passages keep their order':
    '正しい文書を単独で読んだ結果は偽の文書に左右されず、正しい文書どうしの順位も変わらないこと',
  'no planted passage carries the name of an honest source together with a later date':
    '偽の文書が、正しい出典の名とより新しい日付を併せ持たないこと',
  "a planted passage that gives the question's name to something else may have its answer put beside this one":
    '質問と同名の別のものについて述べる偽の文書は、その答えが並べて示されることがある',
  'one planted passage could have changed this answer: answers of this kind cannot be counted':
    'この種の答えは数えて確かめられないため、偽の文書1件で変わりうる',
  'questions and documents are like those of the calibration set': '質問と文書が、較正に使ったものと似ていること',
  'an answer is right when its quote contains what was asked for': '引用した文に求めるものが含まれていれば、正しい答えとみなすこと',
};

export const tables = { en, ja };
let current = 'en';

export const language = () => current;

export function setLanguage(code) {
  current = code in tables ? code : 'en';
}

/// The text called `name`. What is in no table comes back as it is: the server's own words.
export function t(name, ...values) {
  const text = tables[current][name] ?? en[name] ?? name;
  return typeof text === 'function' ? text(...values) : text;
}

export const has = (name) => name in en;

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(current, { maximumFractionDigits: digits }).format(value);

/// 0.8669 as "87 %", with more digits where the whole per cent would claim certainty.
export function percent(share) {
  const value = share * 100;
  const digits = value > 0 && (value < 1 || value >= 99) ? 1 : 0;
  const shown = digits === 1 ? Math.min(Math.max(value, 0.1), 99.9) : value;
  return `${number(shown, digits)} %`;
}

export const list = (words) => new Intl.ListFormat(current, { style: 'narrow' }).format(words);

/// "ja" as the name of the language, in the language of the page.
export function languageName(code) {
  if (!code) return '';
  try {
    return new Intl.DisplayNames([current], { type: 'language' }).of(code);
  } catch {
    return code;
  }
}
