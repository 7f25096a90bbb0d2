#include "app/score_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/calibration.h"

namespace genkai::app {
namespace {

using limits::hallucination::honest_score;
using limits::hallucination::Judged;
using limits::hallucination::measure_table;

constexpr std::size_t kResamples = 1000;

// The groups of chosen rows, or nothing where no row has one.
std::vector<std::size_t> clusters(const std::vector<std::string>& groups,
                                  const std::vector<std::size_t>& rows) {
  std::vector<std::string> chosen;
  chosen.reserve(rows.size());
  for (const std::size_t row : rows) chosen.push_back(groups[row]);
  return limits::hallucination::clusters_of(chosen);
}

}  // namespace

void ScoreTable::add(const ScoredLine& line) {
  Row row;
  const auto table = measure_table();
  for (std::size_t m = 0; m < kMeasures; ++m) {
    const auto& value = line.assessment.measures.*table[m].value;
    row.values[m] = value.value_or(std::numeric_limits<double>::quiet_NaN());
  }
  const auto right = line.right();
  if (line.output.abstained) {
    row.known = true;
  } else if (right) {
    row.known = true;
    row.judged = *right ? Judged::right : Judged::wrong;
    judged_here_ += line.output.correct ? 0 : 1;
  }
  rows_.push_back(row);
  groups_.push_back(line.output.group);
}

ScoreSummary ScoreTable::summarise(const SummaryOptions& options) const {
  ScoreSummary summary;
  summary.options = options;
  summary.lines = rows_.size() + failed_;
  summary.failed = failed_;
  summary.judged_here = judged_here_;
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!rows_[i].known) continue;
    known.push_back(i);
    summary.abstained += rows_[i].judged == Judged::abstained ? 1 : 0;
    summary.right += rows_[i].judged == Judged::right ? 1 : 0;
  }
  summary.judged = known.size() - summary.abstained;
  summary.base_rate = stats::wilson(summary.right, summary.judged);

  const auto table = measure_table();
  std::size_t chosen = 0;
  for (std::size_t m = 0; m < kMeasures; ++m) {
    if (table[m].name == options.measure) chosen = m;
    MeasureSummary one;
    one.measure = &table[m];
    double sum = 0;
    std::vector<double> scores;
    std::vector<std::uint8_t> right;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const double value = rows_[i].values[m];
      if (std::isnan(value)) continue;
      ++one.items;
      sum += value;
      if (!rows_[i].known || rows_[i].judged == Judged::abstained) continue;
      scores.push_back(table[m].higher_is_certain ? value : -value);
      right.push_back(rows_[i].judged == Judged::right ? 1 : 0);
      places.push_back(i);
    }
    if (one.items == 0) continue;
    one.mean = sum / static_cast<double>(one.items);
    one.judged = scores.size();
    const auto grouped = clusters(groups_, places);
    one.order = limits::hallucination::order_quality(
        scores, right, {.seed = options.seed, .resamples = kResamples, .clusters = grouped});
    if (table[m].probability && !scores.empty()) {
      one.brier = stats::brier_score(scores, right);
      const double share =
          static_cast<double>(std::count(right.begin(), right.end(), 1)) / static_cast<double>(right.size());
      one.constant_brier = share * (1 - share);
    }
    summary.measures.push_back(one);
  }

  if (options.threshold) {
    ScoreSummary::Selection selection;
    for (const std::size_t i : known) {
      if (rows_[i].judged == Judged::abstained) continue;
      ++selection.of;
      if (!(rows_[i].values[chosen] >= *options.threshold)) continue;
      ++selection.answered;
      selection.wrong += rows_[i].judged == Judged::wrong ? 1 : 0;
    }
    selection.risk = stats::wilson(selection.wrong, selection.answered);
    summary.selection = selection;
  }
  if (options.penalty && !known.empty()) {
    const auto grouped = clusters(groups_, known);
    const stats::BootstrapOptions bootstrap{
        .seed = options.seed, .resamples = kResamples, .clusters = grouped};
    std::vector<Judged> all, above;
    for (const std::size_t i : known) {
      const double value = rows_[i].values[chosen];
      summary.chosen_missing += std::isnan(value) ? 1 : 0;
      all.push_back(rows_[i].judged);
      above.push_back(value > *options.penalty ? rows_[i].judged : Judged::abstained);
    }
    summary.honest.push_back(
        {"answer everything", honest_score(all, *options.penalty, bootstrap), known.size()});
    summary.honest.push_back(
        {"answer above the penalty", honest_score(above, *options.penalty, bootstrap), known.size()});
    summary.honest.push_back({"always abstain", {}, known.size()});
  }
  return summary;
}

base::Json ScoreSummary::json() const {
  using base::Json;
  const auto interval = [](const stats::Interval& one) { return Json::array({one.low, one.high}); };
  Json out = Json::object({{"lines", lines},
                           {"failed", failed},
                           {"judged", judged},
                           {"judged_by_comparison", judged_here},
                           {"right", right},
                           {"abstained", abstained}});
  if (judged > 0)
    out.set("base_rate", static_cast<double>(right) / static_cast<double>(judged))
        .set("base_rate_interval", interval(base_rate));
  Json all = Json::array();
  for (const MeasureSummary& one : measures) {
    Json row = Json::object({{"name", one.measure->name},
                             {"items", one.items},
                             {"mean", one.mean},
                             {"higher_is_certain", one.measure->higher_is_certain}});
    if (one.order.defined)
      row.set("judged", one.judged)
          .set("auroc", one.order.auroc)
          .set("auroc_interval", interval(one.order.interval))
          .set("auroc_constant", 0.5);
    if (one.brier) row.set("brier", *one.brier).set("brier_constant", one.constant_brier);
    all.push(std::move(row));
  }
  out.set("measures", std::move(all));
  if (selection)
    out.set("selection", Json::object({{"measure", options.measure},
                                       {"threshold", *options.threshold},
                                       {"questions", selection->of},
                                       {"answered", selection->answered},
                                       {"wrong", selection->wrong},
                                       {"risk_interval", interval(selection->risk)}}));
  if (!honest.empty()) {
    Json rows = Json::array();
    for (const HonestRow& one : honest)
      rows.push(Json::object({{"policy", one.policy},
                              {"questions", one.questions},
                              {"answered", one.score.answered},
                              {"right", one.score.right},
                              {"score", one.score.mean},
                              {"interval", interval(one.policy == "always abstain" ? stats::Interval{0, 0}
                                                                                   : one.score.interval)}}));
    out.set("honest", Json::object({{"penalty", *options.penalty},
                                    {"wrong_costs", *options.penalty / (1 - *options.penalty)},
                                    {"measure", options.measure},
                                    {"without_measure", chosen_missing},
                                    {"policies", std::move(rows)}}));
  }
  return out;
}

}  // namespace genkai::app
