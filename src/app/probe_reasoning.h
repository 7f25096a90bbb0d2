#pragma once
// `genkai probe reasoning`: how a language model reasons, on generated items whose truth is computed.

#include "app/command.h"

namespace genkai::app {

void add_probe_reasoning(CLI::App& probe, Action& run);

}  // namespace genkai::app
