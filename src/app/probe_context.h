#pragma once
// `genkai probe context`: up to which length a language model reads, on generated texts.

#include "app/command.h"

namespace genkai::app {

void add_probe_context(CLI::App& probe, Action& run);

}  // namespace genkai::app
