#include "serve/answers_api.h"

#include <algorithm>
#include <utility>

#include "serve/answering.h"
#include "serve/request_fields.h"

namespace genkai::serve {

using base::Json;
using base::Task;

namespace {

constexpr std::size_t kLongestQuestion = 16 << 10;  // bytes; longer ones are documents
constexpr std::size_t kMostDocuments = 1'000;

bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U})
    if (text[i] < '0' || text[i] > '9') return false;
  return true;
}

tl::expected<Asking, ApiError> asking_for(const Exchange& exchange, const AnswersCall& call) {
  Asking asking = asking_of(exchange, call.question, call.language);
  asking.question.id = call.id;
  if (!call.today.empty()) asking.question.today = call.today;
  asking.knowledge = call.knowledge_base;
  asking.documents = call.documents;
  if (!call.model.empty()) {
    asking.model = exchange.gateway.parts.models.find(call.model);
    if (!asking.model) return tl::unexpected<ApiError>(unknown_model(call.model));
  }
  if (call.profile) answer::apply(*call.profile, asking.options);
  if (call.risk) asking.options.policy.risk = *call.risk;
  const auto take = [](const std::optional<std::int64_t>& value, std::size_t& into) {
    if (value) into = static_cast<std::size_t>(*value);
  };
  take(call.answers, asking.options.policy.answers);
  take(call.samples, asking.options.samples);
  take(call.isolated, asking.options.isolated);
  return asking;
}

struct Working {
  std::optional<tl::expected<Answered, ApiError>> answer;
  core::Trace trace;
};

Task<void> work_on(Exchange& exchange, Asking asking, Working& working) {
  working.answer.emplace(co_await answer_question(exchange, std::move(asking), working.trace));
}

}  // namespace

Read<AnswersCall> read_answers(const Json& body) {
  RequestFields fields(body);
  AnswersCall call;
  call.question = fields.text("question").value_or("");
  if (call.question.find_first_not_of(" \t\r\n") == std::string::npos)
    fields.refuse("question", "it is missing");
  if (call.question.size() > kLongestQuestion)
    fields.refuse("question", "it is longer than " + std::to_string(kLongestQuestion) + " bytes");
  call.id = fields.text("id").value_or("");
  call.knowledge_base = fields.text("knowledge_base").value_or("");
  if (const Json* documents = fields.take("documents")) {
    if (!documents->is_array() || documents->items().empty())
      fields.refuse("documents", "it has to be a list of documents");
    if (documents->items().size() > kMostDocuments)
      fields.refuse("documents", "these are more than " + std::to_string(kMostDocuments) +
                                     "; make a knowledge base of them");
    call.documents = *documents;
  }
  if (call.knowledge_base.empty() == call.documents.is_null())
    fields.refuse("knowledge_base", "give either the name of a knowledge base or documents");
  call.model = fields.text("model").value_or("");
  if (const auto profile = fields.text("profile")) {
    call.profile = limits::hallucination::profile_of(*profile);
    if (!call.profile) fields.refuse("profile", "it has to be exact, balanced or creative");
  }
  call.language = fields.text("lang").value_or("");
  if (!call.language.empty() && call.language != "en" && call.language != "ja")
    fields.refuse("lang", "it has to be en or ja");
  call.today = fields.text("today").value_or("");
  if (!call.today.empty() && !is_date(call.today)) fields.refuse("today", "it has to be YYYY-MM-DD");
  call.risk = fields.number("risk", 0.005, 0.9);
  call.answers = fields.whole("answers", 1, 20);
  call.samples = fields.whole("samples", 1, 32);
  call.isolated = fields.whole("isolated", 0, 16);
  call.stream = fields.flag("stream");
  call.trace = fields.flag("trace");
  if (auto problem = fields.problem()) return tl::unexpected<ApiError>(std::move(*problem));
  return call;
}

Task<void> answers_api(Exchange& exchange, const Json& body) {
  const auto call = read_answers(body);
  auto asking = call ? asking_for(exchange, *call)
                     : tl::expected<Asking, ApiError>(tl::unexpected<ApiError>(call.error()));
  if (!asking) {
    ApiError error = asking.error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  exchange.scope.model(call->documents.is_null() ? "genkai/" + call->knowledge_base : "genkai",
                       asking->model ? asking->model->name() : "");
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto keep_alive = call->stream ? exchange.gateway.options.keep_alive : std::chrono::hours(24);
  SseWriter sse(exchange.out, keep_alive, executor);
  Working working;
  if (call->stream)
    working.trace.on_stage([post = sse.post_from_anywhere()](const core::StageRecord& stage) {
      post(sse_event(core::to_json(stage).dump(), "stage"));
    });
  auto work = work_on(exchange, std::move(*asking), working);
  const auto ended = co_await sse.run(std::move(work), exchange.deadline);
  if (ended == SseWriter::Ended::client_gone) {
    exchange.note_end(false);
    co_return;
  }
  if (ended == SseWriter::Ended::deadline || !*working.answer) {
    ApiError error = ended == SseWriter::Ended::deadline ? too_late() : working.answer->error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  exchange.scope.first_token();
  Json answer = core::to_json((*working.answer)->answer);
  answer.set("answer_id", exchange.answer_id);
  if (call->trace) answer.set("trace", working.trace.to_json());
  if (!call->stream) {
    co_await exchange.answer(std::move(answer));
    co_return;
  }
  std::string events = sse_event(answer.dump(), "answer");
  events += kSseDone;
  bool whole = co_await sse.write(std::move(events));
  if (whole) whole = co_await sse.finish();
  exchange.note_end(whole);
}

}  // namespace genkai::serve
