#pragma once
// What the replies say of the model: pure functions of facts and recorded replies.
// docs/limits/hallucination.md explains each; intervals hold with 95 %.
//
//   const Judged judged = judge_all(facts, replies);
//   const AccuracyReport report = measure_accuracy(facts, judged, replies);

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "limits/hallucination/probe/facts.h"
#include "limits/hallucination/probe/judge.h"
#include "limits/hallucination/probe/replies.h"
#include "stats/intervals.h"
#include "stats/reliability.h"
#include "stats/share.h"

namespace genkai::limits::hallucination::probe {

using stats::Share;
using stats::share_of;

/// The closed-book replies to each fact and its twin; nothing where there is no reply.
struct JudgedFact {
  std::optional<Verdict> closed, twin;
  ParsedReply reply;                  // closed
  std::optional<double> probability;  // of its tokens
};
using Judged = std::vector<JudgedFact>;
Judged judge_all(const FactSet& facts, const Replies& replies);

/// The answer that fits the most of these facts: how many, and which.
Share constant_baseline(const FactSet& facts, const std::vector<std::size_t>& asked, std::string& answer);

struct ExposureBin {
  double low = 0, high = 0, middle = 0;  // least and greatest exposure, and the geometric mean
  Share right;
};
/// P(right) = sigmoid(intercept + slope log10(exposure)).
struct ExposureTrend {
  double intercept = 0, slope = 0;
  stats::Interval interval;  // of the slope, by Fisher's information (Wald)
};
struct AccuracyReport {
  Share right;              // of the answerable; what is refused is not right
  Share right_of_answered;  // of those not refused
  Share blind;              // baseline: the model's guess at the kind of answer, the question withheld
  Share constant;           // baseline: the one answer that fits most often, always
  std::string constant_answer;
  std::vector<ExposureBin> bins;  // of equal mass; equal exposures are not parted
  std::optional<ExposureTrend> trend;
  std::size_t without_exposure = 0, unusable = 0, unasked = 0;
};
AccuracyReport measure_accuracy(const FactSet& facts, const Judged& judged, const Replies& replies);

struct CalibrationReport {
  bool tokens = false;      // of the token probability; else of the stated confidence
  std::size_t missing = 0;  // answered without one
  stats::Reliability model, constant;
  std::vector<stats::ReliabilityBin> bins;
  stats::Estimate overconfidence;  // mean probability less share right
};
/// Of the answers to answerable questions. Nothing with fewer than 10.
std::optional<CalibrationReport> measure_calibration(const Judged& judged, const FactSet& facts, bool tokens,
                                                     std::uint64_t seed);

struct AbstentionReport {
  Share recall;              // of the unanswerable, those declined
  Share over_refusal;        // of the answerable, those declined
  stats::Estimate balanced;  // (recall + 1 - over_refusal) / 2; 0.5 for always and for never answering. By
                             // Newcombe's interval for a difference of shares (1998, method 10)
};
AbstentionReport measure_abstention(const FactSet& facts, const Judged& judged);

struct ContradictionReport {
  std::size_t repeats = 0;
  Share contradicted;  // of facts answered twice or more, those with two answers that differ
  Share same;          // baseline: asked again in the same words, at temperature 0
  Share wavering;      // of all, those that are answered in some wordings and declined in others
};
ContradictionReport measure_contradiction(const FactSet& facts, const Replies& replies, std::size_t repeats);

struct SnowballReport {
  Share defended, corrected,
      withdrawn;          // an injected error: kept; given up for the right answer, or for none
  Share defended_known;   // kept, of those that the model answers rightly when asked by itself
  Share kept, abandoned;  // an injected right answer
  std::size_t unclear_wrong = 0, unclear_right = 0;  // in no share
  stats::Estimate discrimination;  // P(gives up | wrong) - P(gives up | right), over facts with both; 0 for
                                   // who always stands by it or always gives in
  std::size_t pairs = 0;
};
SnowballReport measure_snowballing(const FactSet& facts, const Judged& judged, const Replies& replies,
                                   std::uint64_t seed);

struct AgeBin {
  double low = 0, high = 0;  // years since the change
  Share current, stale;
};
/// P(stale | age) = 2^(-age / years) among replies that give the new or an old value.
struct HalfLife {
  double years = 0;
  stats::Interval interval;  // by the likelihood ratio
};
struct FreshnessReport {
  Share current, stale, other, refused;  // of the facts that changed
  Share constant;                        // baseline: the one answer that is current most often, always
  std::string constant_answer;
  std::vector<AgeBin> ages;
  std::optional<HalfLife> half_life;  // needs 10 replies with either value, 3 of each
  std::size_t undated = 0;            // changed later than today
};
FreshnessReport measure_freshness(const FactSet& facts, const Judged& judged, const std::string& today);

}  // namespace genkai::limits::hallucination::probe
