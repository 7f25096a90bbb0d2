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

std::chrono::milliseconds left_of(std::chrono::milliseconds deadline, Clock::time_point begin) {
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return std::max(std::chrono::milliseconds(1), deadline - spent);
}

// A model's first answer and, where that does not conform, its second.
struct Held {
  Result<model::Completion> completion;
  std::optional<Fault> fault{};  // of the completion
  std::string answered{};        // who gave the last answer; empty before any
  model::Usage usage{};          // of both
};

void note(Held& held, const Schema& schema, const model::LanguageModel& model) {
  if (!held.completion) return;
  held.usage += held.completion->usage;
  held.answered = held.completion->model.empty() ? model.name() : held.completion->model;
  held.fault = first_fault(schema, *held.completion);
}

base::Task<Held> ask_twice(model::LanguageModel& model, model::ChatRequest request, const Schema& schema,
                           core::Trace::Stage& stage) {
  const auto begin = Clock::now();
  model::ChatRequest first = request;
  Result<model::Completion> answer = co_await model.complete(std::move(first));
  Held held{std::move(answer)};
  note(held, schema, model);
  if (!held.fault) co_return held;
  stage.note("asked again", held.fault->message);
  request.deadline = left_of(request.deadline, begin);
  request.messages.push_back({.role = "assistant", .content = std::move(held.fault->text)});
  request.messages.push_back(
      {.content = "That does not conform to the JSON schema that was asked for: " + held.fault->message +
                  ". Reply with one JSON document that does, and with nothing else. The schema:\n" +
                  request.response_schema.dump()});
  held.completion = co_await model.complete(std::move(request));
  note(held, schema, model);
  co_return held;
}

std::string fault_of(const Held& held) {
  return held.completion ? "model '" + held.answered +
                               "': its answer does not conform to the JSON schema: " + held.fault->message
                         : held.completion.error().message;
}

}  // namespace

base::Task<Result<model::Completion>> complete_structured(model::LanguageModel& model,
                                                          model::ChatRequest request, core::Trace& trace,
                                                          ModelsAfter after) {
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
  auto stage = trace.stage("structure");
  model::Usage usage;
  std::string faults;
  std::unique_ptr<model::LanguageModel> next;
  for (;;) {
    model::LanguageModel& asked = next ? *next : model;
    model::ChatRequest own = request;
    own.deadline = left_of(request.deadline, begin);
    Held held = co_await ask_twice(asked, std::move(own), *schema, stage);
    usage += held.usage;
    if (held.completion && !held.fault) {
      held.completion->usage = usage;
      co_return std::move(held.completion);
    }
    faults += (faults.empty() ? "" : "; ") + fault_of(held);
    const bool late = Clock::now() - begin >= request.deadline;
    next = after && !late && !held.answered.empty() ? after(held.answered) : nullptr;
    if (next) {
      stage.note("next model", next->name());
      continue;
    }
    if (!held.completion)
      co_return base::fail(held.completion.error().code, faults, held.completion.error().hint);
    co_return base::fail(base::Code::corrupt, faults,
                         "use a model that honours response_format, or a simpler schema");
  }
}

}  // namespace genkai::answer
