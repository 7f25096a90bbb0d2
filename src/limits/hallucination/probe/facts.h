#pragma once
// Questions with known answers: what a probe asks. docs/formats/facts.md is the format.
//
//   GENKAI_ASSIGN_OR_RETURN(FactSet facts, parse_facts(text));
//   facts = choose(std::move(facts), 100, seed);

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::hallucination::probe {

/// What was right until a date (YYYY, YYYY-MM or YYYY-MM-DD).
struct OlderValue {
  std::string until;
  std::vector<std::string> answers;
};

struct Fact {
  std::string id;
  std::string question;
  std::vector<std::string> answers;   // any of them will do; none: the question has no answer
  std::optional<double> exposure{};   // above 0
  std::string twin{};                 // a question that looks alike and has no answer
  std::string wrong{};                // plausible, and not right
  std::vector<OlderValue> changed{};  // latest first
  text::Language language = text::Language::english;
  text::AnswerType type = text::AnswerType::other;
  bool answerable() const { return !answers.empty(); }
};

struct FactSet {
  std::vector<Fact> facts;
  std::string exposure_is;            // what exposure counts, as the file says
  std::size_t malformed = 0;          // lines that were left out
  std::vector<std::string> problems;  // of the first few of them, with the line's number
};

/// Errors: invalid_argument when no line is a fact, resource_exhausted for more than 200,000.
base::Result<FactSet> parse_facts(std::string_view jsonl);

/// `count` of them drawn by the seed, in the order of the file; all when there are no more.
FactSet choose(FactSet facts, std::size_t count, std::uint64_t seed);

/// Years from the day after which it was no longer right until `today` (YYYY-MM-DD); nothing for what is no
/// date.
std::optional<double> years_since(std::string_view until, std::string_view today);

}  // namespace genkai::limits::hallucination::probe
