#pragma once
// What a probe of hallucination found, for people (terminal, HTML with figures) and programs (JSON).
//
//   hand_over(where, to_json(run, report), page_of(run, language), sections(run, report, language));

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "app/probe_page.h"
#include "base/json.h"
#include "limits/hallucination/probe/probe.h"
#include "text/text.h"

namespace genkai::app {

/// What was asked of whom, and what it cost.
struct ProbeRun {
  std::string model, facts_file, exposure_is, today;
  std::size_t facts = 0, unanswerable = 0, malformed = 0;  // unanswerable: questions, twins included
  limits::hallucination::probe::AskOptions options;
  limits::hallucination::probe::Asked asked;
  model::Usage all;  // of every reply that the figures rest on, earlier runs included
  std::size_t replies = 0;
};

ProbePage page_of(const ProbeRun& run, text::Language language);
std::vector<ProbeSection> sections(const ProbeRun& run,
                                   const limits::hallucination::probe::ProbeReport& report,
                                   text::Language language);
base::Json to_json(const ProbeRun& run, const limits::hallucination::probe::ProbeReport& report);

}  // namespace genkai::app
