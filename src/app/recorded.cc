#include "app/recorded.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <limits>

#include "base/hash.h"

namespace genkai::app {

using base::Json;

void add_recorded_options(CLI::App& verb, RecordedColumns& columns) {
  verb.add_option("--score", columns.scores,
                  "Column of a score, higher is surer; may be repeated: then the scores are fused")
      ->type_size(1)
      ->allow_extra_args(false);
  verb.add_option("--correct", columns.correct, "Column of the outcome: true or false, 1 or 0, yes or no")
      ->capture_default_str();
  verb.add_option("--group", columns.group,
                  "Column of a group: a language, a knowledge base, a question type");
}

base::Result<Recorded> read_recorded(const Table& table, const RecordedColumns& columns,
                                     bool keep_unlabelled) {
  std::vector<std::size_t> scores;
  for (const std::string& name : columns.scores) {
    GENKAI_ASSIGN_OR_RETURN(const std::size_t place, table.column(name));
    scores.push_back(place);
  }
  std::size_t correct = 0, group = 0;
  bool outcomes = true;
  if (const auto place = table.column(columns.correct)) {
    correct = *place;
  } else {
    if (!keep_unlabelled) return base::fail(place.error());
    outcomes = false;
  }
  if (!columns.group.empty()) {
    GENKAI_ASSIGN_OR_RETURN(group, table.column(columns.group));
  }
  Recorded out;
  out.read = table.rows();
  out.malformed = table.malformed();
  out.items.columns = scores.size();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto truth = outcomes ? table.truth(row, correct) : std::nullopt;
    out.without_outcome += truth ? 0 : 1;
    if (!truth && !keep_unlabelled) continue;
    bool any = false;
    for (const std::size_t place : scores) {
      const auto value = table.number(row, place);
      out.items.scores.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
      any = any || value;
    }
    out.without_score += any ? 0 : 1;
    if (!columns.group.empty()) out.items.groups.push_back(table.text(row, group));
    out.items.correct.push_back(truth.value_or(false) ? 1 : 0);
    out.labelled.push_back(truth.has_value());
    out.rows.push_back(row);
  }
  if (out.rows.empty())
    return base::fail(base::Code::invalid_argument,
                      table.path() + ": no row has an outcome in \"" + columns.correct + "\"",
                      "outcomes are true or false, 1 or 0, yes or no");
  return out;
}

Json Recorded::to_json() const {
  return Json::object({{"read", read},
                       {"used", rows.size()},
                       {"without_score", without_score},
                       {"without_outcome", without_outcome},
                       {"malformed", malformed}});
}

std::string Recorded::sentence(text::Language language) const {
  return language == text::Language::japanese
             ? fmt::format("{} 行を読み、{} 行を使用(スコアなし {}、正誤なし {}、形式不正 {})", read,
                           rows.size(), without_score, without_outcome, malformed)
             : fmt::format("{} rows read, {} used; {} without a score, {} without an outcome, {} malformed",
                           read, rows.size(), without_score, without_outcome, malformed);
}

std::string content_hash(const stats::ScoredItems& items) {
  std::string bytes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const double score : items.row(i)) bytes += Json(score).dump() + ",";
    bytes += items.group(i) + (items.correct[i] ? ",1\n" : ",0\n");
  }
  return base::content_hash(bytes);
}

std::string with_interval(double value, double low, double high) {
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", value, low, high);
}

}  // namespace genkai::app
