// Japanese: the question word where the span stood, か at the end.

#include <algorithm>
#include <array>
#include <optional>

#include "answer/japanese_asked.h"
#include "answer/japanese_endings.h"
#include "answer/question_forms.h"
#include "text/japanese_words.h"
#include "text/utf8.h"

namespace genkai::answer {
namespace {

using text::AnswerType;
using text::TypedSpan;
using text::WordKind;

constexpr std::size_t kFewest = 9, kMost = 64;  // code points of a question
constexpr std::size_t kLongestTopic = 32;       // code points

struct Word {
  std::size_t begin = 0, end = 0;
  WordKind kind = WordKind::other;
  std::string_view text;
};

std::vector<Word> tag(std::string_view sentence) {
  thread_local text::JapaneseWords tagger;
  std::vector<text::TaggedWord> tagged;
  tagger.tag(sentence, tagged);
  std::vector<Word> words;
  for (const auto& own : tagged)
    words.push_back({own.begin, own.end, own.kind, sentence.substr(own.begin, own.end - own.begin)});
  return words;
}

template <class List>
bool starts_with_any(std::string_view text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view own) { return text.starts_with(own); });
}

constexpr std::string_view kComma = "、";

std::string_view without_connective(std::string_view sentence) {
  static constexpr auto kConnectives = std::to_array<std::string_view>(
      {"また、",     "しかし、",   "そして、",       "さらに、",   "なお、",     "一方、",       "ただし、",
       "例えば、",   "たとえば、", "しかしながら、", "そのため、", "このため、", "したがって、", "さらには、",
       "特に、",     "とくに、",   "実際、",         "もともと、", "また",       "さらに",       "しかし",
       "なお",       "その後、",   "やがて、",       "結局、",     "最終的に、", "現在、",       "近年、",
       "すなわち、", "つまり、",   "もっとも、",     "ちなみに、", "加えて、",   "一方で、",     "同時に、",
       "その結果、", "そして",     "当初、",         "ところが、", "やがて、",   "やがて",       "ところが",
       "殊に",       "やはり",     "このほか、",     "とりわけ、", "結果、",     "結果として、", "このうち、",
       "そこで、",   "そのうえ、", "もっとも"});
  for (const std::string_view own : kConnectives)
    if (sentence.starts_with(own)) return sentence.substr(own.size());
  return sentence;
}

bool leans_on_others(std::string_view clause) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"これ",   "それ",   "あれ", "この",     "その",   "あの", "ここ",   "そこ",   "こう", "そう",
       "こちら", "そちら", "彼",   "同氏",     "同社",   "同年", "同月",   "同日",   "同地", "同誌",
       "同書",   "同国",   "同市", "同県",     "同校",   "同機", "同作",   "同曲",   "同大", "同島",
       "同時期", "前者",   "後者", "上記",     "下記",   "前述", "後述",   "以下の", "次の", "当時",
       "自身",   "私",     "我々", "皆さん",   "あなた", "両者", "ともに", "うち",   "翌",   "前年",
       "本作",   "本書",   "本種", "本項",     "他の",   "別の", "以上の", "残る",   "残り", "？",
       "?",      "！",     "!",    "それぞれ", "お願い", "遠慮", "当該",   "同じ"});
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return clause.find(word) != std::string_view::npos; });
}

// ---- Clauses ----

struct Clause {
  std::size_t begin = 0, end = 0;  // bytes of the sentence, without the comma at the end
  bool last = false, although = false;
};

// 建造され、 and 沈んだが、 end a clause; 東京で、 does not.
std::vector<Clause> clauses_of(std::string_view sentence, const std::vector<Word>& words) {
  static constexpr auto kStems =
      std::to_array<std::string_view>({"し", "れ", "り", "め", "け", "せ", "き", "え", "べ"});
  std::vector<Clause> clauses;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].text != kComma) continue;
    const Word& before = words[i - 1];
    bool stem = before.kind == WordKind::other &&
                std::any_of(kStems.begin(), kStems.end(),
                            [&](std::string_view own) { return before.text.ends_with(own); });
    const bool although = before.text == "が" && i >= 2 && words[i - 2].kind == WordKind::other &&
                          (words[i - 2].text.ends_with("た") || words[i - 2].text.ends_with("る") ||
                           words[i - 2].text.ends_with("だ") || words[i - 2].text.ends_with("す"));
    const std::string_view own = sentence.substr(begin, before.end - begin);
    // With a particle of its own before it; なし、 and つまり、 have none.
    const bool verb = own.find("を") != std::string_view::npos || own.find("に") != std::string_view::npos ||
                      own.find("が") != std::string_view::npos || own.find("は") != std::string_view::npos ||
                      own.find("で") != std::string_view::npos;
    for (const std::string_view adverb : {"より", "まり", "から", "やはり", "かなり", "ため", "はじめ",
                                          "むけ", "向け", "とき", "ばかり", "あたり"})
      stem = stem && !own.ends_with(adverb);
    if (!verb || (!stem && !although)) continue;
    clauses.push_back({begin, although ? words[i - 2].end : before.end, false, although});
    begin = words[i].end;
  }
  clauses.push_back({begin, sentence.size(), true, false});
  return clauses;
}

// ---- The question ----

// The subject that a later clause shares: up to は.
std::string topic_of(std::string_view sentence, const std::vector<Word>& words,
                     std::size_t first_clause_end) {
  for (std::size_t i = 1; i < words.size() && words[i].begin < first_clause_end; ++i) {
    if (words[i].text != "は") continue;
    std::size_t begin = 0;
    for (std::size_t j = 0; j < i; ++j)
      if (words[j].text == kComma) begin = words[j].end;
    const std::string_view topic = sentence.substr(begin, words[i].end - begin);
    const std::string_view before = sentence.substr(begin, words[i].begin - begin);
    const bool place = before.ends_with("に") || before.ends_with("で") || before.ends_with("と") ||
                       before.ends_with("から") || before.ends_with("まで");
    if (text::count_code_points(topic) > kLongestTopic || place) return {};
    return std::string(topic);
  }
  return {};
}

bool has_subject(std::string_view text) {
  for (const Word& word : tag(text))
    if (word.kind == WordKind::other && (word.text == "は" || word.text == "が" || word.text == "も"))
      return true;
  return false;
}

// Parts between commas, and phrases of place or means, that may be left out.
void add_pieces(std::string_view part, std::vector<QuestionForm::Piece>& pieces) {
  std::size_t begin = 0, chunk = 0;
  enum { whole, argument } before = whole;  // what stands before `chunk`: behind が or を a verb may follow
  const std::vector<Word> words = tag(part);
  const auto flush = [&](std::size_t end) {
    if (end > begin) pieces.push_back({std::string(part.substr(begin, end - begin)), false});
    begin = end;
  };
  const auto is = [](std::string_view word, std::initializer_list<std::string_view> any) {
    return std::find(any.begin(), any.end(), word) != any.end();
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    const bool means = is(word.text, {"で", "から", "によって", "により", "として"}),
               comma = word.text == kComma;
    const bool argument_end = is(word.text, {"は", "が", "を", "に"});
    if (word.kind != WordKind::other || (!means && !comma && !argument_end)) continue;
    const std::string_view own = part.substr(chunk, word.end - chunk);
    const std::string_view next = i + 1 < words.size() ? words[i + 1].text : std::string_view();
    const bool goes_on = next.empty() || is(next, {"は", "も", "の", "ある", "あり", "あっ", "ある", kComma});
    const bool subject = own.find("は") != std::string_view::npos || own.find("が") != std::string_view::npos;
    const bool noun = i > 0 && words[i - 1].kind != WordKind::other;
    if ((means && noun && !goes_on && !subject) || (comma && before == whole && !subject && own != kComma)) {
      flush(chunk);
      pieces.push_back({std::string(own), true});
      begin = word.end;
    }
    before = argument_end && word.text != "は" ? argument : whole;
    chunk = word.end;
  }
  flush(part.size());
}

// フランスのヴァロワ家 is ヴァロワ家 too: the noun before の at the start of a phrase.
void add_modifiers(std::vector<QuestionForm::Piece>& pieces) {
  std::vector<QuestionForm::Piece> out;
  for (QuestionForm::Piece& piece : pieces) {
    const std::string text = piece.text;
    const std::vector<Word> words = tag(text);
    std::size_t begin = 0;
    bool opens = true;  // a phrase begins at word i
    for (std::size_t i = 0; !piece.optional && i < words.size(); ++i) {
      std::size_t end = i;
      while (end < words.size() && words[end].kind != WordKind::other && words[end].kind != WordKind::number)
        ++end;
      const bool of = opens && end > i && end + 1 < words.size() && words[end].text == "の" &&
                      words[end + 1].kind != WordKind::other && words[end + 1].kind != WordKind::number;
      if (of) {
        if (words[i].begin > begin) out.push_back({text.substr(begin, words[i].begin - begin), false});
        out.push_back({text.substr(words[i].begin, words[end].end - words[i].begin), true});
        begin = words[end].end;
        i = end;
      }
      static constexpr auto kBefore =
          std::to_array<std::string_view>({"は", "が", "を", "に", "で", "から", "、"});
      opens = !of && std::find(kBefore.begin(), kBefore.end(), words[i].text) != kBefore.end();
    }
    if (begin < text.size()) out.push_back({text.substr(begin), piece.optional});
  }
  pieces = std::move(out);
}

// A question word is no topic: 誰は is 誰が, 何年には is 何年に; and 何年、 is 何年に、.
std::string after_question_word(std::string text, AnswerType type) {
  if (text.starts_with("は")) return "が" + text.substr(3);
  for (const std::string_view particle : {"に", "で", "から", "まで"})
    if (text.starts_with(std::string(particle) + "は"))
      return std::string(particle) + text.substr(particle.size() + 3);
  if (type == AnswerType::date && text.starts_with(kComma)) return "に" + text;
  return text;
}

}  // namespace

std::vector<QuestionForm> form_japanese_questions(std::string_view given) {
  std::vector<QuestionForm> forms;
  const std::string cleaned = without_brackets(given);
  if (looks_like_markup(cleaned) || !cleaned.ends_with("。")) return forms;
  std::string_view whole = without_connective(std::string_view(cleaned).substr(0, cleaned.size() - 3));
  if (whole.find("。") != std::string_view::npos || whole.find('*') != std::string_view::npos) return forms;
  const auto count = [&](std::string_view mark) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = whole.find(mark, at)) != std::string_view::npos; at += mark.size()) ++n;
    return n;
  };
  if (count("「") != count("」") || count("『") != count("』")) return forms;
  const std::string sentence(whole);
  const std::vector<Word> words = tag(sentence);
  if (words.size() < 5) return forms;
  const auto spans = text::find_typed_spans(sentence);
  const auto clauses = clauses_of(sentence, words);
  const std::string topic = topic_of(sentence, words, clauses.front().end);
  std::size_t reached = 0;
  for (const TypedSpan& span : spans) {
    if (span.span.begin < reached) continue;
    const auto asked = ask_japanese_for(sentence, span, spans);
    if (!asked) continue;
    reached = span.span.end;
    const auto clause = std::find_if(clauses.begin(), clauses.end(), [&](const Clause& own) {
      return own.begin <= asked->begin && asked->end <= own.end;
    });
    if (clause == clauses.end()) continue;
    const std::string_view within =
        std::string_view(sentence).substr(clause->begin, asked->begin - clause->begin);
    const auto inside = [&](std::string_view open, std::string_view close) {
      const std::size_t at = within.rfind(open);
      return at != std::string_view::npos && within.find(close, at) == std::string_view::npos;
    };
    if (within.ends_with("という") || inside("「", "」") || inside("『", "』")) continue;
    const bool past = is_past(sentence);
    std::string left = sentence.substr(clause->begin, asked->begin - clause->begin);
    // The counter of an amount stays between the question word and what follows.
    const std::size_t counter =
        asked->type == AnswerType::number ? std::max(asked->end, span.span.end) : asked->end;
    std::string right = sentence.substr(asked->end, counter - asked->end) +
                        after_question_word(sentence.substr(counter, clause->end - counter), asked->type);
    if (clause->last || clause->although) {
      const bool noun = clause->last && words.back().kind != WordKind::other;
      // 八王子方面に脱走。 leaves out the する of its last noun.
      const std::string_view governed = words[words.size() - 2].text;
      if (noun && !right.empty() && (governed == "を" || governed == "に" || governed == "へ"))
        right += "した";
      const auto ended = asking_end(right.empty() ? asked->word : right,
                                    (noun && !right.ends_with("した")) || right.empty());
      if (!ended) continue;
      right = right.empty() ? ended->substr(asked->word.size()) : *ended;
    } else {
      right = asking_continuative(right, past);
    }
    // The topic goes along where the clause has none of its own.
    const bool own_topic = clause == clauses.begin() || topic.empty() || has_subject(left + right);
    QuestionForm form;
    if (!own_topic) form.pieces.push_back({topic, false});
    add_pieces(left, form.pieces);
    add_modifiers(form.pieces);
    std::vector<QuestionForm::Piece> behind{{right, false}};
    if (span.type == AnswerType::number || !right.starts_with("の")) add_modifiers(behind);
    behind.insert(behind.begin(), {asked->word, false});
    std::move(behind.begin(), behind.end(), std::back_inserter(form.pieces));
    form.answers = asked->answers;
    form.type = asked->type;
    form.language = text::Language::japanese;
    const std::string question = form.render({});
    const std::size_t length = text::count_code_points(question);
    if (length < kFewest || length > kMost || leans_on_others(question) || !has_subject(question)) continue;
    forms.push_back(std::move(form));
  }
  return forms;
}

}  // namespace genkai::answer
