#pragma once
// Recorded outputs that look like those of a model, for the tests and the benchmark of `genkai score`: short
// answers in English and Japanese, said in several ways, and some long ones. Seeded: the same number gives
// the same line everywhere.
//
//   out << test::recorded_output(17, 10).dump() << '\n';

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/rng.h"

namespace genkai::test {

namespace recorded {

struct Kind {
  const char* question;                // %s is the subject
  std::vector<const char*> answers;    // the first is right
  std::vector<const char*> phrasings;  // %s is the answer
};

inline const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{{"Which town is %s in?",
                                      {"Brest", "Lorient", "Nantes", "Saint-Malo"},
                                      {"%s", "%s.", "It is %s.", "In %s", "I believe it is in %s."}},
                                     {"When was %s built?",
                                      {"1932", "1931", "May 1932", "1 May 1932", "1952"},
                                      {"%s", "In %s.", "It was built in %s.", "Construction ended in %s"}},
                                     {"How many people work at %s?",
                                      {"42", "forty-two", "40", "about 45"},
                                      {"%s", "%s people", "There are %s."}},
                                     {"Is %s open on Sundays?",
                                      {"Yes", "No", "Yes, until noon", "It is not open"},
                                      {"%s", "%s.", "%s, as far as I know."}},
                                     {"%sはどこにありますか。",
                                      {"横浜", "神戸", "長崎", "函館市"},
                                      {"%s", "%sです。", "%sにあります。", "たぶん%sです"}},
                                     {"%sはいつ建てられましたか。",
                                      {"1932年", "昭和7年", "1931年", "1932年5月1日"},
                                      {"%s", "%sです。", "%sに建てられました。"}},
                                     {"%sの高さは何メートルですか。",
                                      {"333メートル", "333m", "300メートル"},
                                      {"%s", "%sです。", "約%sです。"}}};
  return all;
}

inline std::string fill(std::string pattern, std::string_view with) {
  if (const std::size_t at = pattern.find("%s"); at != std::string::npos) pattern.replace(at, 2, with);
  return pattern;
}

// Sentences of a longer answer; which of them a sample says differs.
inline std::string long_text(base::Rng& rng, std::size_t subject, bool japanese, double certain) {
  static const std::vector<const char*> kEnglish{"The harbour was founded in 1887 by a company of fishermen.",
                                                 "Its first lighthouse burned down in 1903.",
                                                 "Today about 250 boats are registered there.",
                                                 "The museum opens at 10 a.m. except on Mondays.",
                                                 "Visitors cannot enter the old tower.",
                                                 "A ferry to the island leaves every 40 minutes.",
                                                 "The fish market is the largest of the coast."};
  static const std::vector<const char*> kJapanese{"この港は1887年に漁師の会社によって開かれました。",
                                                  "最初の灯台は1903年に焼失しました。",
                                                  "現在は約250隻の船が登録されています。",
                                                  "博物館は月曜日を除いて午前10時に開きます。",
                                                  "古い塔に入ることはできません。",
                                                  "島へのフェリーは40分ごとに出ます。"};
  const auto& sentences = japanese ? kJapanese : kEnglish;
  std::string out;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    if (rng.uniform() > 0.4 + 0.6 * certain) continue;
    std::string sentence = sentences[(i + subject) % sentences.size()];
    if (rng.uniform() > certain) {
      const std::size_t digit = sentence.find_first_of("0123456789");
      if (digit != std::string::npos) sentence[digit] = static_cast<char>('1' + rng.below(9));
    }
    out += (out.empty() || japanese ? "" : " ") + sentence;
  }
  return out.empty() ? sentences[subject % sentences.size()] : out;
}

inline base::Json tokens_of(base::Rng& rng, std::string_view text, double certain) {
  base::Json tokens = base::Json::array();
  const std::size_t count = 1 + text.size() / 5;
  for (std::size_t i = 0; i < count; ++i) {
    const double p = std::min(0.999, 0.2 + 0.8 * certain * rng.uniform() + 0.1 * rng.uniform());
    base::Json token = base::Json::object({{"token", "t" + std::to_string(i)}, {"logprob", std::log(p)}});
    base::Json top = base::Json::array();
    top.push(base::Json::array({"t" + std::to_string(i), std::log(p)}));
    top.push(base::Json::array({"u", std::log((1 - p) * 0.6)}));
    token.set("top", std::move(top));
    tokens.push(std::move(token));
  }
  return tokens;
}

}  // namespace recorded

/// Line `number` with so many samples; about one in eight is long, one in three has token logprobs.
inline base::Json recorded_output(std::size_t number, std::size_t samples) {
  using base::Json;
  base::Rng rng(1000 + number);
  const double certain = rng.uniform();
  const auto& kind = recorded::kinds()[rng.below(recorded::kinds().size())];
  const std::string subject = "Pier " + std::to_string(1 + rng.below(900));
  const bool japanese = kind.question[0] == '%';
  const bool is_long = rng.below(8) == 0, tokens = rng.below(3) == 0;
  const auto answer = [&](double sure) {
    const std::size_t place = rng.uniform() < sure ? 0 : rng.below(kind.answers.size());
    return recorded::fill(kind.phrasings[rng.below(kind.phrasings.size())], kind.answers[place]);
  };
  Json line = Json::object(
      {{"id", "q" + std::to_string(number)}, {"question", recorded::fill(kind.question, subject)}});
  Json list = Json::array();
  const std::size_t count = rng.below(40) == 0 ? 1 + rng.below(3) : samples;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string text = is_long ? recorded::long_text(rng, number, japanese, certain) : answer(certain);
    if (!tokens && i > 1) {
      list.push(text);
      continue;
    }
    Json sample = Json::object({{"text", text}});
    if (tokens) sample.set("tokens", recorded::tokens_of(rng, text, certain));
    if (!tokens && rng.below(4) == 0)
      sample.set("logprob", -5 * rng.uniform()).set("token_count", 1 + rng.below(9));
    if (i < 2 && rng.below(2) == 0) sample.set("stated_confidence", std::round(100 * certain) / 100);
    list.push(std::move(sample));
  }
  line.set("samples", std::move(list));
  if (rng.below(2) == 0) line.set("stated_confidence", std::round(20 * std::sqrt(certain)) / 20);
  if (rng.below(3) == 0) line.set("p_true", std::min(1.0, certain + 0.2 * rng.uniform()));
  if (rng.below(3) == 0) {
    Json others = Json::array();
    for (const char* model : {"north", "south", "east"})
      others.push(Json::object({{"model", model}, {"text", answer(0.5)}}));
    line.set("others", std::move(others));
  }
  if (!is_long) line.set("answers", Json::array({kind.answers[0]}));
  if (rng.below(2) == 0) line.set("correct", rng.uniform() < certain);
  return line;
}

}  // namespace genkai::test
