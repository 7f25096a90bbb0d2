#include "limits/hallucination/probe/facts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/rng.h"

namespace genkai::limits::hallucination::probe {
namespace {

using base::Code;
using base::Json;
using base::Result;

constexpr std::size_t kMostFacts = 200'000, kMostLine = 64 << 10, kMostAnswers = 64, kMostProblems = 5;

tl::unexpected<base::Error> wrong(std::string what) {
  return base::fail(Code::invalid_argument, std::move(what));
}

Result<std::vector<std::string>> texts(const Json& list, const char* name) {
  if (!list.is_array()) return wrong(std::string("\"") + name + "\" is no list");
  if (list.items().size() > kMostAnswers) return wrong(std::string("\"") + name + "\" has more than 64");
  std::vector<std::string> out;
  for (const Json& item : list.items()) {
    if (!item.is_string() && !item.is_number())
      return wrong(std::string("\"") + name + "\" has something else than text in it");
    std::string one = item.is_string() ? std::string(item.as_string()) : item.dump();
    if (text::normalise(one).find_first_not_of(" \t\n") == std::string::npos)
      return wrong(std::string("\"") + name + "\" has an empty text in it");
    out.push_back(std::move(one));
  }
  return out;
}

std::optional<text::AnswerType> type_named(std::string_view name) {
  using text::AnswerType;
  for (const AnswerType type :
       {AnswerType::person, AnswerType::date, AnswerType::place, AnswerType::number, AnswerType::reason,
        AnswerType::definition, AnswerType::yes_no, AnswerType::entity, AnswerType::other})
    if (text::to_string(type) == name) return type;
  return {};
}

Result<Fact> parse_fact(const Json& line) {
  Fact fact;
  const Json* id = line.find("id");
  if (id) fact.id = id->is_string() ? std::string(id->as_string()) : id->dump();
  if (fact.id.empty()) return wrong("no \"id\"");
  fact.question = line.string("question");
  if (fact.question.empty()) return wrong("no \"question\"");
  const Json* answers = line.find("answers");
  if (!answers) return wrong("no \"answers\" (an empty list says that there is none)");
  GENKAI_ASSIGN_OR_RETURN(fact.answers, texts(*answers, "answers"));
  if (const Json* exposure = line.find("exposure"); exposure && !exposure->is_null()) {
    const double value = exposure->as_double(-1);
    if (!(value > 0) || !std::isfinite(value)) return wrong("\"exposure\" is no number above 0");
    fact.exposure = value;
  }
  fact.twin = line.string("unanswerable_twin");
  fact.wrong = line.string("wrong");
  if (const Json* changed = line.find("changed")) {
    for (const Json& one : changed->items()) {
      OlderValue older{one.string("until"), {}};
      if (!years_since(older.until, "2000-01-01")) return wrong("\"changed\" has no date in \"until\"");
      if (const Json* values = one.find("answers")) {
        GENKAI_ASSIGN_OR_RETURN(older.answers, texts(*values, "changed"));
      }
      if (older.answers.empty()) return wrong("\"changed\" has no \"answers\"");
      fact.changed.push_back(std::move(older));
    }
    std::stable_sort(fact.changed.begin(), fact.changed.end(),
                     [](const OlderValue& a, const OlderValue& b) { return a.until > b.until; });
  }
  const std::string language = line.string("lang");
  if (language == "ja" ||
      (language.empty() && text::detect_language(fact.question) == text::Language::japanese))
    fact.language = text::Language::japanese;
  const auto named = type_named(line.string("type"));
  fact.type = named ? *named : text::analyse_question(fact.question).type;
  return fact;
}

}  // namespace

Result<FactSet> parse_facts(std::string_view jsonl) {
  FactSet set;
  std::set<std::string, std::less<>> ids;
  std::set<std::string, std::less<>> proxies;
  std::size_t number = 0;
  while (!jsonl.empty()) {
    const std::size_t end = std::min(jsonl.find('\n'), jsonl.size());
    const std::string_view line = jsonl.substr(0, end);
    jsonl.remove_prefix(std::min(end + 1, jsonl.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    std::string problem;
    if (line.size() > kMostLine) {
      problem = "longer than 64 KiB";
    } else if (auto json = Json::parse(line); !json || !json->is_object()) {
      problem = "no JSON object";
    } else if (auto fact = parse_fact(*json); !fact) {
      problem = fact.error().message;
    } else if (!ids.insert(fact->id).second) {
      problem = "the id " + fact->id + " is there already";
    } else {
      if (fact->exposure && !json->string("exposure_is").empty()) proxies.insert(json->string("exposure_is"));
      set.facts.push_back(std::move(*fact));
      if (set.facts.size() > kMostFacts)
        return base::fail(Code::resource_exhausted, "more than 200,000 facts", "ask --items of fewer");
      continue;
    }
    ++set.malformed;
    if (set.problems.size() < kMostProblems)
      set.problems.push_back("line " + std::to_string(number) + ": " + problem);
  }
  if (set.facts.empty())
    return base::fail(Code::invalid_argument,
                      "there is no fact in it" + (set.problems.empty() ? "" : "; " + set.problems.front()),
                      "docs/formats/facts.md describes the lines; examples/facts.jsonl has some");
  for (const std::string& proxy : proxies) set.exposure_is += (set.exposure_is.empty() ? "" : "; ") + proxy;
  return set;
}

FactSet choose(FactSet facts, std::size_t count, std::uint64_t seed) {
  if (facts.facts.size() <= count) return facts;
  std::vector<std::size_t> places(facts.facts.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  base::Rng rng(seed);
  rng.shuffle(places);
  places.resize(count);
  std::sort(places.begin(), places.end());
  std::vector<Fact> chosen;
  chosen.reserve(count);
  for (const std::size_t place : places) chosen.push_back(std::move(facts.facts[place]));
  facts.facts = std::move(chosen);
  return facts;
}

namespace {

// Of YYYY, YYYY-MM or YYYY-MM-DD; the middle of a year and of a month that are not told more exactly.
std::optional<double> as_years(std::string_view date) {
  const auto digits = [&](std::size_t at, std::size_t n) {
    int value = 0;
    for (std::size_t i = at; i < at + n; ++i) {
      if (i >= date.size() || date[i] < '0' || date[i] > '9') return -1;
      value = value * 10 + (date[i] - '0');
    }
    return value;
  };
  const int year = digits(0, 4);
  if (year < 0) return {};
  if (date.size() == 4) return year + 0.5;
  const int month = digits(5, 2);
  if (date[4] != '-' || month < 1 || month > 12) return {};
  if (date.size() == 7) return year + (month - 0.5) / 12;
  const int day = digits(8, 2);
  if (date.size() != 10 || date[7] != '-' || day < 1 || day > 31) return {};
  return year + (month - 1 + (day - 1) / 31.0) / 12;
}

}  // namespace

std::optional<double> years_since(std::string_view until, std::string_view today) {
  const auto from = as_years(until), to = as_years(today);
  if (!from || !to) return {};
  return *to - *from;
}

}  // namespace genkai::limits::hallucination::probe
