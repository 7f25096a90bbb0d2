// softmax-crowding: how the weight of the one right key falls with the number of keys, and what scaling the
// scores by log N gives back.

#include <algorithm>
#include <cmath>
#include <span>

#include "base/rng.h"
#include "lab/experiment/registry.h"

namespace genkai::lab::experiment {
namespace {

constexpr std::size_t kWidth = 64;      // of keys, as of a head
constexpr double kSpread = 1.0;         // standard deviation of the scores of distracting keys
constexpr std::size_t kTrainedAt = 64;  // keys at which log-N scaling leaves the scores as they are

struct Setting {
  double margin;  // mean score of the right key over that of the others
  std::size_t longest, repetitions;
};

constexpr double kMargins[] = {4, 6, 8};

Setting setting_of(const CellKey& key, Scale scale) {
  return {std::stod(key.condition.substr(key.condition.find('=') + 1)),
          scale == Scale::ci ? std::size_t{4096} : std::size_t{65536},
          scale == Scale::ci ? std::size_t{20} : std::size_t{100}};
}

std::vector<std::string> conditions(Scale) {
  std::vector<std::string> out;
  for (const double margin : kMargins) out.push_back("margin=" + number(margin, 0));
  return out;
}

/// Scores q.k / sqrt(d) of one query: the right key first, then `n - 1` keys drawn from a normal
/// distribution.
std::vector<double> scores_of(const Setting& setting, std::size_t n, base::Rng& rng) {
  std::vector<double> query(kWidth), key(kWidth), scores;
  double length = 0;
  for (double& x : query) {
    x = rng.normal();
    length += x * x;
  }
  // Distracting keys are standard normal, so that q.k / sqrt(d) has standard deviation |q| / sqrt(d).
  const double root = std::sqrt(static_cast<double>(kWidth));
  const double scale = kSpread * root / std::sqrt(length);
  for (double& x : query) x *= scale;
  for (std::size_t j = 0; j < n; ++j) {
    double dot = 0;
    for (std::size_t i = 0; i < kWidth; ++i) dot += query[i] * rng.normal();
    scores.push_back(dot / root);
  }
  // The right key lies in the query's direction and is as long as the margin needs.
  scores[0] = setting.margin;
  return scores;
}

/// The weight of the first key after softmax of the scores times `temper`.
double weight_of_first(std::span<const double> scores, double temper) {
  const double highest = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const double score : scores) sum += std::exp(temper * (score - highest));
  return std::exp(temper * (scores[0] - highest)) / sum;
}

/// The weight of a key whose score is `margin` above that of each of `others` keys.
double share_at(double margin, double others) {
  return 1 / (1 + others * std::exp(-margin));
}

double scaling_at(std::size_t n) {
  return std::max(1.0, std::log(static_cast<double>(n)) / std::log(static_cast<double>(kTrainedAt)));
}

std::vector<std::size_t> lengths(std::size_t longest) {
  std::vector<std::size_t> out;
  for (std::size_t n = 16; n <= longest; n *= 2) out.push_back(n);
  return out;
}

std::string named(const char* what, std::size_t n) {
  return std::string(what) + "@" + std::to_string(n);
}

base::Result<Numbers> measure(const CellKey& key, const CellContext& context) {
  const Setting setting = setting_of(key, context.scale);
  base::Rng rng(key.seed);
  Numbers out;
  double violations = 0, checked = 0;
  for (std::size_t i = 0; i < setting.repetitions; ++i) {
    if (context.stop.cancelled()) return base::fail(base::Code::cancelled, "stopped");
    const auto all = scores_of(setting, setting.longest, rng);
    for (const std::size_t n : lengths(setting.longest)) {
      const std::span<const double> scores(all.data(), n);
      double highest = -INFINITY, sum = 0;
      for (const double score : scores.subspan(1)) {
        highest = std::max(highest, score);
        sum += score;
      }
      const double others = static_cast<double>(n - 1);
      const double weight = weight_of_first(scores, 1);
      ++checked;
      if (weight < share_at(scores[0] - highest, others) - 1e-12 ||
          weight > share_at(scores[0] - sum / others, others) + 1e-12)
        ++violations;
      out[named("plain", n)] += weight / static_cast<double>(setting.repetitions);
      out[named("scaled", n)] +=
          weight_of_first(scores, scaling_at(n)) / static_cast<double>(setting.repetitions);
    }
  }
  out["violations"] = violations;
  out["checked"] = checked;
  // The number of keys at which the weight falls below one half, between the lengths tried in their
  // logarithm.
  double crossing = static_cast<double>(setting.longest), before = 1, before_n = 1;
  for (const std::size_t n : lengths(setting.longest)) {
    const double weight = out[named("plain", n)];
    if (weight < 0.5) {
      const double part = (before - 0.5) / (before - weight);
      crossing = before_n * std::pow(static_cast<double>(n) / before_n, part);
      break;
    }
    before = weight;
    before_n = static_cast<double>(n);
  }
  out["half"] = crossing;
  return out;
}

/// Keys at which the mean-field weight is one half: 1 + e^(margin - spread^2 / 2).
double half_predicted(double margin) {
  return 1 + std::exp(margin - kSpread * kSpread / 2);
}

Finding find(const Results& results) {
  Finding out;
  out.figure = {.title = "Softmax crowding",
                .description =
                    "Weight of the one right key against the number of keys: predicted, measured, and with "
                    "scores scaled by log N, for three margins.",
                .x = {.title = "keys N", .log = true},
                .y = {.title = "weight of the right key", .low = 0, .high = 1}};
  out.columns = {"margin m", "half weight predicted at N", "measured", "weight at the longest",
                 "with log-N scaling"};
  double violations = 0, checked = 0;
  bool near = true;
  std::string given_back;
  std::size_t longest = 0;
  for (const double margin : kMargins) {
    const std::string condition = "margin=" + number(margin, 0);
    longest = setting_of({condition, 1}, results.scale()).longest;
    stats::FigureSeries predicted{
        "m = " + number(margin, 0) + " predicted", {}, stats::SeriesStyle::reference};
    stats::FigureSeries plain{"m = " + number(margin, 0), {}, stats::SeriesStyle::points};
    stats::FigureSeries scaled{"m = " + number(margin, 0) + ", log N", {}, stats::SeriesStyle::line};
    for (const std::size_t n : lengths(longest)) {
      const double x = static_cast<double>(n);
      predicted.points.push_back({.x = x, .y = share_at(margin - kSpread * kSpread / 2, x - 1)});
      plain.points.push_back(results.over_seeds(condition, named("plain", n)).within(0, 1).at(x));
      scaled.points.push_back({.x = x, .y = results.over_seeds(condition, named("scaled", n)).mean});
    }
    out.figure.series.push_back(std::move(predicted));
    out.figure.series.push_back(std::move(plain));
    out.figure.series.push_back(std::move(scaled));
    const Estimate half = results.over_seeds(condition, "half");
    const Estimate last = results.over_seeds(condition, named("plain", longest)).within(0, 1);
    const Estimate last_scaled = results.over_seeds(condition, named("scaled", longest)).within(0, 1);
    near = near && std::abs(std::log(half.mean / half_predicted(margin))) < std::log(1.5);
    out.rows.push_back({number(margin, 0), number(half_predicted(margin), 0), half.text(0), last.text(3),
                        last_scaled.text(3)});
    given_back += (given_back.empty() ? "" : ", ") + number(last.mean, 3) + " becomes " +
                  number(last_scaled.mean, 3) + " at m = " + number(margin, 0);
    for (const double v : results.values(condition, "violations")) violations += v;
    for (const double v : results.values(condition, "checked")) checked += v;
  }
  out.claims.push_back(
      {ClaimKind::bound,
       "the weight lies between 1 / (1 + (N - 1) e^-m) for the margin over the best and over the mean "
       "of the other keys: " +
           number(violations, 0) + " of " + number(checked, 0) + " draws outside",
       violations == 0 && checked > 0});
  out.claims.push_back({ClaimKind::phenomenon,
                        "half of the weight is lost within a factor 1.5 of the N that the margin predicts",
                        near});
  const double rescued = results.over_seeds("margin=6", named("scaled", longest)).mean;
  const double lost = results.over_seeds("margin=6", named("plain", longest)).mean;
  out.claims.push_back({ClaimKind::phenomenon,
                        "log-N scaling gives back the weight at m = 6 and " + std::to_string(longest) +
                            " keys: " + number(lost, 3) + " to " + number(rescued, 3),
                        rescued > 0.5 && lost < 0.5});
  out.paragraph = "Each factor e of keys costs one unit of margin. With " + std::to_string(longest) +
                  " keys the weight of the right one, plain and with scores scaled by log N / log " +
                  std::to_string(kTrainedAt) + ": " + given_back +
                  ". Scaling raises the margin and the spread of the other keys alike, so it rescues only a "
                  "margin that was above "
                  "log N plus half the squared spread at the length of training; a smaller one stays lost.";
  return out;
}

}  // namespace

const Experiment kSoftmaxCrowding = {
    .name = "softmax-crowding",
    .limit = "context",
    .question = "How many keys can one right key stand out from, and does scaling by log N help?",
    .predicted =
        "A key that leads each of N - 1 others by a margin m has the weight 1 / (1 + (N - 1) e^-m), so "
        "weight p "
        "needs m >= ln(N - 1) + logit(p). Others of scores spread normally with deviation s count as if m "
        "were "
        "m - s^2 / 2 (mean of e^s).",
    .measured =
        "Softmax in double precision over scores of random keys (width 64, spread 1) and one right key whose "
        "score leads their mean by m; 100 draws for each N and seed (20 at ci scale).",
    .assumes =
        "One head, one query, keys that are independent of each other. A trained model's margins are another "
        "matter; "
        "this is what they would have to be.",
    .conditions = conditions,
    .measure = measure,
    .find = find,
};

}  // namespace genkai::lab::experiment
