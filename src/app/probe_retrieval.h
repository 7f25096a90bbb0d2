#pragma once
// `genkai probe retrieval`: how a reader, a language model or genkai's own, uses the passages it is shown.

#include <string>

#include "app/command.h"
#include "base/file.h"

namespace genkai::app {

/// Where --save keeps what was found of a model.
base::Path probe_file(const std::string& model);

void add_probe_retrieval(CLI::App& probe, Action& run);

}  // namespace genkai::app
