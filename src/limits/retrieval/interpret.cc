#include <algorithm>
#include <array>
#include <unordered_set>

#include "limits/retrieval/guard.h"
#include "text/analyzer.h"
#include "text/question.h"

namespace genkai::limits::retrieval {
namespace {

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::vector<std::string> words_of(const std::string& normalised) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : normalised + " ") {
    if (is_word_byte(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool asks_now(const std::string& normalised) {
  static constexpr std::array<std::string_view, 12> kSigns{"current",    "currently", " now", "today",
                                                           "at present", "latest",    "現在", "いま",
                                                           "今の",       "今は",      "最新", "今日"};
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return contains(normalised, sign); });
}

}  // namespace

bool needs_context(std::string_view question, std::string* word) {
  const std::string normalised = text::normalise(question);
  const auto words = words_of(normalised);
  static const std::unordered_set<std::string> kPronouns{"it",  "they", "he",    "she", "them",
                                                         "him", "its",  "their", "his"};
  static const std::unordered_set<std::string> kSmall{
      "when",   "where",    "who",   "what", "why",  "how",  "which", "did",  "does",  "do",
      "is",     "was",      "are",   "were", "will", "the",  "a",     "an",   "of",    "in",
      "to",     "much",     "many",  "long", "old",  "open", "close", "cost", "start", "end",
      "happen", "happened", "there", "that", "this", "be",   "have",  "has",  "for",   "about"};
  std::string pronoun;
  std::size_t content = 0;
  for (const std::string& each : words) {
    if (kPronouns.contains(each)) {
      if (pronoun.empty()) pronoun = each;
    } else if (!kSmall.contains(each)) {
      ++content;
    }
  }
  if (!pronoun.empty() && content == 0) {
    *word = pronoun;
    return true;
  }
  static constexpr std::array<std::string_view, 9> kDemonstratives{
      "それは", "それを", "それが", "これは", "あれは", "彼は", "彼女は", "そこは", "そこに"};
  for (const std::string_view sign : kDemonstratives) {
    if (normalised.starts_with(sign) && text::count_code_points(normalised) <= sign.size() / 3 + 9) {
      *word = std::string(sign.substr(0, sign.size() - 3));
      return true;
    }
  }
  return false;
}

std::vector<core::Interpretation> interpret(const core::Question& question,
                                            const knowledge::KnowledgeView& view, core::Trace& trace) {
  auto stage = trace.stage("interpret");
  core::Interpretation meaning;
  meaning.text = question.text;
  meaning.language = text::detect_language(question.text);
  meaning.focus = text::analyse_question(question.text);
  meaning.asks_now = asks_now(text::normalise(question.text));
  thread_local text::Analyzer analyzer;
  for (text::QueryTerm& term : analyzer.query_terms(question.text)) {
    const float idf = view.lexical().idf(term.term);
    meaning.terms.push_back({std::move(term.term), idf, term.weight});
  }
  std::size_t unknown = 0;
  for (const auto& term : meaning.terms) unknown += term.idf <= 0 ? 1 : 0;
  stage.counts(1, 1);
  stage.note("asks for", std::string(text::to_string(meaning.focus.type)) +
                             (meaning.focus.unit.empty() ? "" : " (" + meaning.focus.unit + ")"));
  stage.note("terms", std::to_string(meaning.terms.size()) + ", of which " + std::to_string(unknown) +
                          " in no document");
  return {std::move(meaning)};
}

}  // namespace genkai::limits::retrieval
