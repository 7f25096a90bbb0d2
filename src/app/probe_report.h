#pragma once
// What a probe of hallucination found, for people (terminal, HTML with figures) and programs (JSON).
//
//   std::fputs(render_text(sections(run, report, language), run, language).c_str(), stdout);
//   write_file_atomically(path, render_html(...));

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

std::vector<ProbeSection> sections(const ProbeRun& run,
                                   const limits::hallucination::probe::ProbeReport& report,
                                   text::Language language);
/// One line on what was asked and what it cost.
std::string run_line(const ProbeRun& run, text::Language language);
std::string render_text(const std::vector<ProbeSection>& sections, const ProbeRun& run,
                        text::Language language);
/// One page that needs no other file, no script and no network.
std::string render_html(const std::vector<ProbeSection>& sections, const ProbeRun& run,
                        text::Language language);
base::Json to_json(const ProbeRun& run, const limits::hallucination::probe::ProbeReport& report);

}  // namespace genkai::app
