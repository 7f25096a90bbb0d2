#include "answer/enrich.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "answer/enrich_prompt.h"
#include "text/text.h"

namespace genkai::answer {

using base::Result;
using base::Status;
using knowledge::AdditionPlace;
using knowledge::KnowledgeView;
using knowledge::StoredDocument;
using Kind = AdditionPlace::Kind;

namespace {

constexpr std::size_t kAtOnce = 64;                // notes written together
constexpr std::size_t kDocumentsAtOnce = 100'000;  // rows that are listed together: each list reads the table
constexpr std::uint64_t kReplyTokens[] = {50, 90, 120};  // of a header, a section and a document
constexpr std::uint64_t kSummaryTokens = 80;             // of a section's summary that is not there yet

struct Part {  // a section
  std::uint32_t first = 0;
  std::vector<core::Passage> passages;
};

std::vector<Part> sections_of(const StoredDocument& document, std::vector<core::Passage> passages) {
  std::vector<Part> parts;
  for (core::Passage& passage : passages) {
    if (parts.empty() || parts.back().passages.front().section_first != passage.section_first) {
      parts.emplace_back();
      parts.back().first = passage.id - document.first;
    }
    parts.back().passages.push_back(std::move(passage));
  }
  return parts;
}

Enrichment::Note note_of(AdditionPlace place, const core::DocumentInfo& document, std::string_view heading,
                         std::string_view before, std::string_view text) {
  Enrichment::Note note;
  note.title = document.title;
  note.ask.key = {"enrich", knowledge::addition_id(place), 0};
  note.ask.messages = note_messages(place.kind, document, heading, before, text);
  note.ask.schema = note_schema();
  note.ask.reply_tokens = kReplyTokens[static_cast<std::size_t>(place.kind)];
  note.made_from = model::asking::fingerprint(note.ask);
  note.place = std::move(place);
  return note;
}

// Sections worth a summary: of one passage, its header says as much.
std::vector<AdditionPlace> summarised(const StoredDocument& document, const std::vector<Part>& parts) {
  std::vector<AdditionPlace> places;
  for (const Part& part : parts)
    if (part.passages.size() > 1)
      places.push_back(
          {Kind::section, document.info.id, part.first, static_cast<std::uint32_t>(part.passages.size())});
  return places;
}

}  // namespace

Result<std::vector<std::string>> Enrichment::summaries_of(const std::vector<AdditionPlace>& places,
                                                          const KnowledgeView& written) const {
  std::vector<std::string> texts;
  for (const AdditionPlace& place : places) {
    const auto found = written.document(knowledge::addition_id(place));
    if (!found) continue;
    std::vector<core::PassageId> ids(found->passages);
    std::iota(ids.begin(), ids.end(), found->first);
    GENKAI_ASSIGN_OR_RETURN(const auto passages, written.passages(ids));
    std::string text;
    for (const core::Passage& passage : passages) text += (text.empty() ? "" : " ") + passage.text;
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::vector<Enrichment::Note>> Enrichment::notes_of(const StoredDocument& document, bool whole) const {
  std::vector<core::PassageId> ids(document.passages);
  std::iota(ids.begin(), ids.end(), document.first);
  GENKAI_ASSIGN_OR_RETURN(auto passages, view_.passages(ids));
  const std::vector<Part> parts = sections_of(document, std::move(passages));
  const std::vector<AdditionPlace> summaries = summarised(document, parts);
  std::vector<Note> notes;
  if (whole) {
    if (!options_.summaries || summaries.size() < 2) return notes;
    GENKAI_ASSIGN_OR_RETURN(const auto written, additions_.view());
    GENKAI_ASSIGN_OR_RETURN(const auto texts, summaries_of(summaries, *written));
    std::string all;
    for (const std::string& text : texts) all += text + "\n";
    notes.push_back(
        note_of({Kind::document, document.info.id, 0, document.passages}, document.info, "", "", all));
    return notes;
  }
  std::string_view before;
  for (const Part& part : parts) {
    std::string text;
    for (std::uint32_t i = 0; i < part.passages.size(); ++i) {
      const core::Passage& passage = part.passages[i];
      if (options_.headers)
        notes.push_back(note_of({Kind::header, document.info.id, part.first + i, 1}, document.info,
                                passage.heading, before, passage.text));
      before = passage.text;
      text += passage.text + "\n";
    }
    if (options_.summaries && part.passages.size() > 1)
      notes.push_back(note_of(
          {Kind::section, document.info.id, part.first, static_cast<std::uint32_t>(part.passages.size())},
          document.info, part.passages.front().heading, "", text));
  }
  return notes;
}

Status Enrichment::each_document(bool whole, const base::Cancellation& cancellation, const Sink& sink) const {
  for (std::uint64_t offset = 0;; offset += kDocumentsAtOnce) {
    GENKAI_ASSIGN_OR_RETURN(const auto list, view_.documents({.offset = offset, .limit = kDocumentsAtOnce}));
    for (const StoredDocument& document : list.documents) {
      if (cancellation.cancelled()) return base::fail(base::Code::cancelled, "interrupted");
      GENKAI_ASSIGN_OR_RETURN(auto notes, notes_of(document, whole));
      if (!notes.empty()) GENKAI_RETURN_IF_ERROR(sink(std::move(notes)));
    }
    if (offset + kDocumentsAtOnce >= list.total) return {};
  }
}

Result<bool> Enrichment::is_known(const Note& note, const KnowledgeView& written) const {
  const auto found = written.document(note.ask.key.id);
  if (!found && found.error().code != base::Code::not_found) return base::fail(found.error());
  return found && found->info.source == note.made_from;
}

Result<model::asking::Estimate> Enrichment::estimate(const base::Cancellation& cancellation) const {
  GENKAI_ASSIGN_OR_RETURN(const auto written, additions_.view());
  const model::asking::Replies nothing("", 0);
  model::asking::Estimate sum;
  std::map<std::string, std::uint64_t> unsummarised;  // sections of a document without a summary that holds
  const auto count = [&](std::vector<Note> notes) -> Status {
    for (const Note& note : notes) {
      GENKAI_ASSIGN_OR_RETURN(const bool known, is_known(note, *written));
      const auto missing = unsummarised.find(note.place.document);
      const bool open = note.place.kind == Kind::document && missing != unsummarised.end();
      if (known && !open) {
        ++sum.known;
        continue;
      }
      const auto own = model::asking::estimate({note.ask}, nothing);
      sum.calls += own.calls;
      sum.prompt_tokens += own.prompt_tokens + (open ? missing->second * kSummaryTokens : 0);
      sum.completion_tokens += own.completion_tokens;
      if (note.place.kind == Kind::section) ++unsummarised[note.place.document];
    }
    return {};
  };
  GENKAI_RETURN_IF_ERROR(each_document(false, cancellation, count));
  GENKAI_RETURN_IF_ERROR(each_document(true, cancellation, count));
  return sum;
}

base::Task<Status> Enrichment::make(std::vector<Note> notes, model::LanguageModel& model,
                                    model::asking::AskSettings settings, const std::function<void()>& on_step,
                                    base::Cancellation cancellation, Enriched& done) {
  std::map<std::string, const Note*> by_id;
  std::vector<model::asking::Ask> plan;
  for (const Note& note : notes) {
    plan.push_back(note.ask);
    by_id[note.ask.key.id] = &note;
  }
  std::uint64_t written = 0;
  std::function<Status(const model::asking::Reply&)> keep = [&](const model::asking::Reply& reply) -> Status {
    const Note& note = *by_id.at(reply.key.id);
    auto text = read_note(reply.text);
    if (!text) {
      ++done.failed;
      if (done.first_failure.empty()) done.first_failure = "the reply holds no note";
      return {};
    }
    ++written;
    return additions_.add(knowledge::addition(note.place, note.title, std::move(*text), note.made_from));
  };
  model::asking::Replies replies(model.name(), settings.seed);
  std::function<void()> step = on_step;
  auto asked = co_await model::asking::ask_all(model, plan, replies, settings, std::move(keep),
                                               std::move(step), cancellation);
  GENKAI_CO_RETURN_IF_ERROR(additions_.commit());  // also what came before a failure
  done.written += written;
  if (!asked) co_return base::fail(std::move(asked).error());
  done.failed += asked->failed;
  if (done.first_failure.empty()) done.first_failure = asked->first_failure;
  done.usage += asked->usage;
  done.interrupted = asked->interrupted;
  co_return Status{};
}

Status Enrichment::remove_outdated(Enriched& done) {
  GENKAI_ASSIGN_OR_RETURN(const auto written, additions_.view());
  std::vector<std::string> outdated;
  for (std::uint64_t offset = 0;; offset += kDocumentsAtOnce) {
    GENKAI_ASSIGN_OR_RETURN(const auto list,
                            written->documents({.offset = offset, .limit = kDocumentsAtOnce}));
    for (const StoredDocument& note : list.documents) {
      const auto place = knowledge::addition_place(note.info.id);
      if (!place) continue;
      const auto document = view_.document(place->document);
      if (!document || place->first + place->count > document->passages) outdated.push_back(note.info.id);
    }
    if (offset + kDocumentsAtOnce >= list.total) break;
  }
  for (const std::string& id : outdated) GENKAI_RETURN_IF_ERROR(additions_.remove_document(id));
  done.removed = outdated.size();
  return {};
}

base::Task<Result<Enriched>> Enrichment::run(model::LanguageModel& model, model::asking::AskSettings settings,
                                             std::function<void()> on_step, base::Cancellation cancellation) {
  Enriched done;
  for (const bool whole : {false, true}) {
    GENKAI_CO_ASSIGN_OR_RETURN(const auto written, additions_.view());
    std::vector<Note> missing;
    for (std::uint64_t offset = 0, total = 1; offset < total; offset += kDocumentsAtOnce) {
      GENKAI_CO_ASSIGN_OR_RETURN(const auto list,
                                 view_.documents({.offset = offset, .limit = kDocumentsAtOnce}));
      total = list.total;
      for (const StoredDocument& document : list.documents) {
        GENKAI_CO_ASSIGN_OR_RETURN(auto notes, notes_of(document, whole));
        for (Note& note : notes) {
          GENKAI_CO_ASSIGN_OR_RETURN(const bool known, is_known(note, *written));
          if (known) {
            ++done.known;
            on_step();
          } else {
            missing.push_back(std::move(note));
          }
        }
        if (missing.size() < kAtOnce) continue;
        GENKAI_CO_RETURN_IF_ERROR(
            co_await make(std::exchange(missing, {}), model, settings, on_step, cancellation, done));
        if (done.interrupted) co_return done;
      }
    }
    if (!missing.empty())
      GENKAI_CO_RETURN_IF_ERROR(
          co_await make(std::move(missing), model, settings, on_step, cancellation, done));
    if (done.interrupted) co_return done;
  }
  GENKAI_CO_RETURN_IF_ERROR(remove_outdated(done));
  co_return done;
}

}  // namespace genkai::answer
