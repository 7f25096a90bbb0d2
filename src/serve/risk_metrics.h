#pragma once
// The watch over promises, for the metrics page.
//
//   telemetry.collect([&](std::string& out) { write_risks(out, watch); });

#include <string>

#include "serve/risk_watch.h"

namespace genkai::serve {

/// Verdicts, observed rates, alarms and drift of each knowledge base and model in use, in the Prometheus text
/// format. Labels are names of knowledge bases and models; an empty model stands for verbatim quotes.
void write_risks(std::string& out, const RiskWatch& watch);

}  // namespace genkai::serve
