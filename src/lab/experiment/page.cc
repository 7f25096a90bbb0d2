// How a report is written: JSON for programs, a page and a figure for people.

#include <cstdio>

#include "lab/experiment/runner.h"

namespace genkai::lab::experiment {
namespace {

using base::Json;

std::string_view to_string(ClaimKind kind) {
  return kind == ClaimKind::bound ? "bound" : "phenomenon";
}

std::string_view outcome(const Claim& claim) {
  if (claim.kind == ClaimKind::bound) return claim.holds ? "holds" : "**violated**";
  return claim.holds ? "seen" : "**not seen at this scale**";
}

std::string cpu_text(double seconds) {
  char buffer[64];
  if (seconds < 120)
    std::snprintf(buffer, sizeof buffer, "%.1f CPU-seconds", seconds);
  else
    std::snprintf(buffer, sizeof buffer, "%.2f CPU-hours (%.0f CPU-minutes)", seconds / 3600, seconds / 60);
  return buffer;
}

std::string command(const Report& report) {
  return "genkai lab run " + std::string(report.experiment->name) + " --scale " +
         std::string(experiment::to_string(report.scale)) + " --seeds " + std::to_string(report.seeds);
}

void table_row(std::string& out, const std::vector<std::string>& cells) {
  out += "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  out += "\n";
}

}  // namespace

Json to_json(const Report& report) {
  const Experiment& experiment = *report.experiment;
  Json cells = Json::array(), claims = Json::array();
  for (const Cell& cell : report.cells) {
    Json numbers = Json::object();
    for (const auto& [name, value] : cell.numbers) numbers.set(name, value);
    cells.push(Json::object({{"condition", cell.key.condition},
                             {"seed", cell.key.seed},
                             {"numbers", std::move(numbers)},
                             {"cpu_seconds", cell.cpu_seconds}}));
  }
  for (const Claim& claim : report.finding.claims)
    claims.push(Json::object(
        {{"kind", to_string(claim.kind)}, {"statement", claim.statement}, {"holds", claim.holds}}));
  return Json::object({{"version", 1},
                       {"experiment", experiment.name},
                       {"limit", experiment.limit},
                       {"question", experiment.question},
                       {"scale", experiment::to_string(report.scale)},
                       {"seeds", report.seeds},
                       {"cpu_seconds", report.cpu_seconds},
                       {"bounds_hold", report.bounds_hold()},
                       {"claims", std::move(claims)},
                       {"finding", report.finding.paragraph},
                       {"cells", std::move(cells)}});
}

std::string to_page(const Report& report) {
  const Experiment& experiment = *report.experiment;
  const Finding& finding = report.finding;
  std::string out = "# " + finding.figure.title + "\n\n" + std::string(experiment.question) + "\n\n";
  out += "![" + finding.figure.description + "](" + std::string(experiment.name) + ".svg)\n\n";
  out += finding.paragraph + "\n\n";
  out += "**Predicted.** " + std::string(experiment.predicted) + "\n\n";
  out += "**Measured.** " + std::string(experiment.measured) + "\n\n";
  if (!finding.claims.empty()) {
    out += "| claim | kind | |\n|---|---|---|\n";
    for (const Claim& claim : finding.claims)
      table_row(out, {claim.statement, std::string(to_string(claim.kind)), std::string(outcome(claim))});
    out += "\n";
  }
  if (!finding.rows.empty()) {
    table_row(out, finding.columns);
    table_row(out, std::vector<std::string>(finding.columns.size(), "---"));
    for (const auto& row : finding.rows) table_row(out, row);
    out += "\nIntervals: 95 %, Student's, over " + std::to_string(report.seeds) + " seeds.\n\n";
  }
  out += "**Assumes.** " + std::string(experiment.assumes) + "\n\n";
  out += "Made by `" + command(report) + "` in " + cpu_text(report.cpu_seconds) + "; all numbers are in [" +
         std::string(experiment.name) + ".json](" + std::string(experiment.name) + ".json).\n";
  return out;
}

base::Status write(const Report& report, const base::Path& folder) {
  const std::string name(report.experiment->name);
  GENKAI_RETURN_IF_ERROR(base::create_folders(folder));
  GENKAI_RETURN_IF_ERROR(
      base::write_file_atomically(folder / (name + ".svg"), stats::to_svg(report.finding.figure)));
  GENKAI_RETURN_IF_ERROR(base::write_file_atomically(folder / (name + ".md"), to_page(report)));
  return base::write_file_atomically(folder / (name + ".json"), to_json(report).dump(1) + "\n");
}

}  // namespace genkai::lab::experiment
