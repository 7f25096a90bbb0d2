#include "serve/checked_chat.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "answer/checker.h"
#include "model/upstream/chat_codec.h"
#include "serve/answering.h"
#include "serve/knowledge_chat.h"

namespace genkai::serve {

using base::Json;
using base::Task;

namespace {

// The rest of the chain behind one of its models.
std::unique_ptr<model::LanguageModel> behind(const model::ChatModel& model, std::string_view name) {
  const auto& chain = model.chain();
  const auto at = std::find_if(chain.begin(), chain.end(),
                               [&](const model::Upstream* one) { return one->options().name == name; });
  if (at == chain.end() || at + 1 == chain.end()) return nullptr;
  return std::make_unique<model::ChatModel>(std::vector<model::Upstream*>(at + 1, chain.end()));
}

using Out = Read<ChatReply>;

ChatReply reply_of_checked(answer::CheckedReply checked, const ChatCall& call) {
  ChatReply reply;
  reply.usage = checked.usage;
  reply.genkai = evidence_of(checked.answer);
  if (checked.answer.outcome != core::Outcome::answered) {
    reply.text = text_of(checked.answer);
    return reply;
  }
  reply.text = std::move(checked.sample.text);
  reply.tool_calls = std::move(checked.sample.tool_calls);
  if (!checked.sample.finish_reason.empty()) reply.finish_reason = checked.sample.finish_reason;
  if (call.request.logprobs) reply.tokens = std::move(checked.sample.tokens);
  return reply;
}

Task<Out> think(Exchange& exchange, model::ChatModel& model, const ChatCall& call) {
  const GatewayOptions& options = exchange.gateway.options;
  model::ChatRequest request = call.request;
  request.deadline = exchange.time_left();
  model::Usage expected = model::expected_usage(request);
  expected.prompt_tokens *= 2;  // one request as asked, one for the further samples
  expected.completion_tokens *= options.checked_samples;
  auto spending = Spending::reserve(exchange, model.chain().front()->priced(expected));
  if (!spending) co_return Out(tl::unexpected<ApiError>(spending.error()));

  std::string last;
  for (const auto& message : request.messages)
    if (message.role == "user") last = message.content;
  const Asking asking = asking_of(exchange, std::move(last), {});
  answer::CheckerOptions checking;
  checking.samples = options.checked_samples;
  checking.policy = asking.options.policy;
  checking.gather = asking.options.gather;
  checking.budget = asking.options.budget;
  const answer::Checker checker(checking, {&model, &exchange.gateway.pool},
                                [&model](std::string_view answered) { return behind(model, answered); });
  core::Question question;  // the checker finds it in the conversation
  question.today = exchange.today();
  core::Trace trace;
  auto checked = co_await checker.check(std::move(request), std::move(question), nullptr, trace);
  exchange.scope.stages(trace);
  if (!checked) co_return Out(tl::unexpected<ApiError>(model_error(checked.error())));
  spending->used(checked->usage);
  exchange.scope.usage(checked->usage);
  exchange.scope.model(call.model, checked->model);
  const bool plain = call.request.tools.is_null() && call.request.response_schema.is_null();
  std::optional<answer::HeldToEarlier> held;
  if (plain) {
    std::string text = checked->sample.text;
    held = co_await hold_to_conversation(exchange, call, std::move(text), checking.policy.language,
                                         checked->answer);
  }
  exchange.scope.answer(checked->answer);
  WatchKey key{{}, call.model, {}};
  co_await enter(exchange, checked->answer, std::move(key), {});
  ChatReply reply = reply_of_checked(std::move(*checked), call);
  if (held) tell(*held, reply);
  reply.genkai.set("answer_id", exchange.answer_id);
  co_return Out(std::move(reply));
}

}  // namespace

Task<void> checked_chat(Exchange& exchange, model::ChatModel& model, const Json& body) {
  const auto call = read_chat(body, Answering::checked);
  if (!call) {
    ApiError error = call.error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  auto thinking = think(exchange, model, *call);
  co_await send_reply(exchange, *call, false, std::move(thinking));
}

}  // namespace genkai::serve
