#include "answer/forensics.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "answer/ask_again.h"
#include "answer/gold_answer.h"
#include "answer/without_documents.h"
#include "text/text.h"

namespace genkai::answer {

using base::Result;
using knowledge::KnowledgeView;

namespace {

bool holds(const core::AnswerItem& item, const std::string& wrong) {
  return holds_answer(item.text, {wrong}) || holds_answer(item.span, {wrong});
}

struct Sight {
  bool answered = false, shown = false;
  double probability = 0;
  std::vector<core::Citation> citations;  // of what holds the wrong answer
};

Sight look(const core::Answer& answer, const std::string& wrong) {
  Sight sight;
  for (const auto* items : {&answer.answers, &answer.rejected})
    for (const core::AnswerItem& item : *items) {
      if (!holds(item, wrong)) continue;
      sight.answered = sight.answered || items == &answer.answers;
      sight.shown = true;
      sight.probability = std::max(sight.probability, item.probability);
      sight.citations.insert(sight.citations.end(), item.citations.begin(), item.citations.end());
    }
  return sight;
}

bool among(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

class Examiner {
 public:
  Examiner(const core::Question& question, std::string wrong, const KnowledgeView& view,
           const Answerer& answerer, const ForensicsOptions& options)
      : question_(question), wrong_(std::move(wrong)), view_(view), answerer_(answerer), options_(options) {}

  Result<Forensics> run() {
    GENKAI_ASSIGN_OR_RETURN(found_.before, ask({}));
    const Sight before = look(found_.before, wrong_);
    found_.answered = before.answered;
    found_.shown = before.shown;
    found_.probability = before.probability;
    found_.after = found_.before;
    found_.cleared = found_.minimal = !before.shown;
    GENKAI_RETURN_IF_ERROR(suspect(before));
    if (!before.shown) return std::move(found_);
    GENKAI_RETURN_IF_ERROR(leave_each_out());
    GENKAI_RETURN_IF_ERROR(remove_until_gone(before));
    if (found_.cleared) GENKAI_RETURN_IF_ERROR(thin());
    return std::move(found_);
  }

 private:
  bool may_ask() const { return found_.asks < options_.asks; }

  Result<core::Answer> ask(const std::vector<std::string>& without) {
    ++found_.asks;
    std::unique_ptr<WithoutDocuments> less;
    if (!without.empty()) {
      GENKAI_ASSIGN_OR_RETURN(less, WithoutDocuments::make(view_, without));
    }
    GENKAI_ASSIGN_OR_RETURN(Asked asked,
                            ask_once(answerer_, question_, less ? *less : view_, options_.cancellation));
    return std::move(asked.answer);
  }

  void add(const core::DocumentInfo& document, const std::string& quote) {
    for (const Suspect& own : found_.suspects)
      if (own.document.id == document.id) return;
    found_.suspects.push_back({document, quote, false, false, found_.probability});
  }

  // Cited ones first, then what else is found for the question, in the order of its ranking.
  base::Status suspect(const Sight& before) {
    for (const core::Citation& citation : before.citations) add(citation.document, citation.quote);
    core::Trace unseen;
    const auto meaning = limits::retrieval::interpret(question_, view_, unseen).front();
    GENKAI_ASSIGN_OR_RETURN(const auto gathered,
                            limits::retrieval::gather(view_, meaning, AnswererOptions().gather, unseen));
    for (const core::Evidence& item : gathered.evidence)
      for (const text::Span& span : text::split_sentences(item.passage.text))
        if (const std::string sentence(span.of(item.passage.text)); holds_answer(sentence, {wrong_}))
          add(item.passage.document, sentence);
    return {};
  }

  base::Status leave_each_out() {
    // Half of the asks are kept for the set that clears the answer.
    for (Suspect& own : found_.suspects) {
      if (found_.asks >= options_.asks / 2) break;
      GENKAI_ASSIGN_OR_RETURN(const core::Answer answer, ask({own.document.id}));
      const Sight sight = look(answer, wrong_);
      own.examined = true;
      own.gone_without = !sight.shown;
      own.probability = sight.probability;
    }
    std::stable_sort(found_.suspects.begin(), found_.suspects.end(), [](const Suspect& a, const Suspect& b) {
      if (a.gone_without != b.gone_without) return a.gone_without;
      return a.probability < b.probability;
    });
    return {};
  }

  // What the wrong answer cites goes, until it is gone: others take the place of those removed.
  base::Status remove_until_gone(Sight sight) {
    if (!found_.suspects.empty() && found_.suspects.front().gone_without)
      found_.responsible = {found_.suspects.front().document.id};
    while (may_ask()) {
      if (!found_.responsible.empty()) {
        GENKAI_ASSIGN_OR_RETURN(found_.after, ask(found_.responsible));
        sight = look(found_.after, wrong_);
        found_.cleared = !sight.shown;
        if (found_.cleared) return {};
      }
      const std::size_t before = found_.responsible.size();
      for (const core::Citation& citation : sight.citations) {
        add(citation.document, citation.quote);
        if (!among(found_.responsible, citation.document.id))
          found_.responsible.push_back(citation.document.id);
      }
      if (found_.responsible.size() > before) continue;
      const auto next = std::find_if(found_.suspects.begin(), found_.suspects.end(), [&](const Suspect& own) {
        return !among(found_.responsible, own.document.id);
      });
      if (next == found_.suspects.end()) return {};
      found_.responsible.push_back(next->document.id);
    }
    return {};
  }

  base::Status thin() {
    using Maybe = Result<std::optional<bool>>;
    const auto gone_without = [&](const std::vector<std::string>& fewer) -> Maybe {
      if (!may_ask()) return std::optional<bool>();
      GENKAI_ASSIGN_OR_RETURN(core::Answer answer, ask(fewer));
      if (look(answer, wrong_).shown) return std::optional(false);
      found_.after = std::move(answer);
      return std::optional(true);
    };
    GENKAI_ASSIGN_OR_RETURN(found_.minimal, thin_out(found_.responsible, gone_without));
    return {};
  }

  const core::Question& question_;
  std::string wrong_;
  const KnowledgeView& view_;
  const Answerer& answerer_;
  const ForensicsOptions& options_;
  Forensics found_;
};

}  // namespace

Result<Forensics> examine(const core::Question& question, const std::string& wrong, const KnowledgeView& view,
                          const Answerer& answerer, const ForensicsOptions& options) {
  return Examiner(question, wrong, view, answerer, options).run();
}

}  // namespace genkai::answer
