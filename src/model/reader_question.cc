#include "model/reader_question.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "text/utf8.h"

namespace genkai::model {
namespace {

using text::code_point_at;

// As the analyser leaves them (stems), sorted.
constexpr std::array<std::string_view, 93> kStopWords = {
    "a",     "about", "after", "all",  "also", "an",    "and",    "ani",  "are",   "as",    "at",
    "be",    "been",  "befor", "but",  "by",   "can",   "could",  "did",  "do",    "doe",   "dure",
    "each",  "for",   "from",  "had",  "has",  "have",  "he",     "her",  "his",   "how",   "i",
    "if",    "in",    "into",  "is",   "it",   "its",   "just",   "like", "mani",  "may",   "me",
    "more",  "most",  "much",  "my",   "name", "no",    "not",    "of",   "on",    "one",   "or",
    "other", "our",   "out",   "over", "s",    "she",   "should", "so",   "some",  "such",  "than",
    "that",  "the",   "their", "them", "then", "there", "these",  "they", "this",  "those", "through",
    "to",    "type",  "up",    "was",  "we",   "were",  "what",   "when", "where", "which", "who",
    "whom",  "whose", "whi",   "will", "with"};

struct Shape {
  bool hiragana_only = true;
  bool hiragana = false;
  bool japanese = false;
  bool katakana = false;
  bool digit = false;
};

Shape shape_of(std::string_view term) {
  Shape shape;
  for (std::size_t at = 0; at < term.size();) {
    const auto c = code_point_at(term, at);
    at += c.length;
    shape.hiragana |= text::is_hiragana(c.value);
    shape.katakana |= text::is_katakana(c.value);
    shape.japanese |= text::is_japanese_letter(c.value);
    shape.digit |= text::is_ascii_digit(c.value);
    shape.hiragana_only &= text::is_hiragana(c.value);
  }
  return shape;
}

bool is_word_mark(std::string_view utf8, std::size_t at) {
  if ((utf8[at] == '+' || utf8[at] == '#') && at > 0)  // C++, C#
    return utf8[at - 1] == '+' || text::is_ascii_letter(static_cast<unsigned char>(utf8[at - 1]));
  return (utf8[at] == ',' || utf8[at] == '.' || utf8[at] == '\'') && at + 1 < utf8.size() &&
         (utf8[at] == '\'' ? text::is_ascii_letter(static_cast<unsigned char>(utf8[at + 1]))
                           : text::is_ascii_digit(static_cast<unsigned char>(utf8[at + 1])));
}

bool is_plain_letter(char32_t c) {
  if (c < 0x80) return text::is_ascii_letter(c) || text::is_ascii_digit(c);
  if (text::is_japanese_letter(c) || text::is_space(c)) return false;
  // Latin, Greek, Cyrillic and the other alphabets; full-width letters and digits. Punctuation blocks are
  // left out.
  return (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7) || (c >= 0xFF10 && c <= 0xFF19) ||
         (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A) || (c >= 0xAC00 && c <= 0xD7A3);
}

}  // namespace

bool is_stop_word(std::string_view word) {
  return std::find(kStopWords.begin(), kStopWords.end(), word) != kStopWords.end();
}

TermSet terms_of(const std::vector<Token>& tokens) {
  TermSet set;
  for (const Token& token : tokens)
    if (token.term >= 0) set.set(static_cast<std::size_t>(token.term));
  return set;
}

QuestionTerms::QuestionTerms(const core::Interpretation& question, text::Analyzer& analyzer) {
  std::unordered_set<std::string> focus;
  std::vector<std::string> focus_words;  // "w:" terms: words of Japanese
  for (std::string& term : analyzer.terms(question.focus.words)) {
    if (term.starts_with("w:")) focus_words.push_back(term.substr(2));
    focus.insert(std::move(term));
  }
  std::vector<core::WeightedTerm> given = question.terms;
  if (given.empty())
    for (std::string& term : analyzer.terms(question.text)) given.push_back({std::move(term), 1.0F, 1.0F});
  double largest = 0;
  for (const auto& term : given) largest = std::max(largest, static_cast<double>(term.idf));
  const double of_unknown = largest > 0 ? largest : 1;
  for (const auto& term : given) {
    // Of Japanese only pairs of characters are matched: their places are known without cutting words.
    if (term.term.starts_with("w:") || term.term.empty() || index_.contains(term.term)) continue;
    if (term.term.size() == 3 && text::is_japanese_letter(code_point_at(term.term, 0).value)) continue;
    if (terms_.size() == kMaxQuestionTerms) break;
    QuestionTerm own;
    own.text = term.term;
    const Shape shape = shape_of(own.text);
    own.number = shape.digit;
    own.unknown = !(term.idf > 0);
    double scale = focus.empty() || focus.contains(own.text) ? 1 : 0.1;
    if (shape.japanese) {
      // A pair of characters across two words, or of grammar alone, says little.
      const bool inside = std::any_of(focus_words.begin(), focus_words.end(), [&](const std::string& word) {
        return word.find(own.text) != std::string::npos;
      });
      if (shape.hiragana_only)
        scale *= 0.15;
      else if (!inside)
        scale *= shape.hiragana ? 0.15 : 0.5;
    } else if (is_stop_word(own.text)) {
      scale = 0;
    }
    own.weight = scale * ((own.unknown ? of_unknown : static_cast<double>(term.idf)) + 0.5);
    own.name = shape.katakana;
    index_.emplace(own.text, static_cast<std::int16_t>(terms_.size()));
    terms_.push_back(std::move(own));
  }

  // The question itself as tokens: neighbours, and words with a capital (not the first).
  std::int16_t previous = -1;
  bool first = true;
  for (const Token& token : tokenise(question.text, analyzer)) {
    const std::string_view word = token.span.of(question.text);
    const bool capital = !word.empty() && text::is_ascii_upper(static_cast<unsigned char>(word.front()));
    if (token.term >= 0) {
      QuestionTerm& term = terms_[static_cast<std::size_t>(token.term)];
      if (capital && !first) term.name = true;
      if (term.weight > 0) {
        if (previous >= 0 && previous != token.term) pairs_.emplace_back(previous, token.term);
        previous = token.term;
      }
    }
    first = false;
  }

  std::vector<std::size_t> heaviest;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    total_weight_ += terms_[i].weight;
    if (terms_[i].weight > 0) heaviest.push_back(i);
    numbers_.set(i, terms_[i].number);
    names_.set(i, terms_[i].name && terms_[i].weight > 0);
    unknown_.set(i, terms_[i].unknown && terms_[i].weight > 0);
  }
  std::stable_sort(heaviest.begin(), heaviest.end(),
                   [&](std::size_t a, std::size_t b) { return terms_[a].weight > terms_[b].weight; });
  for (std::size_t i = 0; i < std::min<std::size_t>(3, heaviest.size()); ++i) rare_.set(heaviest[i]);
}

std::vector<Token> QuestionTerms::tokenise(std::string_view utf8, text::Analyzer& analyzer,
                                           std::size_t limit) const {
  std::vector<Token> tokens;
  std::vector<std::string> found;
  const auto lookup = [&](const std::string& term) -> std::int16_t {
    const auto place = index_.find(term);
    return place == index_.end() ? std::int16_t{-1} : place->second;
  };
  for (std::size_t at = 0; at < utf8.size() && tokens.size() < limit;) {
    const auto c = code_point_at(utf8, at);
    if (text::is_japanese_letter(c.value)) {
      const std::size_t next = at + c.length;
      const bool half_width = c.value >= 0xFF66;
      if (next < utf8.size()) {
        const auto after = code_point_at(utf8, next);
        if (text::is_japanese_letter(after.value)) {
          std::string pair(utf8.substr(at, c.length + after.length));
          if (half_width || after.value >= 0xFF66) pair = text::normalise(pair);
          tokens.push_back({{at, next + after.length}, lookup(pair)});
        }
      }
      at = next;
      continue;
    }
    if (!is_plain_letter(c.value)) {
      at += c.length;
      continue;
    }
    const std::size_t begin = at;
    while (at < utf8.size()) {
      const auto next = code_point_at(utf8, at);
      if (!is_plain_letter(next.value) && !is_word_mark(utf8, at)) break;
      at += next.length;
    }
    found.clear();
    analyzer.analyze(utf8.substr(begin, at - begin), found);
    for (const std::string& term : found) tokens.push_back({{begin, at}, lookup(term)});
  }
  return tokens;
}

double QuestionTerms::weight(const TermSet& set) const {
  double sum = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i)
    if (set.test(i)) sum += terms_[i].weight;
  return sum;
}

double QuestionTerms::share(const TermSet& set) const {
  return total_weight_ > 0 ? weight(set) / total_weight_ : 0;
}

}  // namespace genkai::model
