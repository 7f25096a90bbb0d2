#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "limits/retrieval/guard.h"
#include "text/hidden.h"

namespace genkai::limits::retrieval {
namespace {

using core::Evidence;
using core::Suspicion;

constexpr double kDuplicateJaccard = 0.8;  // of 5-character shingles

// Ways in which a text speaks to a model rather than to people. An order to set instructions aside is enough;
// of the weak phrases, which people also write to each other, it takes two.
constexpr std::size_t kOrderWindow = 60;  // bytes between the first and the last word of an order
constexpr std::array<std::string_view, 4> kSetAside{"ignore", "disregard", "forget", "override"};
constexpr std::array<std::string_view, 8> kWhose{"previous", "prior",  "above",     "earlier",
                                                 "your",     "system", "all other", "any other"};
constexpr std::array<std::string_view, 5> kOrders{"instruction", "prompt", "guideline", "rules", "context"};
constexpr std::array<std::string_view, 24> kWeak{
    "ai assistant",      "language model",    "always answer",      "always respond",
    "you must answer",   "respond only with", "answer only with",   "when asked",
    "if asked",          "do not mention",    "do not cite",        "other sources are wrong",
    "note to assistant", "instructions:",     "always reply",       "replaces everything else",
    "system prompt",     "you are now",       "と回答してください", "と答えてください",
    "と答えること",      "aiアシスタント",    "言語モデル",         "他の文書は"};
// A text that says of itself that its time is over.
constexpr std::array<std::string_view, 16> kOver{"superseded",
                                                 "no longer valid",
                                                 "no longer in force",
                                                 "obsolete",
                                                 "this page is archived",
                                                 "has been replaced by",
                                                 "expired on",
                                                 "withdrawn on",
                                                 "out of date",
                                                 "廃止されました",
                                                 "失効しました",
                                                 "無効となりました",
                                                 "旧版",
                                                 "この文書は古く",
                                                 "改定前の",
                                                 "現在は使用されていません"};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t N>
std::size_t count(std::string_view text, const std::array<std::string_view, N>& phrases) {
  return static_cast<std::size_t>(std::count_if(
      phrases.begin(), phrases.end(), [&](std::string_view phrase) { return contains(text, phrase); }));
}

// "ignore all your previous instructions", "これまでの指示をすべて無視".
bool orders_to_set_aside(std::string_view normalised) {
  for (const std::string_view verb : kSetAside) {
    for (std::size_t at = normalised.find(verb); at != std::string_view::npos;
         at = normalised.find(verb, at + 1)) {
      const std::string_view after = normalised.substr(at, kOrderWindow);
      if (count(after, kWhose) > 0 && count(after, kOrders) > 0) return true;
    }
  }
  for (const std::string_view order : {"指示を", "命令を", "プロンプトを"})
    for (std::size_t at = normalised.find(order); at != std::string_view::npos;
         at = normalised.find(order, at + 1))
      if (contains(normalised.substr(at, kOrderWindow), "無視")) return true;
  return false;
}

bool instructs_reader(std::string_view normalised) {
  return orders_to_set_aside(normalised) || count(normalised, kWeak) > 1;
}

// The bare words of a sentence: no white space, no punctuation at its ends.
std::string squeeze(std::string_view normalised) {
  std::string out;
  for (const char c : normalised)
    if (static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c))) out += c;
  return out;
}

std::string_view without_question_mark(std::string_view question) {
  for (;;) {
    if (question.ends_with(' ') || question.ends_with('?'))
      question.remove_suffix(1);
    else if (question.ends_with("？"))
      question.remove_suffix(std::string_view("？").size());
    else
      return question;
  }
}

// A text that repeats the question as a statement ("who wrote x. ...") was written to be found by it; a list
// of questions and answers keeps the question mark.
bool echoes_question(std::string_view normalised, std::string_view question_normalised) {
  const std::string question = squeeze(question_normalised);
  if (question.size() < 16) return false;
  for (const text::Span& span : text::split_sentences(normalised)) {
    std::string_view sentence = span.of(normalised);
    if (sentence.size() > 4 * question.size() + 64) continue;
    const bool asks = sentence.ends_with('?') || contains(sentence, "？");
    const std::string bare = squeeze(sentence);
    if (!asks && bare.size() <= question.size() + 4 &&
        contains(bare, question.substr(0, question.size() - 3)))
      return true;
  }
  // The same without a sentence end between the question and what follows.
  const std::string_view asked = without_question_mark(question_normalised);
  const std::size_t at = normalised.find(asked);
  if (at > 2) return false;
  const std::string_view after = normalised.substr(at + asked.size());
  return !after.empty() && after.front() != '?' && !after.starts_with("？") && !after.starts_with(" ?");
}

// A few stray zero-width characters come from web pages and word processors, soft hyphens from typesetting;
// more of them, or any tag character, hide something.
bool hides_text(std::string_view text) {
  const text::HiddenCharacters hidden = text::find_hidden(text);
  std::size_t soft_hyphens = 0;
  for (std::size_t at = text.find("\xC2\xAD"); at != std::string_view::npos;
       at = text.find("\xC2\xAD", at + 2))
    ++soft_hyphens;
  return hidden.tags > 0 || hidden.bidi > 2 || hidden.zero_width > soft_hyphens + 2;
}

std::vector<std::uint64_t> shingles(std::string_view normalised) {
  constexpr std::size_t kWidth = 15;  // bytes: 15 Latin letters or 5 kana and kanji
  const std::string bare = squeeze(normalised);
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i + kWidth <= bare.size(); ++i) {
    if ((static_cast<unsigned char>(bare[i]) & 0xC0U) == 0x80U) continue;
    out.push_back(base::hash64(std::string_view(bare).substr(i, kWidth)));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t both = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      ++both;
      ++i;
      ++j;
    } else if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return static_cast<double>(both) / static_cast<double>(a.size() + b.size() - both);
}

int year_of(std::string_view iso_date) {
  return iso_date.size() >= 4 ? std::atoi(std::string(iso_date.substr(0, 4)).c_str()) : 0;
}

// Years written with four digits in a text.
std::vector<int> years_in(std::string_view text) {
  std::vector<int> years;
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    const auto digit = [&](std::size_t k) {
      return k < text.size() && std::isdigit(static_cast<unsigned char>(text[k])) != 0;
    };
    if (i > 0 && digit(i - 1)) continue;
    if (!digit(i) || !digit(i + 1) || !digit(i + 2) || !digit(i + 3) || digit(i + 4)) continue;
    const int year = std::atoi(std::string(text.substr(i, 4)).c_str());
    if (year >= 1900 && year <= 2100) years.push_back(year);
  }
  return years;
}

bool asks_about_the_past(std::string_view normalised) {
  static constexpr std::array<std::string_view, 9> kPast{" did ",  " was ",  " were ", " had ", "ました",
                                                         "でした", "だった", "された", "したか"};
  const std::string padded = " " + std::string(normalised) + " ";
  return count(padded, kPast) > 0;
}

// A dated document whose title names a past year (a timetable, a price list) cannot tell how things are now,
// unless the question names that year or asks about the past.
bool over(const Evidence& evidence, std::string_view normalised_text, const core::Question& question,
          std::string_view normalised_question) {
  if (count(normalised_text, kOver) > 0) return true;
  const auto& document = evidence.passage.document;
  const int today = year_of(question.today), written = year_of(document.date);
  if (today == 0 || written == 0 || today - written < 2) return false;
  const auto title_years = years_in(document.title);
  if (title_years.empty() || *std::max_element(title_years.begin(), title_years.end()) >= today - 1)
    return false;
  return years_in(normalised_question).empty() && !asks_about_the_past(normalised_question);
}

}  // namespace

void vet(std::vector<Evidence>& evidence, const core::Interpretation& meaning, const core::Question& question,
         core::Trace& trace) {
  auto stage = trace.stage("vet");
  const std::string asked = text::normalise(meaning.text);
  std::vector<std::vector<std::uint64_t>> seen;
  std::size_t poisoned = 0, copies = 0;
  for (Evidence& item : evidence) {
    const std::string visible = text::strip_hidden(item.passage.text);
    const std::string normalised = text::normalise(visible);
    const auto mark = [&](Suspicion suspicion) {
      item.suspicions.push_back(suspicion);
      stage.note(std::string(core::to_string(suspicion)), item.passage.document.id);
    };
    if (instructs_reader(normalised)) mark(Suspicion::instructs_reader);
    if (hides_text(item.passage.text)) mark(Suspicion::hidden_text);
    if (echoes_question(normalised, asked)) mark(Suspicion::echoes_question);
    if (over(item, normalised, question, asked)) mark(Suspicion::stale);
    auto own = shingles(normalised);
    double nearest = 0;
    for (const auto& other : seen) nearest = std::max(nearest, jaccard(own, other));
    if (nearest == 1)
      item.suspicions.push_back(Suspicion::exact_copy);
    else if (nearest > kDuplicateJaccard)
      mark(Suspicion::near_duplicate);
    copies += nearest == 1 ? 1 : 0;
    seen.push_back(std::move(own));
    poisoned += item.poisoned() ? 1 : 0;
  }
  if (copies > 0) stage.note("exact copies", std::to_string(copies));
  stage.counts(evidence.size(), evidence.size() - poisoned - copies);
}

}  // namespace genkai::limits::retrieval
