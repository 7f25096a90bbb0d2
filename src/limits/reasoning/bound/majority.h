#pragma once
// A vote of n answers to one question: what it reaches when errors are correlated, and when another answer
// can no longer change it.
//
//   majority({.right = 0.6, .correlation = 0, .n = 11})->value;       // 0.753
//   majority({.right = 0.6, .correlation = 0.3, .n = 11})->limit;     // 0.643: where more answers end
//   stopping(5, 1, 4)->leads;                                         // 0.938: the leader is the likelier
//   one

#include <cstdint>
#include <optional>
#include <span>

#include "core/grounds.h"
#include "limits/reasoning/bound/best_of_n.h"
#include "stats/intervals.h"

namespace genkai::limits::reasoning::bound {

constexpr std::uint64_t kMostVotes = 100'000;

struct Voting {
  double right = 0;        // of a single answer, over all questions
  double correlation = 0;  // of two answers to one question being right, 0 to 1 (intraclass)
  std::uint64_t n = 1;     // answers that vote, at most kMostVotes
};

struct Majority {
  double value = 0;   // more than half are right; a tie counts half
  double single = 0;  // of one answer
  double limit = 0;   // for n without end
  double correlation = 0;
  stats::Interval any_dependence{};  // whatever the dependence
  /// The first of 1, 3, 5, 9, 17, 33 ... votes that lies within the tolerance of the limit, where there is
  /// one.
  std::optional<std::uint64_t> enough{};
  std::optional<stats::Interval> interval{};  // from counts: bootstrap over questions
  std::uint64_t n = 1, questions = 0;
  double confidence = 0.95;
  core::Grounds grounds;
};

/// The share right of a question is drawn from Beta(p (1 - rho) / rho, (1 - p)(1 - rho) / rho), so that the
/// number of right votes is beta-binomial. Without end the vote is right on the questions whose own share
/// exceeds a half. All wrong votes count as one answer: where they scatter, a plurality does better.
/// Errors: invalid_argument where a number is no probability, or n is 0 or above kMostVotes.
base::Result<Majority> majority(const Voting& voting, double tolerance = 0.001);

/// Both shares estimated from right answers of each question; the correlation by analysis of variance (at
/// least 0). Errors: invalid_argument without two questions, or where no question has two answers.
base::Result<Majority> majority(std::span<const Attempts> questions, std::uint64_t n,
                                double tolerance = 0.001, double confidence = 0.95);

struct Stopping {
  double leads = 0;      // posterior probability that the leading answer is the likelier one of the first two
  double changes = 0;    // chance that it does not lead alone any more after the remaining draws
  bool settled = false;  // nothing that remains can change who leads
  core::Grounds grounds;
};

/// `first` and `second`: how often the two most frequent answers came; `remaining`: draws left. The share of
/// the first among the two has the posterior Beta(first + 1, second + 1) under a uniform prior, and `leads`
/// is P(share > 1/2) (Aggarwal et al. 2023, adaptive consistency). `changes` counts the remaining draws by
/// the same posterior, all of them for one of the two. Errors: invalid_argument when second > first, or there
/// are more than kMostVotes of any.
base::Result<Stopping> stopping(std::uint64_t first, std::uint64_t second, std::uint64_t remaining);

}  // namespace genkai::limits::reasoning::bound
