#include "stats/recalibration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "stats/logistic.h"

namespace genkai::stats {
namespace {

using base::Code;
using base::Json;

constexpr double kEdge = 1e-4;          // scores of 0 and 1 have a finite logit
constexpr double kPlattRidge = 0.01;    // keeps separable scores finite
constexpr double kFusedRidge = 1;       // on standardised terms
constexpr double kClip = 1e-4;          // no map is ever certain
constexpr std::size_t kMassOfBin = 50;  // items, at least, when there are enough for several bins
constexpr std::size_t kMostBins = 15;
constexpr double kNoScore = std::numeric_limits<double>::quiet_NaN();

double logit(double p) {
  p = std::clamp(p, kEdge, 1 - kEdge);
  return std::log(p / (1 - p));
}

double link(double score, bool probability) {
  return probability ? logit(score) : score;
}

double clip(double p) {
  return std::clamp(p, kClip, 1 - kClip);
}

IsotonicMap fit_bins(std::span<const double> scores, Outcomes correct) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  const std::size_t n = order.size(), bins = std::clamp<std::size_t>(n / kMassOfBin, 1, kMostBins);
  const double base = static_cast<double>(std::accumulate(correct.begin(), correct.end(), std::size_t{0})) /
                      static_cast<double>(n);
  std::vector<double> edges, values;
  for (std::size_t bin = 0, begin = 0; begin < n; ++bin) {
    std::size_t end = std::min(n, std::max(begin + 1, (bin + 1) * n / bins));
    while (end < n && scores[order[end]] == scores[order[end - 1]]) ++end;
    double right = base;
    for (std::size_t i = begin; i < end; ++i) right += correct[order[i]];
    const double value = right / (static_cast<double>(end - begin) + 1);
    edges.push_back(scores[order[begin]]);  // a bin is two points of one value: a step
    values.push_back(value);
    if (scores[order[end - 1]] > edges.back()) {
      edges.push_back(scores[order[end - 1]]);
      values.push_back(value);
    }
    begin = end;
  }
  return {std::move(edges), std::move(values)};
}

Json to_array(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double value : values) array.push(value);
  return array;
}

bool read_array(const Json* json, std::vector<double>& out) {
  if (!json || !json->is_array()) return false;
  for (const Json& item : json->items()) {
    if (!item.is_number() || !std::isfinite(item.as_double())) return false;
    out.push_back(item.as_double());
  }
  return true;
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::temperature:
      return "temperature";
    case Method::platt:
      return "platt";
    case Method::isotonic:
      return "isotonic";
    case Method::binning:
      return "binning";
    case Method::fused:
      return "fused";
  }
  return "";
}

std::optional<Method> method_of(std::string_view name) {
  for (const Method method : kMethods)
    if (to_string(method) == name) return method;
  return {};
}

ScoredItems ScoredItems::only(std::span<const std::size_t> items) const {
  ScoredItems out;
  out.columns = columns;
  for (const std::size_t i : items) {
    const auto own = row(i);
    out.scores.insert(out.scores.end(), own.begin(), own.end());
    if (!groups.empty()) out.groups.push_back(groups[i]);
    out.correct.push_back(correct[i]);
  }
  return out;
}

Recalibrator::OneMap Recalibrator::fit_one(Method method, bool probabilities, std::span<const double> scores,
                                           Outcomes correct) {
  OneMap map;
  if (method == Method::isotonic || method == Method::binning) {
    map.steps = method == Method::isotonic ? IsotonicMap::fit(scores, correct) : fit_bins(scores, correct);
    return map;
  }
  std::vector<double> rows(scores.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = link(scores[i], probabilities);
  if (method == Method::platt) {
    if (const auto fit = LogisticModel::fit(rows, 1, correct, {.ridge = kPlattRidge})) {
      map.slope = fit->weights().front();
      map.intercept = fit->intercept();
    }
    return map;
  }
  // The slope 1/T by bisection on the derivative of the convex log loss.
  double low = 0, high = 100;
  for (int i = 0; i < 60; ++i) {
    const double slope = (low + high) / 2;
    double derivative = 0;
    for (std::size_t k = 0; k < rows.size(); ++k)
      derivative += (sigmoid(slope * rows[k]) - correct[k]) * rows[k];
    (derivative > 0 ? high : low) = slope;
  }
  map.slope = (low + high) / 2;
  return map;
}

double Recalibrator::apply(const OneMap& map, double score) const {
  if (std::isnan(score)) return kNoScore;
  if (method_ == Method::isotonic || method_ == Method::binning) return clip(map.steps(score));
  return clip(sigmoid(map.intercept + map.slope * link(score, probabilities_.front())));
}

// Each column standardised, one more that says that it is missing; then, for the item's own group, an
// intercept and each column again.
std::vector<double> Recalibrator::features(std::span<const double> scores, const std::string& group) const {
  const std::size_t block = 2 * columns_;
  std::vector<double> row(block + groups_.size() * (1 + columns_), 0.0);
  for (std::size_t j = 0; j < columns_; ++j) {
    if (std::isnan(scores[j]))
      row[columns_ + j] = 1;
    else
      row[j] = (link(scores[j], probabilities_[j]) - centre_[j]) / spread_[j];
  }
  const auto place = std::find(groups_.begin(), groups_.end(), group);
  if (place != groups_.end()) {
    const std::size_t at = block + static_cast<std::size_t>(place - groups_.begin()) * (1 + columns_);
    row[at] = 1;
    for (std::size_t j = 0; j < columns_; ++j) row[at + 1 + j] = row[j];
  }
  return row;
}

base::Result<Recalibrator> Recalibrator::fit(const ScoredItems& items, Method method) {
  const std::size_t n = items.size();
  if (items.columns == 0 || items.scores.size() != n * items.columns ||
      (!items.groups.empty() && items.groups.size() != n))
    return base::fail(Code::invalid_argument, "recalibration needs the scores and the group of each item");
  Recalibrator out;
  out.method_ = method;
  out.columns_ = items.columns;
  std::vector<bool> seen(items.columns, false);
  out.probabilities_.assign(items.columns, true);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < items.columns; ++j) {
      const double score = items.row(i)[j];
      if (std::isnan(score)) continue;
      seen[j] = true;
      if (score < 0 || score > 1) out.probabilities_[j] = false;
    }
  const std::size_t used = method == Method::fused ? items.columns : 1;
  if (std::none_of(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(used), [](bool s) { return s; }))
    return base::fail(Code::invalid_argument, "no item has a score and an outcome",
                      "name the column of the scores, and rows that have both");
  std::map<std::string, std::vector<std::size_t>> members;
  std::vector<std::size_t> usable;
  for (std::size_t i = 0; i < n; ++i) {
    const auto own = items.row(i).first(used);
    if (std::all_of(own.begin(), own.end(), [](double s) { return std::isnan(s); })) continue;
    usable.push_back(i);
    if (!items.groups.empty()) members[items.groups[i]].push_back(i);
  }
  std::erase_if(members, [](const auto& group) { return group.second.size() < kLeastOfGroup; });

  if (method != Method::fused) {
    const auto fit_to = [&](const std::vector<std::size_t>& places) {
      std::vector<double> scores;
      std::vector<std::uint8_t> correct;
      for (const std::size_t i : places) {
        scores.push_back(items.row(i).front());
        correct.push_back(items.correct[i]);
      }
      return fit_one(method, out.probabilities_.front(), scores, correct);
    };
    out.all_ = fit_to(usable);
    for (const auto& [group, places] : members) out.by_group_.emplace(group, fit_to(places));
    return out;
  }

  out.centre_.assign(items.columns, 0);
  out.spread_.assign(items.columns, 1);
  for (std::size_t j = 0; j < items.columns; ++j) {
    double sum = 0, squares = 0, count = 0;
    for (const std::size_t i : usable) {
      if (std::isnan(items.row(i)[j])) continue;
      const double x = link(items.row(i)[j], out.probabilities_[j]);
      sum += x;
      squares += x * x;
      count += 1;
    }
    if (count == 0) continue;
    out.centre_[j] = sum / count;
    const double variance = squares / count - out.centre_[j] * out.centre_[j];
    if (variance > 1e-12) out.spread_[j] = std::sqrt(variance);
  }
  for (const auto& [group, places] : members) out.groups_.push_back(group);
  std::vector<double> rows;
  std::vector<std::uint8_t> correct;
  std::size_t width = 0;
  for (const std::size_t i : usable) {
    const auto row = out.features(items.row(i), items.group(i));
    width = row.size();
    rows.insert(rows.end(), row.begin(), row.end());
    correct.push_back(items.correct[i]);
  }
  GENKAI_ASSIGN_OR_RETURN(const auto model, LogisticModel::fit(rows, width, correct, {.ridge = kFusedRidge}));
  out.weights_ = model.weights();
  out.weights_.push_back(model.intercept());
  return out;
}

double Recalibrator::operator()(std::span<const double> scores, const std::string& group) const {
  if (method_ != Method::fused) {
    const auto own = by_group_.find(group);
    return apply(own == by_group_.end() ? all_ : own->second, scores.front());
  }
  if (std::all_of(scores.begin(), scores.end(), [](double s) { return std::isnan(s); })) return kNoScore;
  const auto row = features(scores, group);
  return clip(sigmoid(std::inner_product(row.begin(), row.end(), weights_.begin(), weights_.back())));
}

Json Recalibrator::to_json() const {
  const auto one = [&](const OneMap& map) {
    if (method_ == Method::isotonic || method_ == Method::binning)
      return Json::object(
          {{"scores", to_array(map.steps.scores())}, {"values", to_array(map.steps.values())}});
    return Json::object({{"slope", map.slope}, {"intercept", map.intercept}});
  };
  Json probabilities = Json::array();
  for (const bool is : probabilities_) probabilities.push(is);
  Json json = Json::object({{"method", to_string(method_)}, {"probabilities", std::move(probabilities)}});
  if (method_ != Method::fused) {
    Json groups = Json::object();
    for (const auto& [name, map] : by_group_) groups.set(name, one(map));
    json.set("all", one(all_)).set("groups", std::move(groups));
    return json;
  }
  Json groups = Json::array();
  for (const auto& name : groups_) groups.push(name);
  json.set("groups", std::move(groups))
      .set("centre", to_array(centre_))
      .set("spread", to_array(spread_))
      .set("weights", to_array(weights_));
  return json;
}

base::Result<Recalibrator> Recalibrator::parse(const Json& json) {
  const auto broken = [](const char* what) {
    return base::fail(Code::invalid_argument, std::string("a recalibration needs \"") + what + "\"");
  };
  Recalibrator out;
  const auto method = method_of(json.string("method"));
  if (!method) return broken("method");
  out.method_ = *method;
  const Json* probabilities = json.find("probabilities");
  if (!probabilities || probabilities->items().empty()) return broken("probabilities");
  for (const Json& is : probabilities->items()) out.probabilities_.push_back(is.as_bool());
  out.columns_ = out.probabilities_.size();
  const Json* groups = json.find("groups");
  if (!groups) return broken("groups");
  if (*method == Method::fused) {
    for (const Json& name : groups->items()) out.groups_.emplace_back(name.as_string());
    if (!read_array(json.find("centre"), out.centre_) || !read_array(json.find("spread"), out.spread_) ||
        !read_array(json.find("weights"), out.weights_))
      return broken("weights");
    const std::size_t width = 2 * out.columns_ + out.groups_.size() * (1 + out.columns_) + 1;
    if (out.weights_.size() != width || out.centre_.size() != out.columns_ ||
        out.spread_.size() != out.columns_ ||
        std::any_of(out.spread_.begin(), out.spread_.end(), [](double s) { return !(s > 0); }))
      return broken("weights");
    return out;
  }
  const auto one = [&](const Json& from, OneMap& map) {
    if (*method != Method::isotonic && *method != Method::binning) {
      map.slope = from.number("slope", 1);
      map.intercept = from.number("intercept", 0);
      return std::isfinite(map.slope) && std::isfinite(map.intercept);
    }
    std::vector<double> scores, values;
    if (!read_array(from.find("scores"), scores) || !read_array(from.find("values"), values) ||
        scores.empty() || scores.size() != values.size() || !std::is_sorted(scores.begin(), scores.end()))
      return false;
    map.steps = {std::move(scores), std::move(values)};
    return true;
  };
  const Json* all = json.find("all");
  if (!all || !one(*all, out.all_)) return broken("all");
  for (const auto& [name, map] : groups->members())
    if (!one(map, out.by_group_[name])) return broken("groups");
  return out;
}

base::Result<std::vector<double>> cross_fit(const ScoredItems& items, Method method, std::size_t folds,
                                            std::uint64_t seed) {
  const std::size_t n = items.size();
  folds = std::clamp<std::size_t>(folds, 2, std::max<std::size_t>(2, n));
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  base::Rng rng(seed);
  rng.shuffle(order);
  std::vector<double> out(n, kNoScore);
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<std::size_t> others;
    for (std::size_t k = 0; k < n; ++k)
      if (k % folds != fold) others.push_back(order[k]);
    std::sort(others.begin(), others.end());
    GENKAI_ASSIGN_OR_RETURN(const auto map, Recalibrator::fit(items.only(others), method));
    for (std::size_t k = fold; k < n; k += folds)
      out[order[k]] = map(items.row(order[k]), items.group(order[k]));
  }
  return out;
}

base::Result<Method> best_method(const ScoredItems& items, std::size_t folds, std::uint64_t seed) {
  Method best = Method::platt;
  double least = std::numeric_limits<double>::infinity();
  for (const Method method : kMethods) {
    if (method == Method::fused && items.columns == 1 && items.groups.empty()) continue;
    GENKAI_ASSIGN_OR_RETURN(const auto probabilities, cross_fit(items, method, folds, seed));
    const double base =
        static_cast<double>(std::accumulate(items.correct.begin(), items.correct.end(), std::size_t{0})) /
        static_cast<double>(std::max<std::size_t>(1, items.size()));
    double loss = 0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
      const double p = std::isnan(probabilities[i]) ? base : probabilities[i];
      loss += (p - items.correct[i]) * (p - items.correct[i]);
    }
    if (loss < least) {
      least = loss;
      best = method;
    }
  }
  return best;
}

}  // namespace genkai::stats
