#pragma once
// What the configured endpoints did, for the metrics page.
//
//   telemetry.collect([&](std::string& out) { write_models(out, models); });

#include <string>

#include "model/upstream/chat_model.h"

namespace genkai::serve {

/// Calls, tries, retries, failures, circuit, load and spending of each endpoint, in the Prometheus text
/// format.
void write_models(std::string& out, const model::Models& models);

}  // namespace genkai::serve
