#pragma once
// The fewest answers of a set that have to be wrong, whatever the truth is: no ground truth is needed.
//
//   fewest_wrong({.groups = {{5, 3, 1}}})->least;                     // 4 of 9: one value at most is right
//   fewest_wrong({.exactly_one = {{.yes = 3, .no = 1, .of = 4}}})->least;             // 2 of 4
//   fewest_wrong({.answers = 3, .exclusions = {{0, 1}, {1, 2}}})->least;              // 1: the middle one

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/grounds.h"

namespace genkai::limits::reasoning::bound {

/// Statements of which exactly one is true: so many were affirmed, so many denied, the rest left open.
struct ExactlyOne {
  std::uint64_t yes = 0, no = 0, of = 0;
};

struct AnswerSet {
  /// Of each question, how often each of its values was answered; at most one value is right.
  std::vector<std::vector<std::uint64_t>> groups{};
  std::vector<ExactlyOne> exactly_one{};
  /// Single answers 0 to answers - 1, and the pairs of them that cannot both be right.
  std::size_t answers = 0;
  std::vector<std::pair<std::size_t, std::size_t>> exclusions{};
};

struct FewestWrong {
  std::uint64_t least = 0;   // at least so many are wrong
  std::uint64_t enough = 0;  // so many wrong ones suffice to explain all; equal to `least` when `exact`
  std::uint64_t answers = 0;
  bool exact = true;
  core::Grounds grounds;
};

constexpr std::size_t kMostAnswers = 20'000, kMostExclusions = 1'000'000;

/// Groups and exactly-one sets: all but the most frequent value; all but one of the affirmed, or one denied
/// when all were. They are disjoint, so their sum holds. Exclusions: the smallest vertex cover, by branch and
/// bound over connected parts with a bound on the work; where it ends early, `least` is the cover by cliques
/// (at most one answer of a clique is right) and `enough` the best cover found.
/// Errors: invalid_argument for an empty set, a pair outside of it or of one answer, more statements answered
/// than there are, or more than kMostAnswers or kMostExclusions.
base::Result<FewestWrong> fewest_wrong(const AnswerSet& set);

}  // namespace genkai::limits::reasoning::bound
