#pragma once
// What a probe of context found, for people (terminal, HTML with heat maps) and programs (JSON).
//
//   std::fputs(render_text(page_of(run, language), sections(run, report, language)).c_str(), stdout);

#include <string>
#include <vector>

#include "app/probe_page.h"
#include "limits/context/probe/measure.h"
#include "model/asking/ask.h"

namespace genkai::app {

/// What was asked of whom, and what it cost.
struct ContextRun {
  std::string model;
  bool completes = false;          // asked in the plain form
  std::size_t context_tokens = 0;  // that the model says it has
  limits::context::probe::Design design;
  model::asking::Asked asked{};  // all rounds together
  std::size_t replies = 0, unusable = 0, rounds = 0;
  std::vector<double> prompt_tokens{};  // the model's own count, mean by length; 0: it tells none
};

ProbePage page_of(const ContextRun& run, text::Language language);
std::vector<ProbeSection> sections(const ContextRun& run, const limits::context::probe::ProbeReport& report,
                                   text::Language language);
/// Share right by depth and length, over all tasks that have a depth.
stats::HeatMap overall_map(const ContextRun& run, const limits::context::probe::ProbeReport& report,
                           text::Language language);
/// docs/limits/context.md
base::Json to_json(const ContextRun& run, const limits::context::probe::ProbeReport& report);

}  // namespace genkai::app
