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

constexpr std::string_view kFormat = "genkai calibration 1";
constexpr std::size_t kFolds = 5;

auto broken(const std::string& what) {
  return base::fail(Code::corrupt, "the calibration is broken: " + what, "make it again: genkai calibrate");
}

/// As two members whose names begin with `prefix`.
void write(const Calibration::Items& items, const std::string& prefix, Json& json) {
  Json probabilities = Json::array();
  for (const double p : items.probabilities) probabilities.push(std::isnan(p) ? Json() : Json(p));
  std::string correct;
  for (const std::uint8_t one : items.correct) correct += one != 0 ? '1' : '0';
  json.set(prefix + "probabilities", std::move(probabilities)).set(prefix + "correct", std::move(correct));
}

/// What `write` wrote. Errors: corrupt, naming what is broken.
base::Result<Calibration::Items> read(const Json& json, const std::string& prefix) {
  const Json* probabilities = json.find(prefix + "probabilities");
  const std::string correct = json.string(prefix + "correct");
  if (!probabilities || correct.empty() || probabilities->items().size() != correct.size())
    return broken("every item needs a probability and an outcome");
  Calibration::Items out;
  for (std::size_t i = 0; i < correct.size(); ++i) {
    const Json& own = probabilities->items()[i];
    if ((!own.is_number() && !own.is_null()) || (correct[i] != '0' && correct[i] != '1'))
      return broken("item " + std::to_string(i));
    out.probabilities.push_back(own.is_null() ? std::numeric_limits<double>::quiet_NaN() : own.as_double());
    out.correct.push_back(correct[i] == '1');
  }
  return out;
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
  GENKAI_ASSIGN_OR_RETURN(out.fitting_.probabilities, stats::cross_fit(fit, method, kFolds, options.seed));
  out.fitting_.correct = fit.correct;
  for (std::size_t i = 0; i < rest.size(); ++i)
    out.certifying_.probabilities.push_back((*out.map_)(rest.row(i), rest.group(i)));
  out.certifying_.correct = rest.correct;
  out.hash_ = base::content_hash(out.content().dump());
  return out;
}

base::Result<Calibration> Calibration::as_is(std::string name, const stats::ScoredItems& items) {
  if (items.size() == 0 || items.scores.size() != items.size() * items.columns)
    return base::fail(Code::invalid_argument, "a calibration needs questions with a score and an outcome");
  Calibration out;
  out.name_ = std::move(name);
  for (std::size_t i = 0; i < items.size(); ++i)
    out.certifying_.probabilities.push_back(items.row(i).front());
  out.certifying_.correct = items.correct;
  out.hash_ = base::content_hash(out.content().dump());
  return out;
}

double Calibration::probability(std::span<const double> scores, const std::string& group) const {
  return map_ ? (*map_)(scores, group) : scores.front();
}

stats::CertifiedThreshold Calibration::threshold_for(const stats::Promise& promise,
                                                     std::span<const double> next_scores,
                                                     stats::Procedure procedure) const {
  const std::size_t first = stats::most_powerful_start(fitting_.probabilities, fitting_.correct, promise,
                                                       certifying_.correct.size());
  return stats::certify_threshold(certifying_.probabilities, certifying_.correct, promise,
                                  {.procedure = procedure, .first = first, .next_scores = next_scores});
}

Json Calibration::content() const {
  Json json = Json::object({{"map", map_ ? map_->to_json() : Json()}});
  write(certifying_, "", json);
  if (!fitting_.correct.empty()) write(fitting_, "fit_", json);
  return json;
}

std::string Calibration::assumption() const {
  return std::string("the questions to come are like the ") + std::to_string(certifying_.correct.size()) +
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
  if (json.string("format") != kFormat)
    return broken("it is not of the format \"" + std::string(kFormat) + "\"");
  Calibration out;
  out.name_ = json.string("name");
  out.synthetic_ = json.find("synthetic") && json.find("synthetic")->as_bool();
  out.fitted_ = static_cast<std::size_t>(std::max(0.0, json.number("fitted")));
  if (const Json* map = json.find("map"); map && !map->is_null()) {
    GENKAI_ASSIGN_OR_RETURN(out.map_, stats::Recalibrator::parse(*map));
  }
  GENKAI_ASSIGN_OR_RETURN(out.certifying_, read(json, ""));
  if (json.find("fit_probabilities")) {  // files from before have none
    GENKAI_ASSIGN_OR_RETURN(out.fitting_, read(json, "fit_"));
  }
  out.hash_ = base::content_hash(out.content().dump());
  if (out.hash_ != json.string("hash")) return broken("its content does not match its hash");
  return out;
}

}  // namespace genkai::limits::hallucination
