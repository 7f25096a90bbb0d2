#pragma once
// Runs experiments cell by cell. Each finished cell is on disk before the next begins, so that whatever ends
// the program, a run that is started again goes on and loses one cell at most.
//
//   GENKAI_ASSIGN_OR_RETURN(const Report report, run(experiment, {.scale = Scale::full, .folder =
//   "docs/lab"})); GENKAI_RETURN_IF_ERROR(write(report, "docs/lab"));     // NAME.json, NAME.svg, NAME.md
//
// Cells lie in FOLDER/cells/NAME-SCALE/; deleting them measures anew.

#include <optional>

#include "base/file.h"
#include "base/json.h"
#include "lab/experiment/experiment.h"

namespace genkai::lab::experiment {

struct RunOptions {
  Scale scale = Scale::ci;
  std::optional<std::size_t> seeds{};  // 1 to kMostSeeds, seeds 1, 2, 3 ...; the experiment's own number
  base::Path folder;
  bool progress = true;
  base::Cancellation stop{};
};
constexpr std::size_t kMostSeeds = 100;

struct Report {
  const Experiment* experiment = nullptr;
  Scale scale = Scale::ci;
  std::size_t seeds = 0;
  std::vector<Cell> cells;
  Finding finding;
  double cpu_seconds = 0;   // of all cells, those of earlier runs included
  std::size_t resumed = 0;  // cells that an earlier run had finished
  /// Every claim of a bound holds.
  bool bounds_hold() const;
};

/// A cell on disk that cannot be read, or is of another revision of the experiment, is measured again.
/// Errors: those of the experiment, of the disk, `cancelled` when stopped. The same key gives the same
/// numbers, so that a run that was stopped and resumed ends in the same bytes but for the CPU times.
base::Result<Report> run(const Experiment& experiment, const RunOptions& options);

/// The report as JSON (docs/lab/README.md, "Files"), and as a page in Markdown that shows NAME.svg.
base::Json to_json(const Report& report);
std::string to_page(const Report& report);

/// FOLDER/NAME.json, NAME.svg and NAME.md, each atomically.
base::Status write(const Report& report, const base::Path& folder);

}  // namespace genkai::lab::experiment
