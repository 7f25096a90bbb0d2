#include "app/probe_retrieval_path.h"

#include <optional>

#include "answer/answerer.h"
#include "answer/documents.h"
#include "base/async.h"
#include "base/progress.h"
#include "base/thread_pool.h"

namespace genkai::app {
namespace {

using base::Json;

std::string say(const std::string& answer) {
  return Json::object({{"answer", answer}}).dump();
}

std::string reply_of(const core::Answer& answer) {
  if (answer.outcome == core::Outcome::answered) return say(answer.answers.front().text);
  if (answer.outcome == core::Outcome::needs_clarification) return say(answer.message + "?");
  if (answer.reason != core::Reason::conflicting_evidence) return say("I don't know");
  std::string both;
  for (const auto& conflict : answer.conflicts)
    for (const auto& side : conflict.sides) both += (both.empty() ? "" : " / ") + side.value;
  return say("contradict: " + both);
}

base::Result<std::string> read_case(const limits::retrieval::probe::Case& one, const std::string& today) {
  if (one.passages.empty()) return say("I don't know");  // it knows nothing but what it reads
  Json documents = Json::array();
  for (const auto& source : one.passages)
    documents.push(Json::object({{"id", "d" + std::to_string(documents.items().size())},
                                 {"title", source.title},
                                 {"date", source.date},
                                 {"text", source.text}}));
  GENKAI_ASSIGN_OR_RETURN(const auto own, answer::OwnDocuments::read(documents));
  core::Trace trace;
  GENKAI_ASSIGN_OR_RETURN(const core::Answer answer, base::run_blocking(answer::Answerer().answer(
                                                         {"", one.question, today}, *own.view, trace)));
  return reply_of(answer);
}

}  // namespace

base::Status read_cases(const std::vector<limits::retrieval::probe::Case>& cases, const std::string& today,
                        model::asking::Replies& replies) {
  std::vector<std::optional<base::Result<std::string>>> read(cases.size());
  {
    base::Progress progress("probe", cases.size());
    base::ThreadPool pool;
    pool.parallel_for(cases.size(), [&](std::size_t i) {
      read[i] = read_case(cases[i], today);
      progress.advance(1, {});
    });
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!*read[i]) return base::fail(read[i]->error());
    model::asking::Reply reply{cases[i].key, {}, **read[i]};
    replies.add(std::move(reply));
  }
  return {};
}

}  // namespace genkai::app
