#pragma once
// What drawing n answers can reach: when an oracle picks the right one, and when a verifier that errs does.
//
//   pass_at(std::vector<Attempts>{{.right = 3, .n = 10}, {0, 10}}, 5)->value;  // 0.458 of the questions
//   best_of_n({.right = 0.4, .accepts_right = 0.9, .accepts_wrong = 0.2}, 8)->value;     // 0.746, at most
//   0.75 best_of_n(..., 8)->enough                                                  // draws after which it
//   gains nothing

#include <cstdint>
#include <optional>
#include <span>

#include "core/grounds.h"
#include "stats/intervals.h"

namespace genkai::limits::reasoning::bound {

/// Answers drawn to one question.
struct Attempts {
  std::uint64_t right = 0, n = 0;
};

struct PassAt {
  std::uint64_t k = 1;
  double value = 0;                           // share of questions with a right answer among k drawn
  std::optional<stats::Interval> interval{};  // over questions (bootstrap); nothing for a single one
  std::uint64_t questions = 0;
  double confidence = 0.95;
  core::Grounds grounds;
};

/// The mean of 1 - C(n - c, k) / C(n, k) (Chen et al. 2021): unbiased, and the most that any choice among k
/// answers can reach. Errors: invalid_argument for k = 0, no question, or fewer than k attempts at one.
base::Result<PassAt> pass_at(std::span<const Attempts> questions, std::uint64_t k, double confidence = 0.95);

/// A question whose answers are right with `right`, and what says of each whether it is.
struct Verifying {
  double right = 0;
  double accepts_right = 1;  // share of right answers that it accepts
  double accepts_wrong = 0;  // share of wrong ones
};

struct BestOfN {
  double value = 0;     // right when one accepted of n is given, and any of the n when none is
  double first = 0;     // of one answer, given without a choice
  double ceiling = 0;   // for n without end: the precision of what it accepts
  double accepted = 0;  // share of questions with an accepted one among n
  /// The fewest draws that come within the tolerance of the ceiling; nothing where the verifier tells nothing
  /// (then one draw is as good as any number) or no number of draws does.
  std::optional<std::uint64_t> enough{};
  bool misleads = false;  // it prefers wrong answers: every draw beyond the first loses
  std::optional<stats::Interval> interval{}, ceiling_interval{};  // where `right` was counted
  double confidence = 0.95;
  core::Grounds grounds;
};

/// a = p t + (1 - p) u is the share that is accepted. With n draws one is accepted with 1 - (1 - a)^n, and is
/// right with p t / a, which no n changes: a verifier's false positives are the ceiling (Stroebl et al.
/// 2024). When none is accepted any of them is given, right with p (1 - t) / (1 - a). Errors:
/// invalid_argument where a number is no probability, n is 0, or the tolerance is not above 0.
base::Result<BestOfN> best_of_n(const Verifying& verifying, std::uint64_t n, double tolerance = 0.001);
/// The same with `right` counted: Clopper and Pearson's interval carried through (only where the verifier
/// does not mislead: then the value rises with `right`).
base::Result<BestOfN> best_of_n(const Attempts& counted, Verifying verifying, std::uint64_t n,
                                double tolerance = 0.001, double confidence = 0.95);

}  // namespace genkai::limits::reasoning::bound
