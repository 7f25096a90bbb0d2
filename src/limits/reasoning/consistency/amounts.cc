#include "limits/reasoning/consistency/amounts.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "text/numbers.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::reasoning {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kSpans = 8;  // of one claim
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_plain_date(std::string_view value) {
  if (value.size() == 6 && value[0] == 'T') return true;
  if (value.size() != 4 && value.size() != 7 && value.size() != 10) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool bar = i == 4 || i == 7;
    if (bar ? value[i] != '-' : value[i] < '0' || value[i] > '9') return false;
  }
  return true;
}

bool take(std::string& text, std::string_view words, std::string_view instead = "#"sv) {
  const std::size_t at = text.find(words);
  if (at == std::string::npos) return false;
  text.replace(at, words.size(), instead);
  return true;
}

// Words beside # that leave more than one value; false where they leave who knows what.
bool read_bounds(std::string& frame, Amount& amount) {
  for (const auto vague : {"about #"sv, "around #"sv, "approximately #"sv, "nearly #"sv, "almost #"sv,
                           "some #"sv, "roughly #"sv, "only #"sv, "約#"sv, "およそ#"sv, "ほぼ#"sv})
    if (frame.find(vague) != std::string::npos) return false;
  for (const auto after : {"程度"sv, "くらい"sv, "ほど"sv, "前後"sv, " or so"sv})
    if (frame.find(after) != std::string::npos) return false;
  struct Words {
    std::string_view text;
    bool above, open;
  };
  constexpr std::array kWords{Words{"more than #", true, true},    Words{"over #", true, true},
                              Words{"greater than #", true, true}, Words{"at least #", true, false},
                              Words{"fewer than #", false, true},  Words{"less than #", false, true},
                              Words{"under #", false, true},       Words{"at most #", false, false},
                              Words{"up to #", false, false}};
  constexpr std::array kAfter{Words{"以上", true, false}, Words{"以下", false, false},
                              Words{"未満", false, true}};
  const auto bound = [&](const Words& words) {
    if (words.above)
      amount.high = kInfinity, amount.low_open = words.open;
    else
      amount.low = -kInfinity, amount.high_open = words.open;
    return true;
  };
  for (const Words& words : kWords)
    if (take(frame, words.text)) return bound(words);
  for (const Words& words : kAfter)
    if (take(frame, words.text, "")) return bound(words);
  return true;
}

bool among(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Things that happen once, or that are one way at a time.
bool single_valued(const Statement& frame, bool date) {
  const auto& words = frame.predicate;
  const std::string said = join(words);
  if (text::detect_language(said) == text::Language::japanese ||
      text::detect_language(frame.subject) == text::Language::japanese) {
    if (!date)
      return frame.relation == Relation::is || words.back().ends_with("ある") ||
             words.back().ends_with("いる") || words.back().ends_with("持つ");
    for (const auto once : {"開館"sv, "創設"sv, "設立"sv, "建て"sv, "建設"sv, "生まれ"sv, "誕生"sv, "完成"sv,
                            "発明"sv, "発見"sv, "開業"sv, "創業"sv, "死去"sv, "亡くな"sv, "始ま"sv, "終わ"sv,
                            "発売"sv, "公開"sv, "閉館"sv, "開店"sv, "創立"sv, "設置"sv,   "出版"sv})
      if (said.find(once) != std::string::npos) return true;
    return frame.relation == Relation::is;
  }
  const std::string& verb = words.front();
  if (!date)
    return among(verb,
                 {"is", "was", "has", "had", "cost", "weigh", "measure", "contain", "equal", "need", "hold"});
  if (verb == "is" || verb == "was")
    return words.size() > 1 &&
           among(words[1], {"founded",     "built",    "born",       "established", "completed",  "created",
                            "constructed", "finished", "invented",   "discovered",  "demolished", "abolished",
                            "opened",      "closed",   "published",  "released",    "signed",     "dissolved",
                            "launched",    "named",    "introduced", "in",          "on",         "#"});
  return among(verb, {"opened", "open", "began", "begin", "started", "start", "ended", "end", "closed",
                      "close", "died", "happened", "lived"});
}

}  // namespace

bool exclude(const Amount& a, const Amount& b) {
  if (a.date.empty() != b.date.empty()) return false;
  if (!a.date.empty())
    return a.date.front() == 'T'
               ? b.date.front() == 'T' && a.date != b.date
               : b.date.front() != 'T' && !a.date.starts_with(b.date) && !b.date.starts_with(a.date);
  const auto before = [](const Amount& left, const Amount& right) {
    return left.high < right.low || (left.high == right.low && (left.high_open || right.low_open));
  };
  return before(a, b) || before(b, a);
}

bool narrower(const Amount& a, const Amount& b) {
  if (a.date.empty() != b.date.empty()) return false;
  if (!a.date.empty()) return a.date != b.date && a.date.starts_with(b.date);
  const bool low = a.low > b.low || (a.low == b.low && (a.low_open || !b.low_open));
  const bool high = a.high < b.high || (a.high == b.high && (a.high_open || !b.high_open));
  const bool same =
      a.low == b.low && a.high == b.high && a.low_open == b.low_open && a.high_open == b.high_open;
  return low && high && !same;
}

std::vector<Framed> framed(std::string_view words, std::string_view subject) {
  std::vector<Framed> out;
  std::size_t covered = 0, read = 0;
  for (const text::TypedSpan& span : text::find_typed_spans(words)) {
    const bool date = span.type == text::AnswerType::date;
    if ((!date && span.type != text::AnswerType::number) || span.span.begin < covered || ++read > kSpans)
      continue;
    Amount amount;
    std::size_t begin = span.span.begin, end = span.span.end;
    covered = end;
    if (date) {
      if (!is_plain_date(span.value)) continue;
      amount.date = span.value;
    } else {
      char* rest = nullptr;
      amount.low = amount.high = std::strtod(span.value.c_str(), &rest);
      if (span.value.empty() || *rest != '\0') continue;
      // The number alone: what it counts stays in the frame.
      std::optional<text::Number> number;
      for (; begin < end && !number; ++begin)
        if ((static_cast<unsigned char>(words[begin]) & 0xC0) != 0x80)
          number = text::read_number(words, begin);
      if (!number || number->value != amount.low) continue;
      --begin;
      end = number->end;
    }
    std::string frame = std::string(words.substr(0, begin)) + "#" + std::string(words.substr(end));
    if (!read_bounds(frame, amount)) continue;
    Framed made{subject.empty() ? read_statement(frame) : read_statement(subject, frame), amount};
    if (made.frame.subject.find('#') != std::string::npos || !single_valued(made.frame, date)) continue;
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace genkai::limits::reasoning
