#include "limits/hallucination/agreement.h"

#include <algorithm>
#include <set>
#include <string>

#include "limits/hallucination/uncertainty/text_features.h"
#include "text/analyzer.h"
#include "text/question.h"
#include "text/text.h"

namespace genkai::limits::hallucination {
namespace {

using core::Draft;
using text::AnswerType;

constexpr double kSameWords = 0.6;  // F1 of the index terms of two answers without a typed value

std::set<std::string> terms_of(std::string_view text) {
  thread_local text::Analyzer analyzer;
  std::set<std::string> terms;
  for (auto& term : analyzer.terms(text)) terms.insert(std::move(term));
  return terms;
}

std::set<std::string> amounts_of(std::string_view text) {
  std::set<std::string> amounts;
  for (const auto& span : text::find_typed_spans(text))
    if (span.type == AnswerType::number || span.type == AnswerType::date) amounts.insert(span.value);
  return amounts;
}

bool is_name(AnswerType type) {
  return type == AnswerType::person || type == AnswerType::place || type == AnswerType::entity;
}

// "Marsh" and "Elena Marsh"; "1932" and "1932-05-01".
bool same_value(const Draft& a, const Draft& b) {
  if (a.value == b.value) return true;
  if (is_name(a.span_type)) {
    const auto own = terms_of(a.value), its = terms_of(b.value);
    return !own.empty() && !its.empty() &&
           (std::includes(own.begin(), own.end(), its.begin(), its.end()) ||
            std::includes(its.begin(), its.end(), own.begin(), own.end()));
  }
  return a.span_type == AnswerType::date &&
         (a.value.starts_with(b.value + "-") || b.value.starts_with(a.value + "-"));
}

bool same_words(const std::string& a, const std::string& b) {
  const std::string own = text::normalise(a), its = text::normalise(b);
  if (own == its) return true;
  if (says_not(own) != says_not(its) || amounts_of(a) != amounts_of(b)) return false;
  const auto left = terms_of(a), right = terms_of(b);
  std::size_t both = 0;
  for (const auto& term : left) both += right.count(term);
  const std::size_t all = left.size() + right.size();
  return all > 0 && 2.0 * static_cast<double>(both) >= kSameWords * static_cast<double>(all);
}

void merge_citations(Draft& into, const Draft& from) {
  for (const auto& citation : from.citations) {
    const bool known =
        std::any_of(into.citations.begin(), into.citations.end(), [&](const core::Citation& own) {
          return own.passage == citation.passage && own.quote == citation.quote;
        });
    if (!known) into.citations.push_back(citation);
  }
}

}  // namespace

bool same_answer(const Draft& a, const Draft& b) {
  const bool both_names = is_name(a.span_type) && is_name(b.span_type);
  if (!a.value.empty() && !b.value.empty() && (both_names || a.span_type == b.span_type))
    return same_value(a, b);
  return same_words(a.text, b.text);
}

double agreement_estimate(std::size_t agreeing, std::size_t drafts) {
  return (static_cast<double>(agreeing) + 0.5) / (static_cast<double>(drafts) + 1);
}

Agreement agree(std::vector<Draft> drafts, core::Trace& trace) {
  auto stage = trace.stage("agree");
  struct Group {
    std::vector<std::size_t> members;
    std::size_t supported = 0;
  };
  Agreement agreement;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const Draft& draft = drafts[i];
    const bool silent = draft.stance == core::Stance::abstains;
    if (silent && draft.isolated) continue;
    ++agreement.drafts;
    agreement.abstained += silent ? 1 : 0;
    agreement.unusable += draft.stance == core::Stance::unusable ? 1 : 0;
    if (draft.stance != core::Stance::answers) continue;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& g) { return same_answer(drafts[g.members.front()], draft); });
    if (group == groups.end()) group = groups.insert(groups.end(), Group{});
    group->members.push_back(i);
    group->supported += draft.supported ? 1 : 0;
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.members.size() != b.members.size() ? a.members.size() > b.members.size()
                                                : a.supported > b.supported;
  });
  for (const Group& group : groups) {
    const auto first = std::find_if(group.members.begin(), group.members.end(),
                                    [&](std::size_t i) { return drafts[i].supported; });
    const std::size_t chosen = first == group.members.end() ? group.members.front() : *first;
    Draft answer = drafts[chosen];
    for (const std::size_t i : group.members)
      if (i != chosen && drafts[i].supported) merge_citations(answer, drafts[i]);
    answer.agreeing = group.members.size();
    answer.drafts = agreement.drafts;
    answer.probability = std::min(agreement_estimate(answer.agreeing, answer.drafts),
                                  static_cast<double>(group.supported) / static_cast<double>(answer.drafts));
    answer.score = answer.probability;
    stage.note("answer", std::to_string(answer.agreeing) + " of " + std::to_string(answer.drafts) + ", " +
                             std::to_string(group.supported) + " supported: " + answer.text);
    agreement.answers.push_back(std::move(answer));
  }
  if (agreement.abstained > 0) stage.note("not in the passages", std::to_string(agreement.abstained));
  if (agreement.unusable > 0) stage.note("unusable", std::to_string(agreement.unusable));
  stage.counts(drafts.size(), agreement.answers.size());
  return agreement;
}

}  // namespace genkai::limits::hallucination
