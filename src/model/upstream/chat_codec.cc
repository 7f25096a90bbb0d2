#include "model/upstream/chat_codec.h"

#include <algorithm>
#include <utility>

#include "text/text.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Json;
using base::Result;

constexpr std::uint64_t kImageTokens = 1'000;  // of one image, about what current models count
constexpr std::uint64_t kMessageTokens = 8;    // of the marks around a message
constexpr std::size_t kMostToolCalls = 1'000;  // of one choice; an index beyond is nonsense

Json content_of(const ChatMessage& message) {
  if (message.images.empty()) {
    if (message.content.empty() && !message.tool_calls.is_null()) return {};
    return message.content;
  }
  Json parts = Json::array();
  if (!message.content.empty()) parts.push(Json::object({{"type", "text"}, {"text", message.content}}));
  for (const std::string& url : message.images)
    parts.push(Json::object({{"type", "image_url"}, {"image_url", Json::object({{"url", url}})}}));
  return parts;
}

Json to_json(const ChatMessage& message) {
  Json json = Json::object({{"role", message.role}, {"content", content_of(message)}});
  if (!message.tool_calls.is_null()) json.set("tool_calls", message.tool_calls);
  if (!message.tool_call_id.empty()) json.set("tool_call_id", message.tool_call_id);
  return json;
}

// Text, or a list of parts of which some are text; empty for null.
std::string text_of(const Json* content) {
  if (!content) return {};
  std::string text(content->as_string());
  for (const Json& part : content->items()) text += part.string("text");
  return text;
}

// Appends choice.logprobs.content.
base::Status add_logprobs(const Json& choice, std::vector<TokenLogprob>& tokens) {
  const Json* logprobs = choice.find("logprobs");
  const Json* content = logprobs ? logprobs->find("content") : nullptr;
  if (!content) return {};
  const auto read = [](const Json& from, double& value) {
    const Json* number = from.find("logprob");
    if (!number || !number->is_number()) return false;
    value = std::min(number->as_double(), 0.0);  // rounding may lift it above
    return true;
  };
  for (const Json& item : content->items()) {
    TokenLogprob token;
    token.token = item.string("token");
    if (!read(item, token.logprob))
      return base::fail(Code::corrupt, "the answer has a token without a log probability");
    if (const Json* top = item.find("top_logprobs"))
      for (const Json& other : top->items()) {
        double logprob = 0;
        if (read(other, logprob)) token.top.emplace_back(other.string("token"), logprob);
      }
    std::stable_sort(token.top.begin(), token.top.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    tokens.push_back(std::move(token));
  }
  return {};
}

}  // namespace

// The place of a tool call that a delta goes on with: by its index, else by its id, else the last.
ChunkJoiner::ToolCall* ChunkJoiner::Choice::place_of(const Json& delta) {
  std::size_t at = calls.empty() ? 0 : calls.size() - 1;
  const Json* index = delta.find("index");
  if (index && index->is_number()) {
    if (index->as_int() < 0 || index->as_int() >= static_cast<std::int64_t>(kMostToolCalls)) return nullptr;
    at = static_cast<std::size_t>(index->as_int());
  } else if (const std::string id = delta.string("id");
             !calls.empty() && !id.empty() && id != calls.back().id) {
    at = calls.size();
  }
  if (at >= kMostToolCalls) return nullptr;
  if (at >= calls.size()) calls.resize(at + 1);
  return &calls[at];
}

base::Status ChunkJoiner::Choice::add_tool_calls(const Json& deltas) {
  for (const Json& delta : deltas.items()) {
    ToolCall* call = place_of(delta);
    if (!call) return base::fail(Code::corrupt, "the answer has a tool call of an impossible index");
    if (const std::string id = delta.string("id"); !id.empty()) call->id = id;
    const Json* function = delta.find("function");
    if (!function) continue;
    if (const std::string name = function->string("name"); !name.empty()) call->name = name;
    call->arguments += function->string("arguments");
  }
  return {};
}

namespace {

const Json* choices_of(const Json& answer) {
  const Json* choices = answer.find("choices");
  return choices && choices->is_array() ? choices : nullptr;
}

}  // namespace

Json chat_body(const ChatRequest& request, const ChatBodyOptions& options) {
  Json messages = Json::array();
  for (const ChatMessage& message : request.messages) messages.push(to_json(message));
  Json body = Json::object({{"model", options.model}, {"messages", std::move(messages)}});
  body.set(options.max_completion_tokens ? "max_completion_tokens" : "max_tokens", request.max_tokens);
  if (request.temperature) body.set("temperature", *request.temperature);
  if (request.top_p) body.set("top_p", *request.top_p);
  if (options.samples > 1) body.set("n", options.samples);
  if (request.logprobs) {
    body.set("logprobs", true);
    if (request.top_logprobs > 0) body.set("top_logprobs", request.top_logprobs);
  }
  if (options.seed) body.set("seed", *options.seed);
  if (!request.stop.empty()) {
    Json stop = Json::array();
    for (const std::string& text : request.stop) stop.push(text);
    body.set("stop", std::move(stop));
  }
  if (!request.response_schema.is_null())
    body.set(
        "response_format",
        Json::object(
            {{"type", "json_schema"},
             {"json_schema",
              Json::object({{"name", "answer"}, {"strict", true}, {"schema", request.response_schema}})}}));
  if (!request.tools.is_null()) body.set("tools", request.tools);
  if (!request.tool_choice.is_null()) body.set("tool_choice", request.tool_choice);
  if (options.stream) {
    body.set("stream", true);
    body.set("stream_options", Json::object({{"include_usage", true}}));
  }
  return body;
}

Usage expected_usage(const ChatRequest& request) {
  Usage usage;
  for (const ChatMessage& message : request.messages)
    usage.prompt_tokens +=
        kMessageTokens + text::estimate_tokens(message.content) + kImageTokens * message.images.size();
  if (!request.tools.is_null()) usage.prompt_tokens += text::estimate_tokens(request.tools.dump());
  usage.completion_tokens = request.max_tokens * std::max<std::size_t>(request.samples, 1);
  return usage;
}

std::optional<Usage> usage_from(const Json& answer) {
  const Json* usage = answer.find("usage");
  if (!usage || !usage->is_object()) return std::nullopt;
  const auto tokens = [usage](std::string_view key) {
    const Json* value = usage->find(key);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value ? value->as_int() : 0, 0));
  };
  return Usage{.prompt_tokens = tokens("prompt_tokens"), .completion_tokens = tokens("completion_tokens")};
}

Result<Completion> completion_from(const Json& answer) {
  const Json* choices = choices_of(answer);
  if (!choices || choices->items().empty()) return base::fail(Code::corrupt, "the answer has no choices");
  std::vector<std::pair<std::int64_t, Sample>> samples;
  for (const Json& choice : choices->items()) {
    const Json* message = choice.find("message");
    if (!message || !message->is_object())
      return base::fail(Code::corrupt, "the answer has a choice without a message");
    Sample sample;
    sample.text = text_of(message->find("content"));
    if (sample.text.empty()) sample.text = message->string("refusal");
    sample.finish_reason = choice.string("finish_reason");
    const Json* calls = message->find("tool_calls");
    if (calls && !calls->items().empty()) sample.tool_calls = *calls;
    GENKAI_RETURN_IF_ERROR(add_logprobs(choice, sample.tokens));
    const Json* index = choice.find("index");
    samples.emplace_back(index ? index->as_int() : static_cast<std::int64_t>(samples.size()),
                         std::move(sample));
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Completion completion;
  for (auto& [index, sample] : samples) completion.samples.push_back(std::move(sample));
  completion.usage = usage_from(answer).value_or(Usage{});
  completion.model = answer.string("model");
  return completion;
}

Result<std::string> ChunkJoiner::add(const Json& chunk) {
  const Json* choices = choices_of(chunk);
  if (!choices) return base::fail(Code::corrupt, "the stream has an event without choices");
  std::string added;
  for (const Json& choice : choices->items()) {
    const Json* index = choice.find("index");
    const std::int64_t at = index ? index->as_int() : 0;
    Choice& joined = choices_[at];
    Sample& sample = joined.sample;
    if (const std::string reason = choice.string("finish_reason"); !reason.empty())
      sample.finish_reason = reason;
    GENKAI_RETURN_IF_ERROR(add_logprobs(choice, sample.tokens));
    const Json* delta = choice.find("delta");
    if (!delta) continue;
    std::string text = text_of(delta->find("content"));
    if (text.empty()) text = delta->string("refusal");
    sample.text += text;
    if (at == 0) added += text;
    if (const Json* calls = delta->find("tool_calls")) GENKAI_RETURN_IF_ERROR(joined.add_tool_calls(*calls));
  }
  if (const auto usage = usage_from(chunk)) completion_.usage = *usage;
  if (completion_.model.empty()) completion_.model = chunk.string("model");
  return added;
}

Result<Completion> ChunkJoiner::finish() {
  if (choices_.empty()) return base::fail(Code::corrupt, "the stream has no choices");
  for (auto& [index, choice] : choices_) {
    for (const ToolCall& call : choice.calls)
      choice.sample.tool_calls.push(
          Json::object({{"id", call.id},
                        {"type", "function"},
                        {"function", Json::object({{"name", call.name}, {"arguments", call.arguments}})}}));
    completion_.samples.push_back(std::move(choice.sample));
  }
  choices_.clear();
  return std::move(completion_);
}

}  // namespace genkai::model
