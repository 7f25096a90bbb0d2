#pragma once
// What the families of `genkai bound` share; one file a family adds its bounds to the verb.
//
//   add_retrieval_bounds(*verb, run);

#include <string>

#include "app/bound_sheet.h"
#include "app/command.h"

namespace genkai::app {

/// Prints the sheet, or the error, and gives the exit status.
int show(const base::Result<Sheet>& sheet, bool json);

/// --lang and --json.
void add_output_options(CLI::App& part, std::string& language, bool& json);

void add_retrieval_bounds(CLI::App& verb, Action& run);
void add_reasoning_bounds(CLI::App& verb, Action& run);

}  // namespace genkai::app
