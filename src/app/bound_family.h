#pragma once
// What the families of `genkai bound` share; one file a family adds its bounds to the verb.
//
//   add_retrieval_bounds(*verb, run);

#include <CLI/CLI.hpp>

#include <memory>
#include <span>
#include <string>

#include "app/bound_sheet.h"
#include "app/command.h"

namespace genkai::app {

/// Prints the sheet, or the error, and gives the exit status.
int show(const base::Result<Sheet>& sheet, bool json);

/// --lang and --json.
void add_output_options(CLI::App& part, std::string& language, bool& json);

/// One bound of a family, whose options land in `Given`.
template <typename Given>
struct BoundPart {
  const char* name;
  const char* sense;
  void (*add)(CLI::App&, const std::shared_ptr<Given>&);
  void (*check)(const Given&);  // throws what CLI11 reports
  base::Result<Sheet> (*compute)(const Given&);
};

/// Adds each part as a subcommand of `limit`. REQUIRES: `parts` live as long as the program's parser.
template <typename Given>
void add_parts(CLI::App& limit, std::span<const BoundPart<Given>> parts, Action& run) {
  for (const auto& row : parts) {
    auto arguments = std::make_shared<Given>();
    CLI::App* part = limit.add_subcommand(row.name, row.sense);
    row.add(*part, arguments);
    add_output_options(*part, arguments->language, arguments->json);
    part->callback([arguments, &row, &run] {
      row.check(*arguments);
      run = [arguments, &row] { return show(row.compute(*arguments), arguments->json); };
    });
  }
}

void add_retrieval_bounds(CLI::App& verb, Action& run);
void add_reasoning_bounds(CLI::App& verb, Action& run);
void add_context_bounds(CLI::App& verb, Action& run);

}  // namespace genkai::app
