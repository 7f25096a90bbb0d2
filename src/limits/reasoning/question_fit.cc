#include "limits/reasoning/question_fit.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "text/text.h"

namespace genkai::limits::reasoning {
namespace {

using Name = std::vector<std::string>;  // its words

constexpr std::array kNoNames = {
    "A",     "An",     "And",  "Are",  "As",   "At",    "Before", "Between", "But",  "By",    "Did", "Do",
    "Does",  "During", "For",  "From", "Had",  "Has",   "Have",   "He",      "How",  "If",    "In",  "Is",
    "It",    "Its",    "Of",   "On",   "She",  "Since", "That",   "The",     "They", "This",  "To",  "Under",
    "Until", "Was",    "Were", "What", "When", "Where", "Which",  "Who",     "Whom", "Whose", "Why", "With"};

bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80 || c == '-';
}

std::string joined(const Name& name) {
  std::string out;
  for (const std::string& word : name) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Runs of capitalised words, without those that begin a sentence and are no names.
std::vector<Name> names_in(std::string_view text) {
  std::vector<Name> out;
  Name run;
  const auto end = [&] {
    std::size_t begin = 0;
    while (begin < run.size() && std::find(kNoNames.begin(), kNoNames.end(), run[begin]) != kNoNames.end())
      ++begin;
    if (begin < run.size()) out.emplace_back(run.begin() + static_cast<std::ptrdiff_t>(begin), run.end());
    run.clear();
  };
  for (std::size_t i = 0; i < text.size();) {
    if (!is_letter(text[i])) {
      if (text[i] != ' ') end();
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < text.size() && is_letter(text[i])) ++i;
    if (std::isupper(static_cast<unsigned char>(text[begin])))
      run.emplace_back(text.substr(begin, i - begin));
    else
      end();
  }
  end();
  return out;
}

bool one_edit_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  return a.substr(same + (a.size() == b.size() && same < a.size() ? 1 : 0)) ==
         b.substr(std::min(same + 1, b.size()));
}

// The same but for a slip or an ending: Sentanta and Setanta, Californian and California.
bool same_word(const std::string& a, const std::string& b) {
  constexpr std::size_t kSlips = 5, kStem = 6;  // letters from which a word may differ
  if (a == b) return true;
  if (std::min(a.size(), b.size()) < kSlips) return false;
  if (one_edit_apart(a, b)) return true;
  return std::min(a.size(), b.size()) >= kStem && (a.starts_with(b) || b.starts_with(a));
}

bool has(const Name& name, const std::string& word) {
  return std::any_of(name.begin(), name.end(), [&](const std::string& own) { return same_word(own, word); });
}

// How the names of a text stand to one that is asked about.
struct Standing {
  bool held = false;    // all of its words, or a part of it alone, which may be the same
  std::string sharing;  // another name with a word of it
  std::string other;    // another name with none
};

Standing standing(const Name& asked, const std::vector<Name>& there) {
  Standing out;
  std::size_t found = 0;
  for (const std::string& word : asked)
    found += std::any_of(there.begin(), there.end(), [&](const Name& name) { return has(name, word); });
  out.held = found == asked.size();
  for (const Name& name : there) {
    const bool shares = std::any_of(name.begin(), name.end(), [&](const auto& w) { return has(asked, w); });
    const bool more = std::any_of(name.begin(), name.end(), [&](const auto& w) { return !has(asked, w); });
    if (shares && !more) out.held = true;
    if (shares && more) out.sharing = joined(name);
    if (!shares && name.size() > 1) out.other = joined(name);
  }
  return out;
}

void hold_names(std::string_view question, std::span<const Cited> cited, std::vector<core::Claim>& out) {
  for (const Name& asked : names_in(question)) {
    if (asked.size() < 2) continue;
    std::string other;
    const bool held = std::any_of(cited.begin(), cited.end(), [&](const Cited& one) {
      const Standing passage = standing(asked, names_in(one.passage));
      if (passage.held ||
          text::normalise(one.passage).find(text::normalise(joined(asked))) != std::string::npos)
        return true;
      if (!passage.sharing.empty()) {
        other = passage.sharing;
        return false;
      }
      const std::string named = standing(asked, names_in(one.quote)).other;
      if (!named.empty()) other = named;
      return named.empty();
    });
    if (!held && !other.empty())
      out.push_back({joined(asked), core::Verdict::contradicted,
                     "the cited passages speak of " + other + ", not of " + joined(asked)});
  }
}

struct Years {
  int first = 0, last = 9999;
};

std::optional<int> year_at(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return {};
  int year = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) return {};
    year = 10 * year + (text[i] - '0');
  }
  const auto digit = [&](std::size_t i) {
    return i < text.size() && (std::isdigit(static_cast<unsigned char>(text[i])) || text[i] == ',');
  };
  if ((at > 0 && (digit(at - 1) || text[at - 1] == '-')) ||
      (at + 4 < text.size() && digit(at + 4) && text[at + 4] != ','))
    return {};
  return year >= 1000 && year < 3000 ? std::optional(year) : std::nullopt;
}

std::vector<std::pair<std::size_t, int>> years_in(std::string_view text) {
  std::vector<std::pair<std::size_t, int>> out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (const auto year = year_at(text, i)) {
      out.emplace_back(i, *year);
      i += 3;
    }
  return out;
}

std::vector<Years> spans_in(std::string_view text) {
  const auto years = years_in(text);
  const auto before = [&](std::size_t at, std::string_view word) {  // in any case of its first letter
    if (at < word.size()) return false;
    const std::string_view own = text.substr(at - word.size(), word.size());
    return std::tolower(static_cast<unsigned char>(own[0])) == word[0] && own.substr(1) == word.substr(1);
  };
  std::vector<Years> out;
  for (std::size_t i = 0; i < years.size(); ++i) {
    const auto [at, year] = years[i];
    const std::string_view after = text.substr(at + 4);
    const bool japanese = after.starts_with("年から");
    if (i + 1 < years.size()) {
      const std::string_view between = text.substr(at + 4, years[i + 1].first - at - 4);
      const bool from = before(at, "from ") && (between == " to " || between == " until ");
      if (from || (before(at, "between ") && between == " and ") || between == "年から") {
        out.push_back({year, years[i + 1].second});
        ++i;
        continue;
      }
    }
    if (before(at, "since ") || japanese) out.push_back({year, 9999});
  }
  return out;
}

void hold_year(std::string_view question, std::span<const Cited> cited, std::vector<core::Claim>& out) {
  const auto asked = years_in(question);
  if (asked.size() != 1) return;
  const int year = asked.front().second;
  std::optional<Years> outside;
  for (const Cited& one : cited)
    for (const Years& span : spans_in(one.quote)) {
      if (span.first <= year && year <= span.last) return;
      outside = span;
    }
  if (!outside) return;
  const std::string told = outside->last == 9999
                               ? "since " + std::to_string(outside->first)
                               : std::to_string(outside->first) + " to " + std::to_string(outside->last);
  out.push_back(
      {std::to_string(year), core::Verdict::contradicted, "the cited passages tell what holds " + told});
}

// Of several names the question may want one of them.
void hold_answer(std::string_view question, std::string_view answer, std::vector<core::Claim>& out) {
  const std::vector<Name> asked = names_in(question), said = names_in(answer);
  if (asked.size() == 1 && asked == said && asked.front().size() > 1 &&
      answer.size() == joined(said.front()).size())
    out.push_back({std::string(answer), core::Verdict::contradicted, "it only repeats the question"});
}

}  // namespace

std::vector<core::Claim> misfits(std::string_view question, std::string_view answer,
                                 std::span<const Cited> cited) {
  std::vector<core::Claim> out;
  hold_names(question, cited, out);
  hold_year(question, cited, out);
  hold_answer(question, answer, out);
  return out;
}

}  // namespace genkai::limits::reasoning
