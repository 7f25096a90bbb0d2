#pragma once
// Small word problems from templates, with the exact steps to their answer: drawn by a seed, so that no model
// has read them.
//
//   const Problem base = make_problem("p0", 0, Language::english, {.names = 1, .numbers = 1});
//   const Problem renamed = make_problem("p0", 0, Language::english, {.names = 2, .numbers = 1});
//   base.answer == renamed.answer, base.text() != renamed.text()

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "text/text.h"

namespace genkai::limits::reasoning::probe {

/// Two problems of one template that share a seed share what it draws; operands of any two come from the same
/// ranges.
struct ProblemSeeds {
  std::uint64_t names = 1, numbers = 1;
};

struct Problem {
  std::string id;
  text::Language language = text::Language::english;
  std::vector<std::string> sentences;   // what is given
  std::string question;                 // what is asked
  std::vector<std::string> irrelevant;  // three sentences with numbers of their own that change nothing
  std::vector<std::string> steps;       // "7 * 12 = 84", the last one states the answer
  std::int64_t answer = 0;

  /// The sentences and the question, with so many irrelevant ones (at most all) before the last sentence.
  std::string text(std::size_t irrelevant_ones = 0) const;
};

/// How many templates there are.
std::size_t templates();

/// `of` counts templates around. The same arguments give the same problem.
Problem make_problem(const std::string& id, std::size_t of, text::Language language,
                     const ProblemSeeds& seeds);

}  // namespace genkai::limits::reasoning::probe
