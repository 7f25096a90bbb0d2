#include "answer/attribution.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "answer/ask_again.h"
#include "answer/computed_answers.h"
#include "answer/draft_value.h"
#include "answer/found_evidence.h"
#include "answer/gold_answer.h"
#include "answer/without_documents.h"
#include "answer/without_passages.h"
#include "limits/hallucination/agreement.h"

namespace genkai::answer {

using base::Result;
using core::Answer;
using core::AnswerItem;
using core::Outcome;

namespace {

// The answer, else the best guess.
const AnswerItem* best_of(const Answer& answer) {
  const auto& items = answer.answers.empty() ? answer.rejected : answer.answers;
  return items.empty() ? nullptr : &items.front();
}

std::set<core::PassageId> cited_by(const Answer& answer) {
  std::set<core::PassageId> cited;
  if (const AnswerItem* best = best_of(answer))
    for (const core::Citation& citation : best->citations) cited.insert(citation.passage);
  for (const core::Conflict& conflict : answer.conflicts)
    for (const auto& side : conflict.sides)
      for (const core::Citation& citation : side.citations) cited.insert(citation.passage);
  return cited;
}

class Run {
 public:
  Run(const core::Question& question, const knowledge::KnowledgeView& view, const Answerer& answerer,
      std::size_t per_ask, std::size_t calls, bool by_model, const AttributionOptions& options)
      : question_(question),
        view_(view),
        answerer_(answerer),
        per_ask_(per_ask),
        calls_(calls),
        by_model_(by_model),
        options_(options) {}

  Result<Attribution> attribute(const AnswererOptions& asking) {
    GENKAI_ASSIGN_OR_RETURN(const auto before, ask(view_));
    if (!before) return std::move(found_);
    found_.before = before->answer;
    if (found_.before.cost.passages_read == 0) return std::move(found_);  // no evidence decided it
    GENKAI_RETURN_IF_ERROR(group(asking));
    if (by_model_ && !groups_.empty()) {
      GENKAI_ASSIGN_OR_RETURN(found_.again, ask_without({}));
    }
    GENKAI_RETURN_IF_ERROR(leave_each_out());
    GENKAI_RETURN_IF_ERROR(leave_some_out());
    return std::move(found_);
  }

 private:
  // None when the calls do not suffice, or the model failed now or before.
  Result<std::optional<Asked>> ask(const knowledge::KnowledgeView& view) {
    if (!found_.failure.empty()) return std::optional<Asked>();
    if (found_.calls + per_ask_ > calls_) {
      found_.cut = true;
      return std::optional<Asked>();
    }
    GENKAI_ASSIGN_OR_RETURN(Asked asked, ask_once(answerer_, question_, view, options_.cancellation));
    ++found_.asks;
    if (!asked.failure.empty()) {
      if (found_.asks == 1) found_.before = asked.answer;
      found_.calls += per_ask_;  // how many were made before it failed is not known
      found_.failure = asked.failure;
      return std::optional<Asked>();
    }
    found_.calls += by_model_ ? asked.answer.cost.model_drafts : 1;
    return std::optional(std::move(asked));
  }

  base::Status group(const AnswererOptions& asking) {
    core::Trace unseen;
    GENKAI_ASSIGN_OR_RETURN(const FoundEvidence evidence,
                            find_evidence(question_, view_, asking, by_model_, unseen));
    std::set<core::PassageId> read;
    for (const core::Evidence& item : evidence.evidence)
      if (!item.poisoned()) read.insert(item.passage.id);
    groups_ = groups_of_evidence(evidence.vetted, read, cited_by(found_.before), options_.by);
    found_.groups = groups_.size();
    focus_ = evidence.meaning.focus;
    if (const AnswerItem* best = best_of(found_.before)) {
      found_.probability = best->probability;
      answered_ = draft_of(*best);
    }
    return {};
  }

  core::Draft draft_of(const AnswerItem& item) const {
    core::Draft draft;
    draft.text = item.text;
    set_value(draft, focus_);
    return draft;
  }
  bool as_before(const AnswerItem& item) const {
    return answered_ && limits::hallucination::same_answer(*answered_, draft_of(item));
  }

  Effect effect_of(const Answer& after) const {
    const bool before_answered = found_.before.outcome == Outcome::answered;
    if (after.outcome == Outcome::answered) {
      if (!before_answered) return Effect::answers;
      return !after.answers.empty() && as_before(after.answers.front()) ? Effect::same : Effect::another;
    }
    return before_answered || after.reason != found_.before.reason ? Effect::abstains : Effect::same;
  }

  Result<std::optional<LeftOut>> ask_without(const std::vector<EvidenceGroup>& left_out) {
    GENKAI_ASSIGN_OR_RETURN(const auto asked, ask_less(left_out));
    if (!asked) return std::optional<LeftOut>();
    LeftOut run;
    run.effect = effect_of(asked->answer);
    for (const auto* items : {&asked->answer.answers, &asked->answer.rejected})
      for (const AnswerItem& item : *items)
        if (as_before(item)) run.probability = std::max(run.probability, item.probability);
    run.answer = asked->answer;
    return std::optional(std::move(run));
  }

  Result<std::optional<Asked>> ask_less(const std::vector<EvidenceGroup>& left_out) {
    if (left_out.empty()) return ask(view_);
    if (options_.by == GroupBy::passage) {
      std::vector<core::PassageId> hidden;
      for (const EvidenceGroup& group : left_out)
        for (const core::Passage& passage : group.passages) hidden.push_back(passage.id);
      const WithoutPassages less(view_, std::move(hidden));
      return ask(less);
    }
    std::vector<std::string> hidden;
    for (const EvidenceGroup& group : left_out) {
      hidden.insert(hidden.end(), group.documents.begin(), group.documents.end());
      if (!group.source.empty()) GENKAI_RETURN_IF_ERROR(add_all_of(group.source, hidden));
    }
    GENKAI_ASSIGN_OR_RETURN(const auto less, WithoutDocuments::make(view_, hidden));
    return ask(*less);
  }

  // What else the knowledge base holds of a source would take the place of what was found of it.
  base::Status add_all_of(const std::string& source, std::vector<std::string>& hidden) const {
    constexpr std::size_t kPage = 10'000;
    for (std::uint64_t at = 0;; at += kPage) {
      GENKAI_ASSIGN_OR_RETURN(const auto list,
                              view_.documents({.text = source, .offset = at, .limit = kPage}));
      for (const auto& own : list.documents)
        if (own.info.source == source) hidden.push_back(own.info.id);
      if (at + kPage >= list.total) return {};
    }
  }

  bool says(const EvidenceGroup& group) const {
    const AnswerItem* best = best_of(found_.before);
    if (!best) return false;
    const std::string& wanted = best->span.empty() ? best->text : best->span;
    return group.cited ||
           std::any_of(group.passages.begin(), group.passages.end(),
                       [&](const core::Passage& passage) { return holds_answer(passage.text, {wanted}); });
  }

  base::Status leave_each_out() {
    for (const EvidenceGroup& group : groups_) {
      GENKAI_ASSIGN_OR_RETURN(auto run, ask_without({group}));
      if (!run) break;
      run->group = group;
      run->says = says(group);
      found_.runs.push_back(std::move(*run));
    }
    const auto kind = [](Effect effect) { return effect == Effect::answers ? Effect::another : effect; };
    std::sort(found_.runs.begin(), found_.runs.end(), [&](const LeftOut& a, const LeftOut& b) {
      if (kind(a.effect) != kind(b.effect)) return kind(a.effect) < kind(b.effect);
      if (a.probability != b.probability) return a.probability < b.probability;
      return a.group.rank < b.group.rank;
    });
    return {};
  }

  // What the answer rests on is left out in turn, until there is another: what takes the place of those left
  // out goes next.
  base::Status leave_some_out() {
    if (found_.runs.empty()) return {};
    if (found_.runs.front().effect != Effect::same) {
      found_.together = {0};
      found_.without = found_.runs.front();
      found_.without->group = {};
      found_.minimal = true;
      return {};
    }
    std::vector<std::size_t> set{0};
    Answer last = found_.runs.front().answer;
    while (set.size() < found_.runs.size()) {
      set.push_back(next(set, cited_by(last)));
      GENKAI_ASSIGN_OR_RETURN(auto run, ask_set(set));
      if (!run) return {};
      last = run->answer;
      if (run->effect == Effect::same) continue;
      found_.together = std::move(set);
      found_.without = std::move(run);
      return thin();
    }
    found_.searched = found_.runs.size() == found_.groups;
    return {};
  }

  std::size_t next(const std::vector<std::size_t>& set, const std::set<core::PassageId>& cited) const {
    std::optional<std::size_t> other;
    for (std::size_t i = 0; i < found_.runs.size(); ++i) {
      if (std::find(set.begin(), set.end(), i) != set.end()) continue;
      const auto& passages = found_.runs[i].group.passages;
      if (std::any_of(passages.begin(), passages.end(),
                      [&](const core::Passage& passage) { return cited.contains(passage.id); }))
        return i;
      if (!other) other = i;
    }
    return other.value_or(0);
  }

  Result<std::optional<LeftOut>> ask_set(const std::vector<std::size_t>& set) {
    std::vector<EvidenceGroup> left_out;
    for (const std::size_t i : set) left_out.push_back(found_.runs[i].group);
    return ask_without(left_out);
  }

  base::Status thin() {
    using Maybe = Result<std::optional<bool>>;
    const auto changes = [&](const std::vector<std::size_t>& fewer) -> Maybe {
      if (fewer.size() == 1) return std::optional(false);  // each alone was left out before
      GENKAI_ASSIGN_OR_RETURN(auto run, ask_set(fewer));
      if (!run) return std::optional<bool>();
      if (run->effect == Effect::same) return std::optional(false);
      found_.without = std::move(run);
      return std::optional(true);
    };
    GENKAI_ASSIGN_OR_RETURN(found_.minimal, thin_out(found_.together, changes));
    std::sort(found_.together.begin(), found_.together.end());
    return {};
  }

  const core::Question& question_;
  const knowledge::KnowledgeView& view_;
  const Answerer& answerer_;
  const std::size_t per_ask_, calls_;
  const bool by_model_;
  const AttributionOptions& options_;
  std::vector<EvidenceGroup> groups_;
  text::QuestionFocus focus_;
  std::optional<core::Draft> answered_;  // the answer before, or the best guess
  Attribution found_;
};

}  // namespace

std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::another:
      return "another";
    case Effect::answers:
      return "answers";
    case Effect::abstains:
      return "abstains";
    case Effect::same:
      return "same";
  }
  return "";
}

std::size_t Attributor::calls_per_ask() const {
  return parts_.model ? std::max<std::size_t>(1, options_.samples + options_.isolated + options_.closed_book +
                                                     calls_of_programs(question_.text, options_.programs))
                      : 1;
}

std::size_t Attributor::default_calls() const {
  constexpr std::size_t kAsks = 10, kGroups = 48;
  return parts_.model ? kAsks * calls_per_ask() : 2 * kGroups;
}

Result<Attribution> Attributor::attribute(const AttributionOptions& options) const {
  const std::size_t calls = options.calls > 0 ? options.calls : default_calls();
  if (calls < calls_per_ask())
    return base::fail(base::Code::invalid_argument,
                      "asking once may cost " + std::to_string(calls_per_ask()) + " calls, and only " +
                          std::to_string(calls) + " are allowed",
                      "allow more with --calls, or draw fewer with --samples");
  const Answerer answerer(options_, parts_);
  return Run(question_, view_, answerer, calls_per_ask(), calls, parts_.model != nullptr, options)
      .attribute(options_);
}

}  // namespace genkai::answer
