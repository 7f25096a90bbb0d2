// Accuracy, calibration, abstention: what the closed-book replies show.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "limits/hallucination/probe/follow_up.h"
#include "limits/hallucination/probe/measures.h"
#include "stats/logistic.h"

namespace genkai::limits::hallucination::probe {
namespace {

constexpr std::size_t kLeastOfBin = 15, kMostBins = 8;
constexpr std::size_t kLeastOfTrend = 20;
constexpr std::size_t kLeastCalibrated = 10, kMostDiagramBins = 10;
constexpr double kNormal95 = 1.959963984540054;

struct Exposed {
  double exposure;
  std::uint8_t right;
};

std::vector<ExposureBin> bins_of(const std::vector<Exposed>& items) {
  std::vector<ExposureBin> bins;
  if (items.empty()) return bins;
  const std::size_t count = std::clamp<std::size_t>(items.size() / kLeastOfBin, 1, kMostBins);
  for (std::size_t bin = 0, begin = 0; bin < count && begin < items.size(); ++bin) {
    std::size_t end = bin + 1 == count ? items.size() : std::max(begin + 1, items.size() * (bin + 1) / count);
    while (end < items.size() && items[end].exposure == items[end - 1].exposure) ++end;
    double logs = 0;
    std::size_t hits = 0;
    for (std::size_t i = begin; i < end; ++i) logs += std::log(items[i].exposure), hits += items[i].right;
    bins.push_back({items[begin].exposure, items[end - 1].exposure,
                    std::exp(logs / static_cast<double>(end - begin)), share_of(hits, end - begin)});
    begin = end;
  }
  return bins;
}

// Fitted to the standardised logarithm; the ridge is there for replies that an exposure parts perfectly.
std::optional<ExposureTrend> trend_of(const std::vector<Exposed>& items) {
  const auto n = static_cast<double>(items.size());
  if (items.size() < kLeastOfTrend) return {};
  double mean = 0, square = 0;
  for (const auto& item : items) mean += std::log10(item.exposure) / n;
  for (const auto& item : items) square += std::pow(std::log10(item.exposure) - mean, 2) / n;
  const double spread = std::sqrt(square);
  if (!(spread > 1e-9)) return {};
  std::vector<double> rows;
  std::vector<std::uint8_t> right;
  for (const auto& item : items) {
    rows.push_back((std::log10(item.exposure) - mean) / spread);
    right.push_back(item.right);
  }
  const auto total = std::accumulate(right.begin(), right.end(), std::size_t{0});
  if (total == 0 || total == right.size()) return {};
  const auto fit = stats::LogisticModel::fit(rows, 1, right, {.ridge = 0.01});
  if (!fit) return {};
  double a = 0, b = 0, c = 0.01;  // the information of intercept and slope
  for (const double x : rows) {
    const double p = fit->probability({&x, 1}), w = p * (1 - p);
    a += w, b += w * x, c += w * x * x;
  }
  const double determinant = a * c - b * b;
  if (!(determinant > 0)) return {};
  const double error = std::sqrt(a / determinant) / spread, slope = fit->weights()[0] / spread;
  return ExposureTrend{
      fit->intercept() - slope * mean, slope, {slope - kNormal95 * error, slope + kNormal95 * error}};
}

}  // namespace

Share constant_baseline(const FactSet& facts, const std::vector<std::size_t>& asked, std::string& answer) {
  constexpr std::size_t kMostCandidates = 300;
  std::vector<AnswerKey> keys;
  std::vector<std::string> candidates;
  for (const std::size_t i : asked) {
    keys.emplace_back(facts.facts[i].answers);
    candidates.push_back(facts.facts[i].answers.front());
  }
  std::sort(candidates.begin(), candidates.end());
  // By how often they are given word for word; those alone are compared with every fact.
  std::vector<std::pair<std::size_t, std::string>> counted;
  for (std::size_t i = 0; i < candidates.size();) {
    std::size_t end = i;
    while (end < candidates.size() && candidates[end] == candidates[i]) ++end;
    counted.emplace_back(end - i, candidates[i]);
    i = end;
  }
  std::stable_sort(counted.begin(), counted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (counted.size() > kMostCandidates) counted.resize(kMostCandidates);
  std::size_t best = 0;
  for (const auto& [times, candidate] : counted) {
    const auto hits = static_cast<std::size_t>(std::count_if(
        keys.begin(), keys.end(), [&](const AnswerKey& key) { return key.matches(candidate); }));
    if (hits > best) best = hits, answer = candidate;
  }
  return share_of(best, asked.size());
}

Judged judge_all(const FactSet& facts, const Replies& replies) {
  Judged judged;
  for (const Fact& fact : facts.facts) {
    JudgedFact one;
    if (const Reply* reply = replies.find(key_of(Purpose::closed, fact.id, 0))) {
      one.reply = parse_reply(reply->text);
      one.closed = judge(one.reply, AnswerKey(fact.answers));
      one.probability = reply->probability;
    }
    if (const Reply* reply = replies.find(key_of(Purpose::twin, fact.id, 0)))
      one.twin = judge(parse_reply(reply->text), AnswerKey({}));
    judged.push_back(std::move(one));
  }
  return judged;
}

AccuracyReport measure_accuracy(const FactSet& facts, const Judged& judged, const Replies& replies) {
  AccuracyReport report;
  std::vector<Exposed> exposed;
  std::vector<std::size_t> asked;
  std::size_t right = 0, answered = 0, blind = 0, blind_asked = 0;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const Fact& fact = facts.facts[i];
    if (!fact.answerable()) continue;
    if (!judged[i].closed) {
      ++report.unasked;
      continue;
    }
    const Verdict verdict = *judged[i].closed;
    if (verdict == Verdict::unusable) {
      ++report.unusable;
      continue;
    }
    asked.push_back(i);
    right += verdict == Verdict::right ? 1 : 0;
    answered += verdict != Verdict::refused ? 1 : 0;
    if (fact.exposure)
      exposed.push_back({*fact.exposure, static_cast<std::uint8_t>(verdict == Verdict::right)});
    else
      ++report.without_exposure;
    if (const Reply* guess = replies.find(key_of(Purpose::blind, blind_id(fact), 0))) {
      ++blind_asked;
      blind += judge(parse_reply(guess->text), AnswerKey(fact.answers)) == Verdict::right ? 1 : 0;
    }
  }
  report.right = share_of(right, asked.size());
  report.right_of_answered = share_of(right, answered);
  report.blind = share_of(blind, blind_asked);
  report.constant = constant_baseline(facts, asked, report.constant_answer);
  std::stable_sort(exposed.begin(), exposed.end(),
                   [](const Exposed& a, const Exposed& b) { return a.exposure < b.exposure; });
  report.bins = bins_of(exposed);
  report.trend = trend_of(exposed);
  return report;
}

std::optional<CalibrationReport> measure_calibration(const Judged& judged, const FactSet& facts, bool tokens,
                                                     std::uint64_t seed) {
  CalibrationReport report;
  report.tokens = tokens;
  std::vector<double> probabilities, outcomes;
  std::vector<std::uint8_t> correct;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const auto& one = judged[i];
    if (!facts.facts[i].answerable() || !one.closed) continue;
    if (*one.closed != Verdict::right && *one.closed != Verdict::wrong) continue;
    const auto probability = tokens ? one.probability : one.reply.confidence;
    if (!probability) {
      ++report.missing;
      continue;
    }
    probabilities.push_back(*probability);
    correct.push_back(*one.closed == Verdict::right ? 1 : 0);
    outcomes.push_back(correct.back());
  }
  if (correct.size() < kLeastCalibrated) return {};
  const stats::AssessOptions options{.seed = seed};
  report.model = stats::assess(probabilities, correct, options);
  report.constant = stats::assess_constant(correct, options);
  report.bins = stats::reliability_bins(
      probabilities, correct, std::clamp<std::size_t>(correct.size() / kLeastOfBin, 2, kMostDiagramBins));
  const auto gap = stats::paired_bootstrap(probabilities, outcomes, {.seed = seed});
  report.overconfidence = {gap.mean, gap.interval};
  return report;
}

AbstentionReport measure_abstention(const FactSet& facts, const Judged& judged) {
  std::size_t unanswerable = 0, declined = 0, answerable = 0, refused = 0;
  const auto count = [](const std::optional<Verdict>& verdict, std::size_t& n, std::size_t& hits) {
    if (!verdict || *verdict == Verdict::unusable) return;
    ++n;
    hits += *verdict == Verdict::refused ? 1 : 0;
  };
  for (std::size_t i = 0; i < judged.size(); ++i) {
    if (facts.facts[i].answerable())
      count(judged[i].closed, answerable, refused);
    else
      count(judged[i].closed, unanswerable, declined);
    count(judged[i].twin, unanswerable, declined);
  }
  AbstentionReport report;
  report.recall = share_of(declined, unanswerable);
  report.over_refusal = share_of(refused, answerable);
  const double p = report.recall.value(), q = report.over_refusal.value(), gap = p - q;
  const auto &a = report.recall.interval, &b = report.over_refusal.interval;
  report.balanced.value = (1 + gap) / 2;
  report.balanced.interval = {(1 + gap - std::hypot(p - a.low, b.high - q)) / 2,
                              (1 + gap + std::hypot(a.high - p, q - b.low)) / 2};
  if (unanswerable == 0 || answerable == 0) report.balanced = {0.5, {0, 1}};
  return report;
}

}  // namespace genkai::limits::hallucination::probe
