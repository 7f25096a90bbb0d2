#pragma once
// What `genkai score` says of all lines together: each measure, how well it tells right answers from wrong
// ones, and what honest scoring would pay for it.
//
//   ScoreTable table;
//   table.add(scored);
//   std::fputs(table.summarise(options).text(language).c_str(), stdout);

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/score_lines.h"
#include "base/json.h"
#include "limits/hallucination/uncertainty/honesty.h"
#include "stats/intervals.h"
#include "text/text.h"

namespace genkai::app {

struct SummaryOptions {
  std::optional<double> penalty;    // t of honest scoring
  std::optional<double> threshold;  // answer from this value of the chosen measure on
  std::string measure = "answer_share";
  std::uint64_t seed = 1;
};

struct MeasureSummary {
  const limits::hallucination::MeasureInfo* measure = nullptr;
  std::size_t items = 0;
  double mean = 0;
  std::size_t judged = 0;  // items of those that are known to be right or wrong
  limits::hallucination::OrderQuality order;
  std::optional<double> brier;  // of probabilities, beside that of the base rate on the same items
  double constant_brier = 0;
};

struct HonestRow {
  std::string policy;  // "answer everything", "answer above t", "always abstain"
  limits::hallucination::Honesty score;
  std::size_t questions = 0;
};

struct ScoreSummary {
  std::size_t lines = 0, failed = 0, judged = 0, judged_here = 0, right = 0, abstained = 0;
  stats::Interval base_rate;
  std::vector<MeasureSummary> measures;
  std::vector<HonestRow> honest;
  std::size_t chosen_missing = 0;  // judged questions without the chosen measure: not answered
  struct Selection {
    std::size_t answered = 0, wrong = 0, of = 0;
    stats::Interval risk;
  };
  std::optional<Selection> selection;
  SummaryOptions options;

  std::string text(text::Language language) const;
  base::Json json() const;
};

class ScoreTable {
 public:
  void add(const ScoredLine& line);
  void fail() { ++failed_; }
  ScoreSummary summarise(const SummaryOptions& options) const;

 private:
  static constexpr std::size_t kMeasures =
      sizeof(limits::hallucination::Measures) / sizeof(limits::hallucination::Measures::Value);
  struct Row {
    std::array<double, kMeasures> values;  // not a number where absent
    limits::hallucination::Judged judged = limits::hallucination::Judged::abstained;
    bool known = false;  // right or wrong is known, or it abstained
  };
  std::vector<Row> rows_;
  std::vector<std::string> groups_;
  std::size_t failed_ = 0, judged_here_ = 0;
};

}  // namespace genkai::app
