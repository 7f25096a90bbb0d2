#include "serve/knowledge_chat.h"

#include <optional>
#include <utility>

#include "answer/conversation.h"
#include "serve/answering.h"

namespace genkai::serve {

using base::Json;
using base::Task;

namespace {

Task<Read<ChatReply>> think(Exchange& exchange, std::string knowledge, const ChatCall& call) {
  const auto talk = answer::read_conversation(call.request.messages, {});
  Asking asking = asking_of(exchange, talk.question, {});
  asking.knowledge = std::move(knowledge);
  asking.conversation = &call;
  if (call.max_tokens) asking.options.draft_tokens = std::min(asking.options.draft_tokens, *call.max_tokens);
  core::Trace trace;
  const auto answered = co_await answer_question(exchange, std::move(asking), trace);
  if (!answered) co_return Read<ChatReply>(tl::unexpected<ApiError>(answered.error()));
  ChatReply reply = reply_of(answered->answer);
  if (answered->held) tell(*answered->held, reply);
  reply.genkai.set("answer_id", exchange.answer_id);
  if (cut_text(reply.text, call.request.stop, call.max_tokens)) reply.finish_reason = "length";
  co_return Read<ChatReply>(std::move(reply));
}

Task<void> into(Task<Read<ChatReply>> thinking, std::optional<Read<ChatReply>>& out) {
  out.emplace(co_await std::move(thinking));
}

}  // namespace

Task<void> send_reply(Exchange& exchange, const ChatCall& call, bool as_text,
                      Task<Read<ChatReply>> thinking) {
  const auto executor = co_await boost::asio::this_coro::executor;
  // Without a stream nothing is written meanwhile, so there is nothing to keep alive.
  const auto keep_alive = call.stream ? exchange.gateway.options.keep_alive : std::chrono::hours(24);
  SseWriter sse(exchange.out, keep_alive, executor);
  std::optional<Read<ChatReply>> reply;
  auto work = into(std::move(thinking), reply);
  const auto ended = co_await sse.run(std::move(work), exchange.deadline);
  if (ended == SseWriter::Ended::client_gone) {
    exchange.note_end(false);
    co_return;
  }
  if (ended == SseWriter::Ended::deadline || !*reply) {
    ApiError error = ended == SseWriter::Ended::deadline ? too_late() : reply->error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  exchange.scope.first_token();
  const ReplyHead head = exchange.head(call.model);
  if (!call.stream) {
    Json body = as_text ? text_completion(**reply, head) : chat_completion(**reply, head);
    co_await exchange.answer(std::move(body));
    co_return;
  }
  std::string events;
  for (const std::string& chunk : as_text ? text_chunks(**reply, head, call.include_usage)
                                          : chat_chunks(**reply, head, call.include_usage))
    events += sse_event(chunk);
  events += kSseDone;
  bool whole = co_await sse.write(std::move(events));
  if (whole) whole = co_await sse.finish();
  exchange.note_end(whole);
}

Task<void> knowledge_chat(Exchange& exchange, std::string knowledge, const Json& body, bool as_text) {
  const auto call = as_text ? read_completion(body) : read_chat(body, Answering::from_knowledge);
  if (!call) {
    ApiError error = call.error();
    co_await exchange.refuse(std::move(error));
    co_return;
  }
  auto thinking = think(exchange, std::move(knowledge), *call);
  co_await send_reply(exchange, *call, as_text, std::move(thinking));
}

}  // namespace genkai::serve
