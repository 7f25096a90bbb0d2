#pragma once
// The probe of hallucination: what a model knows, says that it knows, and does when it does not.
//
//   std::vector<Ask> plan = plan_asks(facts, options);                        // ask.h
//   auto asked = co_await ask_all(model, plan, replies, options, ...);
//   const ProbeReport report = measure(facts, replies, options, today);

#include <optional>
#include <string>

#include "limits/hallucination/probe/ask.h"
#include "limits/hallucination/probe/measures.h"

namespace genkai::limits::hallucination::probe {

/// The parts that were wanted; each measure leaves out what has no reply and says how many.
struct ProbeReport {
  std::optional<AccuracyReport> accuracy;
  std::optional<CalibrationReport> stated, tokens;
  std::size_t without_confidence = 0;  // answered, and no confidence was stated
  std::optional<AbstentionReport> abstention;
  std::optional<ContradictionReport> contradiction;
  std::optional<SnowballReport> snowballing;
  std::optional<FreshnessReport> freshness;
};

/// Deterministic: replies and options give the same figures whatever the order in which they came.
ProbeReport measure(const FactSet& facts, const Replies& replies, const AskOptions& options,
                    const std::string& today);

}  // namespace genkai::limits::hallucination::probe
