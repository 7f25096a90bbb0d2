#pragma once
// The threshold above which answers may be given, and what is promised about them.
//
//   const auto found = certify_threshold(scores, correct, {.risk = 0.10, .delta = 0.10});
//   if (found.certified()) answer_if(score >= found.threshold); else say(found.needed);
//
// All of it assumes that the questions to come are exchangeable with those of the calibration set.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "stats/calibration.h"

namespace genkai::stats {

/// What is promised of the answered questions. Both numbers in (0, 1).
struct Promise {
  double risk = 0.1;   // the share of wrong answers among the answered is at most this ...
  double delta = 0.1;  // ... except with this probability over the draw of the calibration set
  /// That is the long-run rate. With a value also the share that will be counted among so many next
  /// questions (answered or not) is promised; it varies by itself, so less is answered.
  std::optional<std::size_t> next{};
};

enum class Procedure {
  fixed_sequence,  // from strict to permissive, each test at the whole delta, until the first that fails
  holm,            // all of a grid of coverages, whatever their order, delta shared (Holm 1979)
};

struct CertifyOptions {
  Procedure procedure = Procedure::fixed_sequence;
  std::size_t first =
      0;  // answered at the first test of the sequence; 0: three times the least that can pass
  /// The scores of exactly the questions to come, where they are known: then the count among them is
  /// promised, whatever Promise::next says.
  std::span<const double> next_scores{};
};

/// A threshold and what was seen above it on the calibration set.
struct CertifiedThreshold {
  double threshold = std::numeric_limits<double>::infinity();  // infinite: answer nothing
  std::size_t answered = 0, errors = 0;                        // of the calibration set, at it
  std::size_t n = 0;                   // calibration questions, those without a score included
  double bound = 1;                    // with 1 - delta the long-run rate is at most this, at this threshold
  std::optional<double> next_bound{};  // and the share counted among the next questions at most this
  double coverage = 0;                 // answered / n
  std::size_t tests = 0;               // thresholds that were tested
  std::optional<double> needed{};  // when not certified: about how many calibration questions would be, if
                                   // they went as these did; none when more of the same would not help
  bool certified() const { return threshold < std::numeric_limits<double>::infinity(); }
};

/// The most permissive threshold that keeps the promise. A score that is not a number is never answered and
/// counts as a question. The thresholds to test are fixed by counts of answered questions and do not look at
/// what was right, so that testing many costs nothing (fixed sequence) or is paid for (Holm): Learn then Test
/// (Angelopoulos, Bates, Candès, Jordan and Lei 2021). Each test is exact: of a long-run rate the binomial
/// one (Clopper and Pearson 1934; Geifman and El-Yaniv 2017), of a count to come the hypergeometric one,
/// since calibration and next questions are one exchangeable draw. Equal scores are answered together or not
/// at all.
CertifiedThreshold certify_threshold(std::span<const double> scores, Outcomes correct, const Promise& promise,
                                     const CertifyOptions& options = {});

/// Where the sequence had best begin, learnt from other questions than those certified with: the count of
/// answered of `n` at which a test has the most power, within the least that can pass and the usual beginning
/// (among equal scores a later one may lie just behind the good ones). 0, the usual beginning, without
/// questions to learn it from.
std::size_t most_powerful_start(std::span<const double> scores, Outcomes correct, const Promise& promise,
                                std::size_t n);

/// Calibration questions that must be answered without a single error before any promise can be made:
/// ceil(ln delta / ln(1 - risk)).
std::size_t least_answered(const Promise& promise);

/// One threshold for each group, all promises holding at once with 1 - delta. Each group starts with an equal
/// share of delta; one that is certified down to its last question hands its share on to the others
/// (graphical procedure of Bretz, Maurer, Brannath and Posch 2009). `groups` numbers each item's group from
/// 0.
std::vector<CertifiedThreshold> certify_groups(std::span<const double> scores, Outcomes correct,
                                               std::span<const std::size_t> groups, std::size_t group_count,
                                               const Promise& promise, const CertifyOptions& options = {});

/// Where only the expectation is wanted: the most permissive threshold with E[share of all questions that are
/// answered wrongly] <= risk over calibration set and next question: (errors + 1) / (n + 1) <= risk
/// (conformal risk control, Angelopoulos, Bates, Fisch, Lei and Schuster 2024, for the loss "answered and
/// wrong").
CertifiedThreshold conformal_risk_threshold(std::span<const double> scores, Outcomes correct, double risk);

/// Of a batch whose scores are known: the threshold on it such that E[wrong / answered] <= risk, by conformal
/// p-values and Benjamini and Hochberg (selection by prediction, Jin and Candès 2023). Ties are counted
/// against.
CertifiedThreshold conformal_selection(std::span<const double> scores, Outcomes correct,
                                       std::span<const double> batch, double risk);

/// The least share b such that, after `errors` of `answered` on the calibration set, more than b wrong among
/// `next` answered to come would be an event of probability at most delta.
double next_count_bound(std::size_t errors, std::size_t answered, std::size_t next, double delta);

/// P(X <= x) for X wrong ones among `drawn` of `all` of which `wrong` are wrong.
double hypergeometric_cdf(std::size_t x, std::size_t all, std::size_t wrong, std::size_t drawn);

}  // namespace genkai::stats
