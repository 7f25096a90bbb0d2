#include "stats/risk_control.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/intervals.h"

namespace genkai::stats {
namespace {

constexpr double kRounding = 1e-9;     // 0.1 * 30 is 3
constexpr std::size_t kHolmGrid = 20;  // coverages that Holm's procedure tests
constexpr double kMostNeeded = 1e7;    // more calibration questions than that nobody will have

// Places of items with a score, best first; equal scores in their order.
std::vector<std::size_t> best_first(std::span<const double> scores) {
  std::vector<std::size_t> order;
  order.reserve(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (!std::isnan(scores[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

double log_choose(double n, double k) {
  int sign = 0;
  return ::lgamma_r(n + 1, &sign) - ::lgamma_r(k + 1, &sign) - ::lgamma_r(n - k + 1, &sign);
}

// The calibration set sorted once, and the questions to come.
class Sorted {
 public:
  Sorted(std::span<const double> scores, Outcomes correct, const Promise& promise,
         std::span<const double> next_scores)
      : n_(scores.size()), promise_(promise), by_scores_(!next_scores.empty()) {
    for (const std::size_t i : best_first(scores)) {
      scores_.push_back(scores[i]);
      errors_.push_back((errors_.empty() ? 0 : errors_.back()) + (correct[i] ? 0 : 1));
    }
    for (const std::size_t i : best_first(next_scores)) next_.push_back(next_scores[i]);
  }
  std::size_t size() const { return scores_.size(); }
  std::size_t n() const { return n_; }
  std::size_t errors(std::size_t count) const { return count == 0 ? 0 : errors_[count - 1]; }
  double score(std::size_t count) const { return scores_[count - 1]; }
  /// `count`, or more while scores are equal.
  std::size_t with_ties(std::size_t count) const {
    while (count < size() && scores_[count] == scores_[count - 1]) ++count;
    return count;
  }
  /// How many of the questions to come would be answered; none: the promise is about the long run.
  std::optional<std::size_t> next_answered(std::size_t count) const {
    if (by_scores_)
      return static_cast<std::size_t>(
          std::upper_bound(next_.begin(), next_.end(), score(count), std::greater<>()) - next_.begin());
    if (!promise_.next || n_ == 0) return {};
    const double share = static_cast<double>(count) / static_cast<double>(n_);
    return static_cast<std::size_t>(std::llround(share * static_cast<double>(*promise_.next)));
  }
  /// The p value of "the share is above the wanted risk" when the best `count` are answered: of the long-run
  /// rate, and of the count among the questions to come where one is promised too.
  double p_value(std::size_t count) const {
    if (errors(count) >= count) return 1;
    // P(X <= errors) for X ~ Binomial(count, risk)
    const double rate = 1 - incomplete_beta(promise_.risk, static_cast<double>(errors(count)) + 1,
                                            static_cast<double>(count - errors(count)));
    const auto next = next_answered(count);
    if (!next || *next == 0) return rate;
    const auto too_many =
        static_cast<std::size_t>(std::floor(promise_.risk * static_cast<double>(*next) + kRounding)) + 1;
    if (too_many > *next) return rate;
    return std::max(rate, hypergeometric_cdf(errors(count), count + *next, errors(count) + too_many, count));
  }
  CertifiedThreshold at(std::size_t count, double delta) const {
    CertifiedThreshold found;
    found.n = n_;
    if (count == 0) return found;
    found.threshold = score(count);
    found.answered = count;
    found.errors = errors(count);
    found.bound = clopper_pearson_upper(found.errors, count, 1 - delta);
    if (const auto next = next_answered(count); next && *next > 0)
      found.next_bound = next_count_bound(found.errors, count, *next, delta);
    found.coverage = static_cast<double>(count) / static_cast<double>(n_);
    return found;
  }

 private:
  std::size_t n_;
  Promise promise_;
  bool by_scores_;
  std::vector<double> scores_, next_;
  std::vector<std::size_t> errors_;
};

std::vector<std::size_t> sequence(const Sorted& sorted, std::size_t first) {
  std::vector<std::size_t> counts;
  double wanted = std::max(1.0, static_cast<double>(first));
  for (bool last = sorted.size() == 0; !last; wanted = std::max(wanted * 1.02, wanted + 1)) {
    last = wanted >= static_cast<double>(sorted.size());
    const std::size_t count = sorted.with_ties(last ? sorted.size() : static_cast<std::size_t>(wanted));
    if (counts.empty() || counts.back() != count) counts.push_back(count);
  }
  return counts;
}

// How many calibration questions would carry the promise, errors going on as they did: at the first test,
// since all others wait for it; where that was all there is, at the best coverage.
std::optional<double> needed_for(const Sorted& sorted, const Promise& promise, double delta,
                                 std::size_t first) {
  std::vector<std::size_t> counts = sequence(sorted, first);
  if (counts.size() > 1 && first > 1)
    counts.resize(1);
  else
    counts = sequence(sorted, 10);
  double best = kMostNeeded;
  for (const std::size_t count : counts) {
    const double share = (static_cast<double>(sorted.errors(count)) + 0.5) / (static_cast<double>(count) + 1);
    if (share >= promise.risk) continue;
    double low = 1, high = kMostNeeded;  // answered questions
    const auto carries = [&](double answered) {
      return incomplete_beta(promise.risk, share * answered + 1, answered * (1 - share)) >= 1 - delta;
    };
    if (!carries(high)) continue;
    while (high - low > 0.5) (carries((low + high) / 2) ? high : low) = (low + high) / 2;
    // A count to come varies like the calibration count: for as many next questions, twice the variance.
    const double luck = promise.next ? 2 : 1;
    best = std::min(best, luck * high * static_cast<double>(sorted.n()) / static_cast<double>(count));
  }
  if (best >= kMostNeeded) return {};
  return std::ceil(std::max(best, static_cast<double>(sorted.n() + 1)));
}

CertifiedThreshold fixed_sequence(const Sorted& sorted, const Promise& promise, double delta,
                                  std::size_t first) {
  std::size_t tests = 0, most = 0;
  for (const std::size_t count : sequence(sorted, first)) {
    ++tests;
    if (sorted.p_value(count) > delta) break;
    most = count;
  }
  CertifiedThreshold best = sorted.at(most, delta);
  best.tests = tests;
  if (!best.certified()) best.needed = needed_for(sorted, promise, delta, first);
  return best;
}

CertifiedThreshold holm(const Sorted& sorted, const Promise& promise, double delta) {
  std::vector<std::size_t> counts;
  for (std::size_t i = 1; i <= kHolmGrid && sorted.size() > 0; ++i) {
    const std::size_t count = sorted.with_ties(std::max<std::size_t>(1, i * sorted.size() / kHolmGrid));
    if (counts.empty() || counts.back() != count) counts.push_back(count);
  }
  std::vector<std::pair<double, std::size_t>> tests;
  for (const std::size_t count : counts) tests.emplace_back(sorted.p_value(count), count);
  std::sort(tests.begin(), tests.end());
  std::size_t most = 0;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (tests[i].first > delta / static_cast<double>(tests.size() - i)) break;
    most = std::max(most, tests[i].second);
  }
  CertifiedThreshold best =
      sorted.at(most, delta / static_cast<double>(std::max<std::size_t>(1, tests.size())));
  best.tests = tests.size();
  if (!best.certified())
    best.needed =
        needed_for(sorted, promise, delta / static_cast<double>(std::max<std::size_t>(1, tests.size())), 1);
  return best;
}

// Chosen on recorded confidences (bench/confidence.py): from a tenth on, chance rarely ends the sequence
// early.
std::size_t usual_start(const Promise& promise, std::size_t n) {
  const std::size_t least = least_answered(promise);
  return std::min(std::max(3 * least, n / 10),
                  std::max(least, n / 2));  // few questions: half may be hopeless
}

CertifiedThreshold certify_at(const Sorted& sorted, const Promise& promise, const CertifyOptions& options,
                              double delta) {
  if (options.procedure == Procedure::holm) return holm(sorted, promise, delta);
  Promise own = promise;
  own.delta = delta;
  const std::size_t first = options.first > 0 ? options.first : usual_start(own, sorted.n());
  return fixed_sequence(sorted, promise, delta, first);
}

bool possible(const Promise& promise) {
  return promise.risk > 0 && promise.risk < 1 && promise.delta > 0 && promise.delta < 1;
}

}  // namespace

double hypergeometric_cdf(std::size_t x, std::size_t all, std::size_t wrong, std::size_t drawn) {
  const std::size_t least = wrong + drawn > all ? wrong + drawn - all : 0, most = std::min(wrong, drawn);
  if (x < least) return 0;
  if (x >= most) return 1;
  const double n = static_cast<double>(all), k = static_cast<double>(wrong), d = static_cast<double>(drawn);
  // The mode splits the terms: sum the tail that has x at its upper end, downward from x.
  const double at = static_cast<double>(x);
  double term = std::exp(log_choose(k, at) + log_choose(n - k, d - at) - log_choose(n, d)), sum = 0;
  for (std::size_t i = x;; --i) {
    sum += term;
    if (i == least) break;
    const double j = static_cast<double>(i);
    term *= j * (n - k - d + j) / ((k - j + 1) * (d - j + 1));
    if (term < sum * 1e-17 && j < d * k / n) break;
  }
  return std::min(1.0, sum);
}

double next_count_bound(std::size_t errors, std::size_t answered, std::size_t next, double delta) {
  if (next == 0) return 0;
  std::size_t low = 0,
              high = next;  // the least count of wrong ones such that one more would be that improbable
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (hypergeometric_cdf(errors, answered + next, errors + middle + 1, answered) <= delta)
      high = middle;
    else
      low = middle + 1;
  }
  return static_cast<double>(low) / static_cast<double>(next);
}

std::size_t least_answered(const Promise& promise) {
  return static_cast<std::size_t>(std::ceil(std::log(promise.delta) / std::log1p(-promise.risk)));
}

CertifiedThreshold certify_threshold(std::span<const double> scores, Outcomes correct, const Promise& promise,
                                     const CertifyOptions& options) {
  const Sorted sorted(scores, correct, promise, options.next_scores);
  if (!possible(promise)) return sorted.at(0, promise.delta);
  return certify_at(sorted, promise, options, promise.delta);
}

std::size_t most_powerful_start(std::span<const double> scores, Outcomes correct, const Promise& promise,
                                std::size_t n) {
  if (scores.empty() || !possible(promise)) return 0;
  const std::vector<std::size_t> order = best_first(scores);
  double errors = 0, best = -std::numeric_limits<double>::infinity();
  std::size_t start = 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    errors += correct[order[i]] ? 0 : 1;
    const double count = static_cast<double>(i + 1), share = (errors + 0.5) / (count + 1);
    if (i + 1 < order.size() && scores[order[i + 1]] == scores[order[i]]) continue;
    const double power = (promise.risk - share) * std::sqrt(count / (share * (1 - share)));
    if (power > best) {
      best = power;
      start = i + 1;
    }
  }
  const double share = static_cast<double>(start) / static_cast<double>(scores.size());
  return std::clamp(static_cast<std::size_t>(share * static_cast<double>(n)), least_answered(promise),
                    usual_start(promise, n));
}

std::vector<CertifiedThreshold> certify_groups(std::span<const double> scores, Outcomes correct,
                                               std::span<const std::size_t> groups, std::size_t group_count,
                                               const Promise& promise, const CertifyOptions& options) {
  std::vector<Sorted> sorted;
  for (std::size_t g = 0; g < group_count; ++g) {
    std::vector<double> own;
    std::vector<std::uint8_t> right;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (groups[i] != g) continue;
      own.push_back(scores[i]);
      right.push_back(correct[i]);
    }
    sorted.emplace_back(own, right, promise, std::span<const double>{});
  }
  std::vector<CertifiedThreshold> found(group_count);
  if (!possible(promise) || group_count == 0) {
    for (std::size_t g = 0; g < group_count; ++g) found[g] = sorted[g].at(0, promise.delta);
    return found;
  }
  // Each sequence stays the same while shares of delta are handed on.
  const Promise first_share{promise.risk, promise.delta / static_cast<double>(group_count)};
  std::vector<bool> finished(group_count, false);
  double share = promise.delta / static_cast<double>(group_count);
  for (bool again = true; again;) {
    again = false;
    for (std::size_t g = 0; g < group_count; ++g) {
      if (finished[g]) continue;
      CertifyOptions own = options;
      if (own.first == 0) own.first = usual_start(first_share, sorted[g].n());
      found[g] = certify_at(sorted[g], promise, own, share);
      finished[g] = found[g].certified() && found[g].answered == sorted[g].size();
      if (!finished[g]) continue;
      const auto left = static_cast<double>(std::count(finished.begin(), finished.end(), false));
      if (left == 0) break;
      share += share / left;
      again = true;
      break;
    }
  }
  return found;
}

CertifiedThreshold conformal_risk_threshold(std::span<const double> scores, Outcomes correct, double risk) {
  const Sorted sorted(scores, correct, {}, {});
  CertifiedThreshold best = sorted.at(0, 0.5);
  const double all = static_cast<double>(sorted.n()) + 1;
  for (const std::size_t count : sequence(sorted, 1)) {
    const double bound = (static_cast<double>(sorted.errors(count)) + 1) / all;
    if (bound > risk) break;  // the loss only grows with what is answered
    best.threshold = sorted.score(count);
    best.answered = count;
    best.errors = sorted.errors(count);
    best.bound = bound;
    best.coverage = static_cast<double>(count) / static_cast<double>(sorted.n());
    ++best.tests;
  }
  if (!best.certified() && risk > 0) best.needed = std::ceil(1 / risk) - 1;
  return best;
}

CertifiedThreshold conformal_selection(std::span<const double> scores, Outcomes correct,
                                       std::span<const double> batch, double risk) {
  const Sorted sorted(scores, correct, {}, {});
  std::vector<double> wrong;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (!correct[i] && !std::isnan(scores[i])) wrong.push_back(scores[i]);
  std::sort(wrong.begin(), wrong.end());
  const std::vector<std::size_t> order = best_first(batch);
  CertifiedThreshold best = sorted.at(0, 0.5);
  for (std::size_t end = 1; end <= order.size(); ++end) {
    const double score = batch[order[end - 1]];
    if (end < order.size() && batch[order[end]] == score) continue;
    const auto above = wrong.end() - std::lower_bound(wrong.begin(), wrong.end(), score);
    const double p = (static_cast<double>(above) + 1) / (static_cast<double>(sorted.n()) + 1);
    const double bound = p * static_cast<double>(batch.size()) / static_cast<double>(end);
    ++best.tests;
    if (bound > risk) continue;
    best.threshold = score;
    best.bound = bound;
  }
  if (!best.certified()) return best;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i]) || scores[i] < best.threshold) continue;
    ++best.answered;
    best.errors += correct[i] ? 0 : 1;
  }
  best.coverage = static_cast<double>(best.answered) / static_cast<double>(sorted.n());
  return best;
}

}  // namespace genkai::stats
