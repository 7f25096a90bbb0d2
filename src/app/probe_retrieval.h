#pragma once
// `genkai probe retrieval`: how a reader, a language model or genkai's own, uses the passages it is shown.

#include "app/command.h"

namespace genkai::app {

void add_probe_retrieval(CLI::App& probe, Action& run);

}  // namespace genkai::app
