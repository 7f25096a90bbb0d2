#include "endpoints.h"

#include <atomic>
#include <bit>
#include <cstring>
#include <ctime>
#include <optional>

#include "base/hash.h"
#include "simulated_model.h"

namespace genkai::test {
namespace {

using base::Json;

Json logprob_entry(std::string_view token, double logprob) {
  Json bytes = Json::array();
  for (const char c : token) bytes.push(static_cast<unsigned char>(c));
  return Json::object({{"token", token}, {"logprob", logprob}, {"bytes", std::move(bytes)}});
}

/// One entry of logprobs.content.
Json logprob_content(std::string_view token, std::size_t place, std::size_t top) {
  Json entry = logprob_entry(token, logprob_of(token, place));
  Json alternatives = Json::array();
  for (std::size_t i = 0; i < top; ++i)
    alternatives.push(i == 0 ? logprob_entry(token, logprob_of(token, place))
                             : logprob_entry(" alt" + std::to_string(i), -2.0 - static_cast<double>(i)));
  entry.set("top_logprobs", std::move(alternatives));
  return entry;
}

std::size_t completion_tokens(const SimulatedReply& reply) {
  return reply.tool_calls.is_null() ? reply.tokens.size() : 8;
}

Json usage_of(std::size_t prompt, std::size_t completion) {
  return Json::object(
      {{"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}});
}

std::string joined(const std::vector<std::string>& tokens) {
  std::string text;
  for (const std::string& token : tokens) text += token;
  return text;
}

/// What the fields of a chat request, once checked, ask for.
struct ChatPlan {
  std::string id, model;
  std::size_t prompt_tokens = 0, top = 0;
  bool logprobs = false, include_usage = false, truncated = false, without_choices = false;
  std::vector<SimulatedReply> replies;
};

Json chat_logprobs(const ChatPlan& chat, const SimulatedReply& reply) {
  if (!chat.logprobs) return {};
  Json content = Json::array();
  for (std::size_t i = 0; i < reply.tokens.size(); ++i)
    content.push(logprob_content(reply.tokens[i], i, chat.top));
  return Json::object({{"content", std::move(content)}, {"refusal", nullptr}});
}

Json chat_body(const ChatPlan& chat) {
  Json choices = Json::array();
  std::size_t written = 0;
  for (std::size_t i = 0; i < chat.replies.size(); ++i) {
    const SimulatedReply& reply = chat.replies[i];
    written += completion_tokens(reply);
    Json message =
        Json::object({{"role", "assistant"}, {"content", joined(reply.tokens)}, {"refusal", nullptr}});
    if (!reply.tool_calls.is_null()) message.set("content", nullptr).set("tool_calls", reply.tool_calls);
    choices.push(Json::object({{"index", i},
                               {"message", std::move(message)},
                               {"logprobs", chat_logprobs(chat, reply)},
                               {"finish_reason", chat.truncated ? Json() : Json(reply.finish_reason)}}));
  }
  if (chat.without_choices) choices = Json::array();
  return Json::object({{"id", chat.id},
                       {"object", "chat.completion"},
                       {"created", static_cast<long>(std::time(nullptr))},
                       {"model", chat.model},
                       {"choices", std::move(choices)},
                       {"usage", usage_of(chat.prompt_tokens, written)},
                       {"system_fingerprint", "fp_simulated"}});
}

std::vector<std::string> chat_events(const ChatPlan& chat) {
  std::vector<std::string> events;
  const std::string head = "{\"id\":\"" + chat.id + "\",\"object\":\"chat.completion.chunk\",\"created\":" +
                           std::to_string(std::time(nullptr)) + ",\"model\":" + Json(chat.model).dump() +
                           ",\"system_fingerprint\":\"fp_simulated\",\"choices\":[";
  const std::string tail = chat.include_usage ? "],\"usage\":null}" : "]}";
  const auto choice = [&](std::size_t index, const Json& delta, const Json& logprobs, const Json& finish) {
    if (chat.without_choices) {
      events.push_back(head + tail);
      return;
    }
    events.push_back(head + "{\"index\":" + std::to_string(index) + ",\"delta\":" + delta.dump() +
                     ",\"logprobs\":" + logprobs.dump() + ",\"finish_reason\":" + finish.dump() + "}" + tail);
  };
  std::size_t written = 0;
  for (std::size_t index = 0; index < chat.replies.size(); ++index) {
    const SimulatedReply& reply = chat.replies[index];
    written += completion_tokens(reply);
    if (reply.tool_calls.is_null()) {
      choice(index, Json::object({{"role", "assistant"}, {"content", ""}}), {}, {});
      for (std::size_t i = 0; i < reply.tokens.size(); ++i) {
        Json logprobs;
        if (chat.logprobs)
          logprobs = Json::object({{"content", Json::array({logprob_content(reply.tokens[i], i, chat.top)})},
                                   {"refusal", nullptr}});
        choice(index, Json::object({{"content", reply.tokens[i]}}), logprobs, {});
      }
    } else {
      const Json& call = reply.tool_calls.items()[0];
      const std::string arguments = call.find("function")->string("arguments");
      Json named = Json::object({{"name", call.find("function")->string("name")}, {"arguments", ""}});
      choice(index,
             Json::object({{"role", "assistant"},
                           {"content", nullptr},
                           {"tool_calls", Json::array({Json::object({{"index", 0},
                                                                     {"id", call.string("id")},
                                                                     {"type", "function"},
                                                                     {"function", std::move(named)}})})}}),
             {}, {});
      for (const std::string& piece : tokenize(arguments))
        choice(index,
               Json::object({{"tool_calls",
                              Json::array({Json::object(
                                  {{"index", 0}, {"function", Json::object({{"arguments", piece}})}})})}}),
               {}, {});
    }
    if (!chat.truncated) choice(index, Json::object(), {}, reply.finish_reason);
  }
  if (chat.truncated) return events;
  if (chat.include_usage)
    events.push_back(head + "],\"usage\":" + usage_of(chat.prompt_tokens, written).dump() + "}");
  events.push_back("[DONE]");
  return events;
}

/// The first field that this server refuses, as the plan of the refusal.
std::optional<Plan> refuse_chat(const Json& body, const TestUpstreamOptions& options) {
  const Json* messages = body.find("messages");
  if (!messages || messages->items().empty()) return invalid("'messages' is missing or empty.", "messages");
  for (const Json& message : messages->items()) {
    if (message.string("role").empty()) return invalid("A message has no role.", "messages");
    const Json* content = message.find("content");
    if (!content || options.images) continue;
    for (const Json& part : content->items())
      if (part.string("type") == "image_url") return invalid("This model takes no images.", "messages");
  }
  if (body.number("temperature", 1) < 0 || body.number("temperature", 1) > 2)
    return invalid("'temperature' is not between 0 and 2.", "temperature");
  if (body.number("n", 1) < 1 || body.number("n", 1) > 128) return invalid("'n' is not 1 to 128.", "n");
  if (body.number("top_logprobs", 0) > 20) return invalid("'top_logprobs' is above 20.", "top_logprobs");
  if (!options.tools && body.find("tools")) return invalid("This model calls no tools.", "tools");
  if (!options.json_schema && body.find("response_format"))
    return invalid("This model has no response formats.", "response_format");
  if (count_tokens(*messages) > options.context_tokens)
    return error_plan(400, "The prompt is longer than the context.", "invalid_request_error", "messages",
                      "context_length_exceeded");
  return std::nullopt;
}

std::string id_for(std::string_view prefix, const Request& request) {
  static std::atomic<std::uint64_t> number{0};
  return std::string(prefix) + std::to_string(number++) + "-" +
         base::content_hash(request.body).substr(0, 12);
}

std::string base64_of(const std::vector<float>& vector) {
  static_assert(std::endian::native == std::endian::little);
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes(vector.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), vector.data(), bytes.size());
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      out += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

}  // namespace

Plan chat_plan(const Request& request, const Json& body, const TestUpstreamOptions& options, Fault fault) {
  if (auto refused = refuse_chat(body, options)) return std::move(*refused);
  ChatPlan chat;
  chat.id = id_for("chatcmpl-", request);
  chat.model = body.string("model");
  chat.prompt_tokens = count_tokens(*body.find("messages"));
  chat.logprobs = options.logprobs && body.find("logprobs") && body.find("logprobs")->as_bool();
  chat.top = static_cast<std::size_t>(body.number("top_logprobs"));
  chat.truncated = fault == Fault::truncated_as_success;
  chat.without_choices = fault == Fault::empty_choices;
  if (const Json* stream_options = body.find("stream_options"))
    chat.include_usage =
        stream_options->find("include_usage") && stream_options->find("include_usage")->as_bool();
  const auto samples = options.samples ? static_cast<std::size_t>(body.number("n", 1)) : 1;
  for (std::size_t i = 0; i < samples; ++i) {
    chat.replies.push_back(simulate_chat(body, i, options.answer));
    auto& tokens = chat.replies.back().tokens;
    if (chat.truncated) tokens.resize(tokens.size() / 2);
  }
  Plan plan;
  plan.stream = body.find("stream") && body.find("stream")->as_bool();
  if (plan.stream) {
    plan.content_type = "text/event-stream; charset=utf-8";
    plan.events = chat_events(chat);
  } else {
    plan.body = chat_body(chat).dump();
  }
  return plan;
}

Plan completion_plan(const Request& request, const Json& body, const TestUpstreamOptions& options,
                     Fault fault) {
  std::vector<std::string> prompts;
  const Json* prompt = body.find("prompt");
  if (prompt && prompt->is_string()) prompts.emplace_back(prompt->as_string());
  if (prompt)
    for (const Json& one : prompt->items())
      if (one.is_string()) prompts.emplace_back(one.as_string());
  if (prompts.empty()) return invalid("'prompt' is no text and no list of texts.", "prompt");
  const bool truncated = fault == Fault::truncated_as_success;
  const std::string id = id_for("cmpl-", request);
  const auto samples = options.samples ? static_cast<std::size_t>(body.number("n", 1)) : 1;
  const Json* logprobs_field = body.find("logprobs");
  const bool echo = body.find("echo") && body.find("echo")->as_bool();
  Json head = Json::object({{"id", id},
                            {"object", "text_completion"},
                            {"created", static_cast<long>(std::time(nullptr))},
                            {"model", body.string("model")}});
  Json choices = Json::array();
  Plan plan;
  plan.stream = body.find("stream") && body.find("stream")->as_bool();
  std::size_t read = 0, written = 0, index = 0;
  const auto event = [&](std::string text, Json finish) {
    Json chunk = head;
    Json choice = Json::object({{"text", std::move(text)},
                                {"index", index},
                                {"logprobs", nullptr},
                                {"finish_reason", std::move(finish)}});
    chunk.set("choices", fault == Fault::empty_choices ? Json::array() : Json::array({std::move(choice)}));
    plan.events.push_back(chunk.dump());
  };
  for (const std::string& text : prompts) {
    read += text.size() / 4 + 1;
    for (std::size_t i = 0; i < samples; ++i, ++index) {
      SimulatedReply reply = simulate_completion(body, text, i, options.answer);
      if (truncated) reply.tokens.resize(reply.tokens.size() / 2);
      if (echo) reply.tokens.insert(reply.tokens.begin(), text);
      written += reply.tokens.size();
      Json logprobs;
      if (options.logprobs && logprobs_field && logprobs_field->is_number()) {
        Json tokens = Json::array(), values = Json::array(), top = Json::array(), offsets = Json::array();
        std::size_t offset = 0;
        for (std::size_t t = 0; t < reply.tokens.size(); ++t) {
          const double value = logprob_of(reply.tokens[t], t);
          tokens.push(reply.tokens[t]);
          values.push(value);
          top.push(Json::object({{reply.tokens[t], value}}));
          offsets.push(offset);
          offset += reply.tokens[t].size();
        }
        logprobs = Json::object({{"tokens", std::move(tokens)},
                                 {"token_logprobs", std::move(values)},
                                 {"top_logprobs", std::move(top)},
                                 {"text_offset", std::move(offsets)}});
      }
      for (const std::string& token : reply.tokens)
        if (plan.stream) event(token, {});
      if (plan.stream && !truncated) event("", reply.finish_reason);
      choices.push(Json::object({{"text", joined(reply.tokens)},
                                 {"index", index},
                                 {"logprobs", std::move(logprobs)},
                                 {"finish_reason", truncated ? Json() : Json(reply.finish_reason)}}));
    }
  }
  if (plan.stream) {
    plan.content_type = "text/event-stream; charset=utf-8";
    const Json* stream_options = body.find("stream_options");
    if (!truncated && stream_options && stream_options->find("include_usage") &&
        stream_options->find("include_usage")->as_bool())
      plan.events.push_back(
          Json(head).set("choices", Json::array()).set("usage", usage_of(read, written)).dump());
    if (!truncated) plan.events.emplace_back("[DONE]");
    return plan;
  }
  head.set("choices", fault == Fault::empty_choices ? Json::array() : std::move(choices));
  head.set("usage", usage_of(read, written));
  plan.body = head.dump();
  return plan;
}

Plan embedding_plan(const Json& body, Fault fault) {
  std::vector<std::string> inputs;
  const Json* input = body.find("input");
  if (input && input->is_string()) inputs.emplace_back(input->as_string());
  if (input)
    for (const Json& one : input->items())
      if (one.is_string()) inputs.emplace_back(one.as_string());
  if (inputs.empty()) return invalid("'input' is no text and no list of texts.", "input");
  const double dimensions = body.number("dimensions", 64);
  if (dimensions < 1 || dimensions > 4096) return invalid("'dimensions' is not 1 to 4096.", "dimensions");
  Json data = Json::array();
  std::size_t tokens = 0;
  if (fault == Fault::truncated_as_success) inputs.pop_back();
  if (fault == Fault::empty_choices) inputs.clear();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tokens += inputs[i].size() / 4 + 1;
    const std::vector<float> vector = embedding_of(inputs[i], static_cast<std::size_t>(dimensions));
    Json embedding;
    if (body.string("encoding_format") == "base64")
      embedding = base64_of(vector);
    else
      embedding = Json(Json::Array(vector.begin(), vector.end()));
    data.push(Json::object({{"object", "embedding"}, {"index", i}, {"embedding", std::move(embedding)}}));
  }
  Plan plan;
  plan.body = Json::object({{"object", "list"},
                            {"data", std::move(data)},
                            {"model", body.string("model")},
                            {"usage", Json::object({{"prompt_tokens", tokens}, {"total_tokens", tokens}})}})
                  .dump();
  return plan;
}

Plan error_plan(int status, std::string_view message, std::string_view type, Json param, Json code) {
  Plan plan;
  plan.status = status;
  plan.body = Json::object({{"error", Json::object({{"message", message},
                                                    {"type", type},
                                                    {"param", std::move(param)},
                                                    {"code", std::move(code)}})}})
                  .dump();
  return plan;
}

Plan invalid(std::string_view message, std::string_view param) {
  return error_plan(400, message, "invalid_request_error", Json(param));
}

}  // namespace genkai::test
