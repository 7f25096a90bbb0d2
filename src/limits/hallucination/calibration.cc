#include "limits/hallucination/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/hash.h"
#include "base/rng.h"

namespace genkai::limits::hallucination {

using base::Code;
using base::Json;

namespace {

constexpr const char* kAgain = "make it again: genkai calibrate";
constexpr std::string_view kFormat = "genkai calibration 1";
constexpr std::size_t kFolds = 5;

Json listed(const std::vector<double>& probabilities) {
  Json out = Json::array();
  for (const double p : probabilities) out.push(std::isnan(p) ? Json() : Json(p));
  return out;
}

std::string digits(const std::vector<std::uint8_t>& correct) {
  std::string out;
  for (const std::uint8_t one : correct) out += one != 0 ? '1' : '0';
  return out;
}

/// What `listed` and `digits` wrote. Errors: what is broken.
base::Status read(const Json* probabilities, const std::string& correct, std::vector<double>& to,
                  std::vector<std::uint8_t>& outcomes) {
  const auto broken = [](const std::string& what) {
    return base::fail(Code::corrupt, "the calibration is broken: " + what, kAgain);
  };
  if (!probabilities || correct.empty() || probabilities->items().size() != correct.size())
    return broken("every item needs a probability and an outcome");
  for (std::size_t i = 0; i < correct.size(); ++i) {
    const Json& own = probabilities->items()[i];
    if ((!own.is_number() && !own.is_null()) || (correct[i] != '0' && correct[i] != '1'))
      return broken("item " + std::to_string(i));
    to.push_back(own.is_null() ? std::numeric_limits<double>::quiet_NaN() : own.as_double());
    outcomes.push_back(correct[i] == '1');
  }
  return {};
}

}  // namespace

base::Result<Calibration> Calibration::learn(std::string name, const stats::ScoredItems& items,
                                             const LearnOptions& options) {
  const std::size_t n = items.size();
  if (n < kLeast)
    return base::fail(Code::invalid_argument, "a calibration needs at least " + std::to_string(kLeast) +
                                                  " questions with an outcome, not " + std::to_string(n));
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  base::Rng rng(options.seed);
  rng.shuffle(order);
  const auto share = static_cast<std::size_t>(std::llround(options.fit_share * static_cast<double>(n)));
  const std::size_t fitted = std::clamp<std::size_t>(share, kLeast / 3, n - kLeast / 3);
  std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(fitted));
  std::sort(order.begin() + static_cast<std::ptrdiff_t>(fitted), order.end());
  const auto fit = items.only(std::span(order).first(fitted));
  const auto rest = items.only(std::span(order).subspan(fitted));

  Calibration out;
  out.name_ = std::move(name);
  out.fitted_ = fitted;
  stats::Method method = options.method.value_or(stats::Method::platt);
  if (!options.method) {
    GENKAI_ASSIGN_OR_RETURN(method, stats::best_method(fit, kFolds, options.seed));
  }
  GENKAI_ASSIGN_OR_RETURN(out.map_, stats::Recalibrator::fit(fit, method));
  GENKAI_ASSIGN_OR_RETURN(out.fit_.probabilities, stats::cross_fit(fit, method, kFolds, options.seed));
  out.fit_.correct = fit.correct;
  for (std::size_t i = 0; i < rest.size(); ++i)
    out.probabilities_.push_back((*out.map_)(rest.row(i), rest.group(i)));
  out.correct_ = rest.correct;
  out.hash_ = base::content_hash(out.content().dump());
  return out;
}

base::Result<Calibration> Calibration::as_is(std::string name, const stats::ScoredItems& items) {
  if (items.size() == 0 || items.scores.size() != items.size() * items.columns)
    return base::fail(Code::invalid_argument, "a calibration needs questions with a score and an outcome");
  Calibration out;
  out.name_ = std::move(name);
  for (std::size_t i = 0; i < items.size(); ++i) out.probabilities_.push_back(items.row(i).front());
  out.correct_ = items.correct;
  out.hash_ = base::content_hash(out.content().dump());
  return out;
}

double Calibration::probability(std::span<const double> scores, const std::string& group) const {
  return map_ ? (*map_)(scores, group) : scores.front();
}

stats::CertifiedThreshold Calibration::threshold_for(const stats::Promise& promise,
                                                     std::span<const double> next_scores,
                                                     stats::Procedure procedure) const {
  std::size_t first = stats::usual_start(promise, correct_.size());
  if (!fit_.correct.empty()) {
    const std::size_t powerful =
        stats::most_powerful_start(fit_.probabilities, fit_.correct, promise.risk, correct_.size());
    first = std::min(first, std::max(stats::least_answered(promise), powerful));
  }
  return stats::certify_threshold(probabilities_, correct_, promise,
                                  {.procedure = procedure, .first = first, .next_scores = next_scores});
}

Json Calibration::content() const {
  Json json = Json::object({{"map", map_ ? map_->to_json() : Json()},
                            {"probabilities", listed(probabilities_)},
                            {"correct", digits(correct_)}});
  if (!fit_.correct.empty())
    json.set("fit_probabilities", listed(fit_.probabilities)).set("fit_correct", digits(fit_.correct));
  return json;
}

std::string Calibration::assumption() const {
  return std::string("the questions to come are like the ") + std::to_string(correct_.size()) +
         " of the calibration set (exchangeable with them)" +
         (synthetic_ ? ", which were made by a program from the documents and not asked by people" : "");
}

Json Calibration::to_json() const {
  Json json = content();
  json.set("format", kFormat)
      .set("name", name_)
      .set("synthetic", synthetic_)
      .set("fitted", fitted_)
      .set("hash", hash());
  return json;
}

base::Result<Calibration> Calibration::parse(const Json& json) {
  const auto broken = [](const std::string& what) {
    return base::fail(Code::corrupt, "the calibration is broken: " + what, kAgain);
  };
  if (json.string("format") != kFormat)
    return broken("it is not of the format \"" + std::string(kFormat) + "\"");
  Calibration out;
  out.name_ = json.string("name");
  out.synthetic_ = json.find("synthetic") && json.find("synthetic")->as_bool();
  out.fitted_ = static_cast<std::size_t>(std::max(0.0, json.number("fitted")));
  if (const Json* map = json.find("map"); map && !map->is_null()) {
    GENKAI_ASSIGN_OR_RETURN(out.map_, stats::Recalibrator::parse(*map));
  }
  GENKAI_RETURN_IF_ERROR(
      read(json.find("probabilities"), json.string("correct"), out.probabilities_, out.correct_));
  if (const Json* fit = json.find("fit_probabilities"))  // files from before have none
    GENKAI_RETURN_IF_ERROR(read(fit, json.string("fit_correct"), out.fit_.probabilities, out.fit_.correct));
  out.hash_ = base::content_hash(out.content().dump());
  if (out.hash_ != json.string("hash")) return broken("its content does not match its hash");
  return out;
}

}  // namespace genkai::limits::hallucination
