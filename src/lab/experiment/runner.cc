#include "lab/experiment/runner.h"

#include "base/cpu_time.h"
#include "base/progress.h"

namespace genkai::lab::experiment {
namespace {

using base::Json;
using base::Result;

bool names_a_file(std::string_view condition) {
  return !condition.empty() && condition.size() < 100 && condition.front() != '.' &&
         condition.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789=._-") == std::string_view::npos;
}

class CellStore {
 public:
  CellStore(const Experiment& experiment, Scale scale, const base::Path& folder)
      : experiment_(experiment),
        folder_(folder / "cells" / (std::string(experiment.name) + "-" + std::string(to_string(scale)))) {}

  base::Status open() const { return base::create_folders(folder_); }

  /// Nothing when it has to be measured.
  std::optional<Cell> load(const CellKey& key) const {
    const auto text = base::read_file(path(key));
    if (!text) return std::nullopt;
    const auto json = Json::parse(*text);
    if (!json || json->number("revision") != experiment_.revision ||
        json->string("condition") != key.condition || json->number("seed") != static_cast<double>(key.seed))
      return std::nullopt;
    const Json* numbers = json->find("numbers");
    if (numbers == nullptr || !numbers->is_object()) return std::nullopt;
    Cell cell{.key = key, .numbers = {}, .cpu_seconds = json->number("cpu_seconds")};
    for (const auto& [name, value] : numbers->members()) {
      if (!value.is_number()) return std::nullopt;
      cell.numbers[name] = value.as_double();
    }
    return cell;
  }

  base::Status store(const Cell& cell) const {
    Json numbers = Json::object();
    for (const auto& [name, value] : cell.numbers) numbers.set(name, value);
    const Json json = Json::object({{"version", 1},
                                    {"experiment", experiment_.name},
                                    {"revision", experiment_.revision},
                                    {"condition", cell.key.condition},
                                    {"seed", cell.key.seed},
                                    {"numbers", std::move(numbers)},
                                    {"cpu_seconds", cell.cpu_seconds}});
    return base::write_file_atomically(path(cell.key), json.dump(2) + "\n");
  }

 private:
  base::Path path(const CellKey& key) const {
    return folder_ / (key.condition + "-seed" + std::to_string(key.seed) + ".json");
  }
  const Experiment& experiment_;
  base::Path folder_;
};

}  // namespace

bool Report::bounds_hold() const {
  for (const Claim& claim : finding.claims)
    if (claim.kind == ClaimKind::bound && !claim.holds) return false;
  return true;
}

Result<Report> run(const Experiment& experiment, const RunOptions& options) {
  const std::size_t seeds = options.seeds.value_or(experiment.seeds);
  if (seeds < 1 || seeds > kMostSeeds)
    return base::fail(base::Code::invalid_argument, std::to_string(seeds) + " seeds",
                      "give 1 to " + std::to_string(kMostSeeds));
  const CellStore store(experiment, options.scale, options.folder);
  GENKAI_RETURN_IF_ERROR(store.open());
  const auto conditions = experiment.conditions(options.scale);
  Report report{
      .experiment = &experiment, .scale = options.scale, .seeds = seeds, .cells = {}, .finding = {}};
  base::Progress progress("lab " + std::string(experiment.name), conditions.size() * seeds, options.progress);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (const std::string& condition : conditions) {
      if (options.stop.cancelled())
        return base::fail(base::Code::cancelled, "stopped", "run it again to go on");
      const CellKey key{condition, seed};
      if (!names_a_file(condition))
        return base::fail(base::Code::internal, "a condition that names no file: " + condition);
      if (auto kept = store.load(key)) {
        ++report.resumed;
        report.cells.push_back(std::move(*kept));
      } else {
        const double before = base::cpu_seconds(base::CpuOf::process);
        GENKAI_ASSIGN_OR_RETURN(Numbers numbers, experiment.measure(key, {options.scale, options.stop}));
        Cell cell{.key = key,
                  .numbers = std::move(numbers),
                  .cpu_seconds = base::cpu_seconds(base::CpuOf::process) - before};
        GENKAI_RETURN_IF_ERROR(store.store(cell));
        // Read back, so that a resumed run and an uninterrupted one see the same numbers.
        auto stored = store.load(key);
        if (!stored)
          return base::fail(base::Code::internal, "a cell with a number that is not finite: " + condition);
        report.cells.push_back(std::move(*stored));
      }
      report.cpu_seconds += report.cells.back().cpu_seconds;
      progress.advance(1, condition);
    }
  }
  report.finding = experiment.find(Results(options.scale, report.cells));
  return report;
}

}  // namespace genkai::lab::experiment
