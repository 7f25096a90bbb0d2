#include "answer/decide_quotes.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "answer/confirm.h"
#include "limits/hallucination/decision.h"
#include "limits/reasoning/guard.h"
#include "model/extractive_reader.h"

namespace genkai::answer {

using namespace limits;

namespace {

// The place of the passage that a draft was drawn from.
std::size_t place_in(const std::vector<core::Evidence>& evidence, const core::Draft& draft) {
  const auto cited = std::find_if(evidence.begin(), evidence.end(), [&](const core::Evidence& item) {
    return !draft.citations.empty() && item.passage.id == draft.citations.front().passage;
  });
  return static_cast<std::size_t>(cited - evidence.begin());
}

}  // namespace

std::vector<core::Draft> read_quotes(const core::Interpretation& meaning,
                                     const std::vector<core::Evidence>& evidence,
                                     const knowledge::Embedder& embedder, std::size_t count,
                                     core::Trace& trace, const char* name) {
  auto stage = trace.stage(name);
  // The reader compares one text, the question, with every sentence: its vector is kept from call to call.
  std::string kept_text;
  std::vector<float> kept(embedder.dimension()), other(embedder.dimension());
  bool kept_readable = embedder.embed(kept_text, kept.data()).has_value();
  const auto similarity = [&](std::string_view a, std::string_view b) {
    if (a != kept_text) {
      kept_text = a;
      kept_readable = embedder.embed(a, kept.data()).has_value();
    }
    if (!kept_readable || !embedder.embed(b, other.data())) return 0.0F;
    return std::inner_product(kept.begin(), kept.end(), other.begin(), 0.0F);
  };
  auto drafts = model::ExtractiveReader::built_in().read(meaning, evidence, count, similarity);
  stage.counts(evidence.size(), drafts.size());
  if (!drafts.empty()) stage.note("best", drafts.front().text);
  return drafts;
}

std::vector<std::size_t> confirm_found(const Material& found, core::Draft draft, const Deciding& by,
                                       std::set<std::size_t> silent, core::Answer& given,
                                       core::Trace& trace) {
  draft.evidence = place_in(found.vetted, draft);
  const auto idf = [&](std::string_view term) { return by.knowledge.lexical().idf(term); };
  const auto& policy = by.options.policy;
  ConfirmOptions confirming = by.options.confirm;
  if (by.with_model) confirming.by_support = confirming.reopen = false;
  if (by.with_model && given.outcome == core::Outcome::answered)
    confirming.readings.reset();  // it was shown what the passages say, and told to say which
  return confirm(given,
                 {found.meaning, found.vetted, draft, by.knowledge.embedder(), idf, by.options.gather.keep,
                  hallucination::limit_of_quotes(policy).threshold, by.with_model, std::move(silent)},
                 confirming, policy.language, trace);
}

core::Answer decide_quotes(Material& found, const Deciding& by, core::Trace& trace) {
  const auto quotes = reasoning::verify(std::move(found.quotes), found.evidence, found.meaning, trace);
  auto given =
      hallucination::decide(by.question, found.meaning, quotes, found.evidence, by.options.policy, trace);
  if (!quotes.drafts.empty()) confirm_found(found, quotes.drafts.front(), by, {}, given, trace);
  return given;
}

}  // namespace genkai::answer
