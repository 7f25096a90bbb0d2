#include "answer/structured.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "logic/grammar/schema.h"

namespace genkai::answer {
namespace {

using base::Result;
using logic::grammar::Schema;
using Clock = std::chrono::steady_clock;

struct Fault {
  std::string text, message;
};

std::optional<Fault> first_fault(const Schema& schema, const model::Completion& completion) {
  for (const model::Sample& sample : completion.samples) {
    if (sample.finish_reason != "stop" || !sample.tool_calls.items().empty()) continue;
    const auto document = base::Json::parse(sample.text);
    if (!document) return Fault{sample.text, "it is not JSON: " + document.error().message};
    if (const auto wrong = schema.check(*document))
      return Fault{sample.text, (wrong->path.empty() ? "the document" : wrong->path) + " " + wrong->message};
  }
  return std::nullopt;
}

}  // namespace

base::Task<Result<model::Completion>> complete_structured(model::LanguageModel& model,
                                                          model::ChatRequest request, core::Trace& trace) {
  if (request.response_schema.is_null() || !request.stop.empty()) {
    auto free = co_await model.complete(std::move(request));
    co_return free;
  }
  const auto schema = Schema::parse(request.response_schema);
  if (!schema) {
    trace.stage("structure").note("not checked", schema.error().message);
    auto unchecked = co_await model.complete(std::move(request));
    co_return unchecked;
  }
  const auto begin = Clock::now();
  model::ChatRequest first = request;
  Result<model::Completion> completion = co_await model.complete(std::move(first));
  if (!completion) co_return completion;
  auto stage = trace.stage("structure");
  std::optional<Fault> fault = first_fault(*schema, *completion);
  if (fault) {
    stage.note("asked again", fault->message);
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    request.deadline = std::max(std::chrono::milliseconds(1), request.deadline - spent);
    request.messages.push_back({.role = "assistant", .content = std::move(fault->text)});
    request.messages.push_back(
        {.content = "That does not conform to the JSON schema that was asked for: " + fault->message +
                    ". Reply with one JSON document that does, and with nothing else. The schema:\n" +
                    request.response_schema.dump()});
    const model::Usage so_far = completion->usage;
    completion = co_await model.complete(std::move(request));
    if (!completion) co_return completion;
    completion->usage += so_far;
    fault = first_fault(*schema, *completion);
  }
  if (fault)
    co_return base::fail(base::Code::corrupt,
                         "model '" + (completion->model.empty() ? model.name() : completion->model) +
                             "': its answer does not conform to the JSON schema: " + fault->message,
                         "use a model that honours response_format, or a simpler schema");
  co_return completion;
}

}  // namespace genkai::answer
