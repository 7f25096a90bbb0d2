// `genkai lab`: experiments that lay what the bounds predict beside what models made in the run do.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <optional>

#include "app/command.h"
#include "app/exit_codes.h"
#include "app/fast_products.h"
#include "base/cancellation.h"
#include "lab/experiment/registry.h"
#include "lab/experiment/runner.h"

namespace genkai::app {
namespace {

namespace lab = genkai::lab::experiment;
using base::Json;

struct LabArguments {
  std::string name, scale = "ci", folder = "genkai-lab";
  std::optional<std::size_t> seeds;
  bool json = false;
};

int list(bool json) {
  Json listed = Json::array();
  for (const lab::Experiment* experiment : lab::experiments()) {
    if (json)
      listed.push(Json::object({{"name", experiment->name},
                                {"limit", experiment->limit},
                                {"question", experiment->question},
                                {"predicted", experiment->predicted},
                                {"measured", experiment->measured},
                                {"assumes", experiment->assumes}}));
    else
      std::printf("%-22s %-14s %s\n", std::string(experiment->name).c_str(),
                  std::string(experiment->limit).c_str(), std::string(experiment->question).c_str());
  }
  if (json) std::printf("%s\n", listed.dump().c_str());
  return kOk;
}

std::string_view verdict(const lab::Claim& claim) {
  if (claim.kind == lab::ClaimKind::bound) return claim.holds ? "bound holds" : "BOUND VIOLATED";
  return claim.holds ? "seen" : "not seen";
}

void print(const lab::Report& report, const base::Path& folder) {
  const std::string name(report.experiment->name);
  std::printf("%s (%s scale, %zu seeds, %.1f CPU-seconds, %zu of %zu cells from an earlier run)\n",
              name.c_str(), std::string(lab::to_string(report.scale)).c_str(), report.seeds,
              report.cpu_seconds, report.resumed, report.cells.size());
  for (const lab::Claim& claim : report.finding.claims)
    std::printf("  %-14s %s\n", std::string(verdict(claim)).c_str(), claim.statement.c_str());
  std::printf("  %s\n\n", (folder / (name + ".md")).c_str());
}

int run(const LabArguments& arguments) {
  use_fast_products();
  std::vector<const lab::Experiment*> chosen;
  if (arguments.name == "all") {
    chosen.assign(lab::experiments().begin(), lab::experiments().end());
  } else if (const lab::Experiment* found = lab::find_experiment(arguments.name)) {
    chosen.push_back(found);
  } else {
    return report(
        {base::Code::not_found, "no experiment is called " + arguments.name, "genkai lab list names them"},
        arguments.json);
  }
  lab::RunOptions options{
      .scale = *lab::scale_of(arguments.scale), .seeds = arguments.seeds, .folder = arguments.folder};
  options.stop = base::cancel_on_signals();
  Json reports = Json::array();
  bool holds = true;
  for (const lab::Experiment* experiment : chosen) {
    const auto done = lab::run(*experiment, options);
    if (!done) return report(done.error(), arguments.json);
    if (const auto written = lab::write(*done, options.folder); !written)
      return report(written.error(), arguments.json);
    holds = holds && done->bounds_hold();
    if (arguments.json)
      reports.push(lab::to_json(*done));
    else
      print(*done, options.folder);
  }
  if (arguments.json) std::printf("%s\n", reports.dump().c_str());
  return holds ? kOk : kInconsistent;
}

}  // namespace

void add_lab(CLI::App& program, Action& action) {
  CLI::App* lab_verb = program.add_subcommand(
      "lab", "The laboratory: what the bounds predict beside what models made in the run do");
  lab_verb->require_subcommand(1);
  auto arguments = std::make_shared<LabArguments>();
  CLI::App* listing = lab_verb->add_subcommand("list", "Name the experiments and what each asks");
  listing->add_flag("--json", arguments->json, "Print JSON");
  listing->callback([arguments, &action] { action = [arguments] { return list(arguments->json); }; });

  CLI::App* running = lab_verb->add_subcommand(
      "run", "Run an experiment, or go on with it: JSON, figure and page are written to the folder");
  running->add_option("name", arguments->name, "Its name, or all")->required();
  running
      ->add_option("--seeds", arguments->seeds,
                   "Repetitions with seeds 1, 2, 3 ...; as many as docs/lab shows by default, at least 3")
      ->check(CLI::Range(std::size_t{1}, lab::kMostSeeds));
  running->add_option("--scale", arguments->scale, "ci: seconds; full: as docs/lab shows it")
      ->check(CLI::IsMember({"ci", "full"}))
      ->capture_default_str();
  running
      ->add_option("--out", arguments->folder, "Folder of results; what is finished in it is not done again")
      ->capture_default_str();
  running->add_flag("--json", arguments->json, "Print JSON (docs/lab/README.md)");
  running->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
  add_lab_world(*lab_verb, action);
  add_lab_train(*lab_verb, action);
  add_lab_eval(*lab_verb, action);
}

}  // namespace genkai::app
