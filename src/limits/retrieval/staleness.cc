#include "limits/retrieval/staleness.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <vector>

namespace genkai::limits::retrieval {
namespace {

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
  return std::any_of(kPast.begin(), kPast.end(),
                     [&](std::string_view word) { return padded.find(word) != std::string::npos; });
}

}  // namespace

std::optional<Stale> find_stale(const core::Evidence& evidence, std::string_view normalised,
                                const core::Question& question, std::string_view normalised_question) {
  for (const std::string_view phrase : kOver)
    if (normalised.find(phrase) != std::string_view::npos)
      return Stale{"says of itself that its time is over", std::string(phrase)};
  const auto& document = evidence.passage.document;
  const int today = year_of(question.today), written = year_of(document.date);
  if (today == 0 || written == 0 || today - written < 2) return {};
  const auto title_years = years_in(document.title);
  if (title_years.empty() || *std::max_element(title_years.begin(), title_years.end()) >= today - 1)
    return {};
  if (!years_in(normalised_question).empty() || asks_about_the_past(normalised_question)) return {};
  return Stale{"its title names a past year", document.title};
}

}  // namespace genkai::limits::retrieval
