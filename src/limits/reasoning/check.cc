// What a language model wrote, held against the passages that it cites.

#include <algorithm>
#include <iterator>

#include "limits/reasoning/guard.h"
#include "limits/reasoning/question_fit.h"
#include "limits/reasoning/values.h"
#include "text/text.h"

namespace genkai::limits::reasoning {
namespace {

using core::Claim;
using core::Draft;
using core::Evidence;
using core::Verdict;

constexpr double kOwnWords = 0.5;  // share of an answer's words that must stand in what it cites

const Evidence* passage_of(const core::Citation& citation, const std::vector<Evidence>& evidence) {
  const auto found = std::find_if(evidence.begin(), evidence.end(), [&](const Evidence& item) {
    return item.passage.id == citation.passage && !item.poisoned() &&
           item.passage.text.find(citation.quote) != std::string::npos;
  });
  return found == evidence.end() ? nullptr : &*found;
}

std::vector<Cited> cited_by(const Draft& draft, const std::vector<Evidence>& evidence) {
  std::vector<Cited> out;
  for (const auto& citation : draft.citations) {
    const core::Passage& passage = passage_of(citation, evidence)->passage;
    std::string text;
    for (const std::string* part :
         {&passage.document.title, &passage.heading, &passage.document.date, &passage.text})
      if (!part->empty()) text += *part + "\n\n";
    out.push_back({citation.quote, std::move(text)});
  }
  return out;
}

// Every amount, date and name of the answer, held against what it cites and what was asked.
bool values_stand(Draft& draft, const Holdings& cited, const Holdings& asked) {
  bool stand = true;
  for (const Value& value : values_of(draft.text)) {
    if (asked.hold(value)) continue;
    if (cited.hold(value)) {
      draft.claims.push_back({value.words, Verdict::supported, "stands in a cited passage"});
      continue;
    }
    stand = false;
    const std::string other = cited.of_same_kind(value);
    if (other.empty())
      draft.claims.push_back({value.words, Verdict::not_checkable, "stands in no cited passage"});
    else
      draft.claims.push_back({value.words, Verdict::contradicted, "the cited passages say " + other});
  }
  return stand;
}

bool words_stand(Draft& draft, const Holdings& cited, const Holdings& asked) {
  std::size_t own = 0, held = 0;
  for (const auto& term : terms_of(draft.text)) {
    if (asked.hold_term(term)) continue;
    ++own;
    held += cited.hold_term(term) ? 1 : 0;
  }
  if (own == 0 || static_cast<double>(held) >= kOwnWords * static_cast<double>(own)) return true;
  draft.claims.push_back({draft.text, Verdict::not_checkable, "most of its words stand in no cited passage"});
  return false;
}

bool stands(Draft& draft, const std::vector<Evidence>& evidence, const core::Interpretation& meaning) {
  std::erase_if(draft.citations, [&](const auto& citation) { return !passage_of(citation, evidence); });
  if (draft.citations.empty()) {
    draft.claims.push_back({draft.text, Verdict::not_checkable, "none of its quotes stands in the passages"});
    return false;
  }
  for (const auto& citation : draft.citations)
    draft.claims.push_back(
        {citation.quote, Verdict::supported, "stands in " + citation.document.id + ", word for word"});
  const std::vector<Cited> passages = cited_by(draft, evidence);
  std::string text;
  for (const Cited& one : passages) text += one.passage;
  const Holdings cited(text), asked(meaning.text);
  const bool values = values_stand(draft, cited, asked);
  if (draft.span_type == text::AnswerType::yes_no) {
    draft.claims.push_back(
        {draft.text, Verdict::not_checkable, "a yes or no cannot be looked up, only the quote beside it"});
    return values;
  }
  const bool words = words_stand(draft, cited, asked);
  std::vector<Claim> unfit = misfits(meaning.text, draft.text, passages);
  const bool fits = unfit.empty();
  std::move(unfit.begin(), unfit.end(), std::back_inserter(draft.claims));
  return values && words && fits;
}

}  // namespace

void check(std::vector<Draft>& drafts, const std::vector<Evidence>& evidence,
           const core::Interpretation& meaning, core::Trace& trace) {
  auto stage = trace.stage("check");
  std::size_t answering = 0, standing = 0;
  for (Draft& draft : drafts) {
    if (draft.stance != core::Stance::answers) continue;
    ++answering;
    const bool steps_hold = std::none_of(draft.claims.begin(), draft.claims.end(), [](const Claim& claim) {
      return claim.verdict == Verdict::contradicted;  // of the draft's own steps: nothing else was held yet
    });
    draft.supported = stands(draft, evidence, meaning) && steps_hold;
    standing += draft.supported ? 1 : 0;
    if (draft.supported) continue;
    for (const Claim& claim : draft.claims)
      if (claim.verdict != Verdict::supported)
        stage.note(std::string(core::to_string(claim.verdict)), claim.text + ": " + claim.why);
  }
  stage.counts(answering, standing);
}

}  // namespace genkai::limits::reasoning
