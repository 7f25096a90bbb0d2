#include "serve/openai_response.h"

#include <utility>

namespace genkai::serve {

using base::Json;

namespace {

Json logprob_json(std::string_view token, double logprob) {
  Json bytes = Json::array();
  for (const char c : token) bytes.push(static_cast<int>(static_cast<unsigned char>(c)));
  return Json::object({{"token", token}, {"logprob", logprob}, {"bytes", std::move(bytes)}});
}

Json logprobs_json(const std::vector<model::TokenLogprob>& tokens) {
  if (tokens.empty()) return {};
  Json content = Json::array();
  for (const auto& token : tokens) {
    Json top = Json::array();
    for (const auto& [text, logprob] : token.top) top.push(logprob_json(text, logprob));
    Json entry = logprob_json(token.token, token.logprob);
    entry.set("top_logprobs", std::move(top));
    content.push(std::move(entry));
  }
  return Json::object({{"content", std::move(content)}, {"refusal", nullptr}});
}

Json object_of(const ReplyHead& head, std::string_view prefix, std::string_view kind) {
  return Json::object({{"id", std::string(prefix) + head.id},
                       {"object", kind},
                       {"created", head.created},
                       {"model", head.model}});
}

Json choice_of(Json delta, Json logprobs, Json finish_reason) {
  return Json::object({{"index", 0},
                       {"delta", std::move(delta)},
                       {"logprobs", std::move(logprobs)},
                       {"finish_reason", std::move(finish_reason)}});
}

// The chunks of a stream: one for each choice, then the usage.
std::vector<std::string> chunks_of(const ReplyHead& head, std::string_view prefix, std::string_view kind,
                                   std::vector<Json> choices, const ChatReply& reply, bool include_usage) {
  std::vector<std::string> chunks;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    Json chunk = object_of(head, prefix, kind);
    chunk.set("choices", Json::array({std::move(choices[i])}));
    if (include_usage) chunk.set("usage", nullptr);
    if (i + 1 == choices.size() && !reply.genkai.is_null()) chunk.set("genkai", reply.genkai);
    chunks.push_back(chunk.dump());
  }
  if (include_usage) {
    Json chunk = object_of(head, prefix, kind);
    chunk.set("choices", Json::array()).set("usage", usage_json(reply.usage));
    chunks.push_back(chunk.dump());
  }
  return chunks;
}

Json streamed_calls(const Json& calls) {
  Json out = Json::array();
  for (std::size_t i = 0; i < calls.items().size(); ++i) {
    Json call = Json::object({{"index", i}});
    for (const auto& [name, value] : calls.items()[i].members()) call.set(name, value);
    out.push(std::move(call));
  }
  return out;
}

}  // namespace

Json evidence_of(const core::Answer& answer) {
  Json json = core::to_json(answer);
  if (answer.outcome != core::Outcome::answered || answer.answers.empty())
    return json.set("citations", Json::array());
  const core::AnswerItem& first = answer.answers.front();
  if (first.basis != core::Basis::none)
    json.set("probability", first.probability).set("calibrated", first.basis == core::Basis::calibrated);
  Json citations = *json.find("answers")->items().front().find("citations");
  return json.set("citations", std::move(citations));
}

std::string text_of(const core::Answer& answer) {
  if (answer.outcome != core::Outcome::answered) return answer.message;
  std::string text;
  for (const auto& item : answer.answers) {
    if (!text.empty()) text += "\n\n";
    text += item.text;
  }
  return text;
}

ChatReply reply_of(const core::Answer& answer) {
  ChatReply reply;
  reply.text = text_of(answer);
  reply.genkai = evidence_of(answer);
  const core::Cost& cost = answer.cost;
  const bool drafted = cost.model_drafts > 0;
  reply.usage.prompt_tokens = drafted ? cost.prompt_tokens : cost.tokens_read;
  reply.usage.completion_tokens = drafted ? cost.completion_tokens : cost.tokens_written;
  reply.usage.money = cost.money;
  return reply;
}

void tell(const answer::HeldToEarlier& held, ChatReply& reply) {
  if (!held.correction.empty()) reply.text += "\n\n" + held.correction;
  reply.genkai.set("earlier_answers", answer::to_json(held));
}

Json usage_json(const model::Usage& usage) {
  return Json::object({{"prompt_tokens", usage.prompt_tokens},
                       {"completion_tokens", usage.completion_tokens},
                       {"total_tokens", usage.prompt_tokens + usage.completion_tokens}});
}

Json chat_completion(const ChatReply& reply, const ReplyHead& head) {
  const bool calls = !reply.tool_calls.is_null();
  Json message = Json::object({{"role", "assistant"},
                               {"content", calls && reply.text.empty() ? Json() : Json(reply.text)},
                               {"refusal", nullptr}});
  if (calls) message.set("tool_calls", reply.tool_calls);
  Json choice = Json::object({{"index", 0},
                              {"message", std::move(message)},
                              {"logprobs", logprobs_json(reply.tokens)},
                              {"finish_reason", reply.finish_reason}});
  Json out = object_of(head, "chatcmpl-", "chat.completion");
  out.set("choices", Json::array({std::move(choice)})).set("usage", usage_json(reply.usage));
  if (!reply.genkai.is_null()) out.set("genkai", reply.genkai);
  return out;
}

Json text_completion(const ChatReply& reply, const ReplyHead& head) {
  Json choice = Json::object(
      {{"index", 0}, {"text", reply.text}, {"logprobs", nullptr}, {"finish_reason", reply.finish_reason}});
  Json out = object_of(head, "cmpl-", "text_completion");
  out.set("choices", Json::array({std::move(choice)})).set("usage", usage_json(reply.usage));
  if (!reply.genkai.is_null()) out.set("genkai", reply.genkai);
  return out;
}

std::vector<std::string> chat_chunks(const ChatReply& reply, const ReplyHead& head, bool include_usage) {
  std::vector<Json> choices;
  choices.push_back(choice_of(Json::object({{"role", "assistant"}, {"content", ""}}), {}, {}));
  if (!reply.text.empty())
    choices.push_back(choice_of(Json::object({{"content", reply.text}}), logprobs_json(reply.tokens), {}));
  if (!reply.tool_calls.is_null())
    choices.push_back(choice_of(Json::object({{"tool_calls", streamed_calls(reply.tool_calls)}}), {}, {}));
  choices.push_back(choice_of(Json::object(), {}, reply.finish_reason));
  return chunks_of(head, "chatcmpl-", "chat.completion.chunk", std::move(choices), reply, include_usage);
}

std::vector<std::string> text_chunks(const ChatReply& reply, const ReplyHead& head, bool include_usage) {
  std::vector<Json> choices;
  const auto choice = [](const std::string& text, Json finish_reason) {
    return Json::object(
        {{"index", 0}, {"text", text}, {"logprobs", nullptr}, {"finish_reason", std::move(finish_reason)}});
  };
  choices.push_back(choice(reply.text, {}));
  choices.push_back(choice("", reply.finish_reason));
  return chunks_of(head, "cmpl-", "text_completion", std::move(choices), reply, include_usage);
}

}  // namespace genkai::serve
