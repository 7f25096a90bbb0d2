#pragma once
// What a probe of reasoning found, for people (terminal, HTML with figures) and programs (JSON).
//
//   std::fputs(render_text(page_of(run, language), sections(run, report, language)).c_str(), stdout);

#include <string>
#include <vector>

#include "app/probe_page.h"
#include "limits/reasoning/probe/measure.h"
#include "model/asking/ask.h"

namespace genkai::app {

/// What was asked of whom, and what it cost.
struct ReasoningRun {
  std::string model;
  std::size_t items_wanted = 0;                    // more than options.count where the budget ended it
  limits::reasoning::probe::ProbeOptions options;  // as asked
  model::asking::Asked asked;
  std::size_t replies = 0;
};

ProbePage page_of(const ReasoningRun& run, text::Language language);
std::vector<ProbeSection> sections(const ReasoningRun& run,
                                   const limits::reasoning::probe::ProbeReport& report,
                                   text::Language language);
/// docs/limits/reasoning/bounds-and-probe.md
base::Json to_json(const ReasoningRun& run, const limits::reasoning::probe::ProbeReport& report);

}  // namespace genkai::app
