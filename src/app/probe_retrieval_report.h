#pragma once
// What a probe of retrieval found, for people (terminal, HTML with figures) and programs (JSON).
//
//   std::fputs(render_text(page_of(run, language), sections(run, report, language)).c_str(), stdout);

#include <string>
#include <vector>

#include "app/probe_page.h"
#include "limits/retrieval/probe/measure.h"
#include "model/asking/ask.h"

namespace genkai::app {

/// What was asked of whom, and what it cost.
struct RetrievalRun {
  std::string model;      // or kOwnPath
  std::string knowledge;  // base that the items are of; empty: invented ones
  std::size_t items = 0, fragmented = 0, ambiguous = 0, remembered = 0;
  std::size_t without_passage = 0;  // questions that were left out
  limits::retrieval::probe::ProbeOptions options;
  model::asking::Asked asked;
  std::size_t replies = 0;
};

ProbePage page_of(const RetrievalRun& run, text::Language language);
std::vector<ProbeSection> sections(const RetrievalRun& run,
                                   const limits::retrieval::probe::ProbeReport& report,
                                   text::Language language);
/// docs/formats/probe-retrieval.md
base::Json to_json(const RetrievalRun& run, const limits::retrieval::probe::ProbeReport& report);

}  // namespace genkai::app
