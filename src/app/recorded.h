#pragma once
// Recorded scores and outcomes as the statistics take them: which columns of a table they are in, and what of
// the table could not be used.

#include <cstddef>
#include <string>
#include <vector>

#include "app/table.h"
#include "base/json.h"
#include "base/result.h"
#include "stats/recalibration.h"
#include "text/text.h"

namespace CLI {
class App;
}

namespace genkai::app {

struct RecordedColumns {
  std::vector<std::string> scores;
  std::string correct, group;
};
void add_recorded_options(CLI::App& verb, RecordedColumns& columns);

struct Recorded {
  stats::ScoredItems items;  // rows with an outcome; where `labelled` is not needed, all rows (outcome 0)
  std::vector<std::size_t> rows;  // of the table
  std::vector<bool> labelled;     // of each item
  std::size_t read = 0, without_score = 0, without_outcome = 0, malformed = 0;
  base::Json to_json() const;  // the counts
  /// One line for people.
  std::string sentence(text::Language language) const;
};

/// Rows without a single score stay, with NaN: they are questions that are never answered. Rows without an
/// outcome are left out and counted, unless `keep_unlabelled`. Errors: a column that is not there; no row
/// left.
base::Result<Recorded> read_recorded(const Table& table, const RecordedColumns& columns,
                                     bool keep_unlabelled);

/// 128 bits of what was read, in hexadecimal: names the data in what is said of it.
std::string content_hash(const stats::ScoredItems& items);

/// "0.123 [0.110, 0.140]"
std::string with_interval(double value, double low, double high);

}  // namespace genkai::app
