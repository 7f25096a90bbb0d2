#pragma once
// Lets a language model write notes by which passages are found: a header for each passage (what it is about,
// and what its pronouns stand for), a summary of each section and of each document, as a tree to search from
// the top. They go into the knowledge base's additions (knowledge/store/additions.h).
//
//   Enrichment work(*view, *additions, {.headers = true, .summaries = true});
//   GENKAI_ASSIGN_OR_RETURN(const auto before, work.estimate(cancellation));      // what it will cost
//   const auto done = co_await work.run(model, settings, on_step, cancellation);  // what is there is not
//   made again
//
// Contextual headers: Anthropic, Introducing Contextual Retrieval, 2024. Summaries as a tree: P. Sarthi et
// al., RAPTOR, 2024.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/cancellation.h"
#include "base/result.h"
#include "knowledge/store/additions.h"
#include "knowledge/store/knowledge_base.h"
#include "model/asking/ask.h"
#include "model/language_model.h"

namespace genkai::answer {

struct EnrichOptions {
  bool headers = true;    // one for each passage
  bool summaries = true;  // of sections of several passages, and of documents of several sections
};

struct Enriched {
  std::uint64_t written = 0, known = 0, failed = 0;
  std::uint64_t removed = 0;    // notes on what is no longer there
  std::string first_failure{};  // of the model, or what was wrong with its reply
  bool interrupted = false;
  model::Usage usage{};
};

class Enrichment {
 public:
  /// REQUIRES: both outlive this. `additions` is open for writing.
  Enrichment(const knowledge::KnowledgeView& view, knowledge::KnowledgeBase& additions, EnrichOptions options)
      : view_(view), additions_(additions), options_(options) {}

  /// Reads every passage once. Of documents whose sections have no summaries yet, the tokens are an estimate.
  base::Result<model::asking::Estimate> estimate(const base::Cancellation& cancellation) const;

  /// Writes what is missing or was made from another text, some 64 notes at a time, each time durably. A note
  /// that fails leaves the others as they are. `on_step` hears of each note. Errors: those of reading and
  /// writing; those of the model when no further request can succeed. What was written before stays.
  base::Task<base::Result<Enriched>> run(model::LanguageModel& model, model::asking::AskSettings settings,
                                         std::function<void()> on_step, base::Cancellation cancellation);

  /// One note to be made.
  struct Note {
    knowledge::AdditionPlace place;
    std::string title;
    model::asking::Ask ask;
    std::string made_from;
  };

 private:
  using Sink = std::function<base::Status(std::vector<Note>)>;
  // Each document's notes of passages and sections, or those of whole documents.
  base::Status each_document(bool whole, const base::Cancellation& cancellation, const Sink& sink) const;
  base::Result<std::vector<Note>> notes_of(const knowledge::StoredDocument& document, bool whole) const;
  base::Result<std::vector<std::string>> summaries_of(const std::vector<knowledge::AdditionPlace>& places,
                                                      const knowledge::KnowledgeView& written) const;
  base::Result<bool> is_known(const Note& note, const knowledge::KnowledgeView& written) const;
  base::Task<base::Status> make(std::vector<Note> notes, model::LanguageModel& model,
                                model::asking::AskSettings settings, const std::function<void()>& on_step,
                                base::Cancellation cancellation, Enriched& done);
  base::Status remove_outdated(Enriched& done);

  const knowledge::KnowledgeView& view_;
  knowledge::KnowledgeBase& additions_;
  EnrichOptions options_;
};

}  // namespace genkai::answer
