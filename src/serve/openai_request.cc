#include "serve/openai_request.h"

#include <algorithm>
#include <limits>

#include "serve/chat_messages.h"
#include "serve/request_fields.h"
#include "text/text.h"

namespace genkai::serve {
namespace {

using base::Json;

constexpr std::int64_t kMostTokens = 1'000'000;
constexpr std::size_t kMostStops = 16;        // OpenAI takes 4, others more
constexpr std::uint64_t kUnsaidTokens = 512;  // of a completion without max_tokens
constexpr std::uint64_t kImageTokens = 1'000;
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min(),
                       kHighest = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kNotSampled =
    "answers from a knowledge base are not sampled, so this cannot be honoured; leave it out";
constexpr std::string_view kNotForwarded = "this cannot be asked of a checked model; leave it out";

void read_stream(RequestFields& fields, ChatCall& call) {
  call.stream = fields.flag("stream");
  const Json* options = fields.take("stream_options");
  if (!options) return;
  if (!call.stream) return fields.refuse("stream_options", "it goes with \"stream\": true only");
  RequestFields inner(*options, "stream_options");
  call.include_usage = inner.flag("include_usage");
  inner.only("include_obfuscation", false, "padding is not added here");
  if (auto problem = inner.problem()) fields.refuse(std::move(*problem));
}

// What neither changes an answer nor promises anything.
void read_harmless(RequestFields& fields) {
  for (const std::string_view name : {"user", "safety_identifier", "prompt_cache_key"}) fields.text(name);
  if (const Json* metadata = fields.take("metadata"); metadata && !metadata->is_object())
    fields.refuse("metadata", "it has to be an object");
  fields.only("store", false, "nothing is stored here");
  const auto tier = fields.text("service_tier");
  if (tier && *tier != "auto" && *tier != "default")
    fields.refuse("service_tier", "there is one tier only", "unsupported_parameter");
}

void read_stop(RequestFields& fields, ChatCall& call) {
  const Json* stop = fields.take("stop");
  if (!stop) return;
  const std::vector<Json> list = stop->is_string() ? std::vector<Json>{*stop} : stop->items();
  if ((!stop->is_string() && !stop->is_array()) || list.size() > kMostStops)
    return fields.refuse("stop", "it has to be a string or a list of at most 16 strings");
  for (const Json& text : list) {
    if (!text.is_string()) return fields.refuse("stop", "it has to be a string or a list of strings");
    if (!text.as_string().empty()) call.request.stop.emplace_back(text.as_string());
  }
}

void read_max_tokens(RequestFields& fields, ChatCall& call) {
  const auto older = fields.whole("max_tokens", 1, kMostTokens);
  const auto newer = fields.whole("max_completion_tokens", 1, kMostTokens);
  if (older && newer) fields.refuse("max_tokens", "give either this or max_completion_tokens");
  const auto most = newer ? newer : older;
  if (!most) return;
  call.max_tokens = static_cast<std::size_t>(*most);
  call.request.max_tokens = *call.max_tokens;
}

// Alike for every answer of genkai's own.
void read_common(RequestFields& fields, ChatCall& call) {
  call.model = fields.text("model").value_or("");
  read_stream(fields, call);
  read_stop(fields, call);
  read_max_tokens(fields, call);
  read_harmless(fields);
  if (fields.whole("n", 1, 128).value_or(1) != 1)
    fields.refuse("n", "there is one answer only: the checked one", "unsupported_parameter");
  call.request.seed = fields.whole("seed", kLowest, kHighest);
}

void read_sampling_of_knowledge(RequestFields& fields) {
  // The same question over the same documents is answered alike: that is what a seed and a temperature of 0
  // ask for.
  const auto temperature = fields.number("temperature", 0, 2);
  if (temperature && *temperature != 0 && *temperature != 1)
    fields.refuse("temperature", std::string(kNotSampled), "unsupported_parameter");
  fields.only("top_p", 1, kNotSampled);
  fields.only("presence_penalty", 0, kNotSampled);
  fields.only("frequency_penalty", 0, kNotSampled);
  fields.only("logit_bias", Json::object(), kNotSampled);
}

void read_format(RequestFields& fields, ChatCall& call, bool schemas) {
  const Json* format = fields.take("response_format");
  if (!format) return;
  RequestFields inner(*format, "response_format");
  const std::string type = inner.text("type").value_or("");
  if (type == "json_schema" && schemas) {
    const Json* wrapped = inner.take("json_schema");
    static const Json kNothing = Json::object();
    RequestFields schema(wrapped ? *wrapped : kNothing, "response_format.json_schema");
    schema.ignore("name");
    schema.ignore("description");
    schema.flag("strict");  // held to in any case
    const Json* own = schema.take("schema");
    if (!own || !own->is_object())
      schema.refuse("schema", "it has to be a JSON schema");
    else
      call.request.response_schema = *own;
    if (auto problem = schema.problem()) inner.refuse(std::move(*problem));
  } else if (type != "text") {
    inner.refuse("type", schemas ? "it has to be text or json_schema here" : "it has to be text here",
                 "unsupported_parameter");
  }
  if (auto problem = inner.problem()) fields.refuse(std::move(*problem));
}

void read_no_tools(RequestFields& fields) {
  fields.only("tools", Json::array(), "a knowledge base calls no tools; leave them out");
  const auto choice = fields.take("tool_choice");
  if (choice && choice->as_string() != "none" && choice->as_string() != "auto")
    fields.refuse("tool_choice", "a knowledge base calls no tools; leave it out", "unsupported_parameter");
  fields.flag("parallel_tool_calls");  // of the tools that there are not
}

void read_tools(RequestFields& fields, ChatCall& call) {
  const Json* tools = fields.take("tools");
  if (tools && !tools->is_array()) fields.refuse("tools", "it has to be a list");
  if (tools && !tools->items().empty()) call.request.tools = *tools;
  if (const Json* choice = fields.take("tool_choice")) {
    if (!choice->is_string() && !choice->is_object())
      fields.refuse("tool_choice", "it has to be a string or an object");
    call.request.tool_choice = *choice;
  }
  fields.only("parallel_tool_calls", true, kNotForwarded);
}

// genkai's own member.
void read_own(RequestFields& fields, ChatCall& call) {
  const Json* own = fields.take("genkai");
  if (!own) return;
  RequestFields inner(*own, "genkai");
  if (const auto name = inner.text("earlier_answers")) {
    call.earlier_answers = answer::earlier_answers_named(*name);
    if (!call.earlier_answers) inner.refuse("earlier_answers", "it has to be off, report or repair");
  }
  if (auto problem = inner.problem()) fields.refuse(std::move(*problem));
}

// What no answer of genkai's own can honour.
void refuse_others(RequestFields& fields) {
  const std::string_view why = "this is not supported here; leave it out";
  fields.only("functions", Json::array(), "use tools");
  fields.only("function_call", "none", "use tool_choice");
  fields.only("modalities", Json::array({"text"}), "answers are text only");
  for (const std::string_view name :
       {"audio", "prediction", "reasoning_effort", "verbosity", "web_search_options", "top_k"})
    fields.only(name, Json(), why);
}

bool has_text(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") != std::string::npos;
}

std::uint64_t estimate(const Json& content) {
  if (content.is_string()) return text::estimate_tokens(content.as_string());
  if (content.is_number()) return 1;  // a token of a prompt that comes as tokens
  std::uint64_t tokens = 0;
  for (const Json& part : content.items()) {
    if (const Json* text = part.find("text"); text && text->is_string())
      tokens += text::estimate_tokens(text->as_string());
    else
      tokens += part.is_object() ? kImageTokens : estimate(part);
  }
  return tokens;
}

}  // namespace

Read<ChatCall> read_chat(const Json& body, Answering by) {
  RequestFields fields(body);
  ChatCall call;
  read_common(fields, call);
  const bool checked = by == Answering::checked;
  call.request.messages = read_messages(fields, checked);
  if (checked) {
    call.request.temperature = fields.number("temperature", 0, 2);
    call.request.top_p = fields.number("top_p", 0, 1);
    call.request.logprobs = fields.flag("logprobs");
    const auto top = fields.whole("top_logprobs", 0, 20).value_or(0);
    if (top > 0 && !call.request.logprobs)
      fields.refuse("top_logprobs", "it goes with \"logprobs\": true only");
    call.request.top_logprobs = static_cast<std::size_t>(top);
    fields.only("presence_penalty", 0, kNotForwarded);
    fields.only("frequency_penalty", 0, kNotForwarded);
    fields.only("logit_bias", Json::object(), kNotForwarded);
    read_tools(fields, call);
  } else {
    read_sampling_of_knowledge(fields);
    fields.only("logprobs", false, "an answer from a knowledge base has no log probabilities of tokens");
    fields.only("top_logprobs", 0, "an answer from a knowledge base has no log probabilities of tokens");
    read_no_tools(fields);
    const bool asks =
        std::any_of(call.request.messages.begin(), call.request.messages.end(),
                    [](const auto& message) { return message.role == "user" && has_text(message.content); });
    if (!asks) fields.refuse("messages", "there is no message of a user that asks something");
  }
  read_format(fields, call, checked);
  read_own(fields, call);
  refuse_others(fields);
  if (auto problem = fields.problem()) return tl::unexpected<ApiError>(std::move(*problem));
  return call;
}

Read<ChatCall> read_completion(const Json& body) {
  RequestFields fields(body);
  ChatCall call;
  read_common(fields, call);
  read_sampling_of_knowledge(fields);
  fields.only("best_of", 1, kNotSampled);
  fields.only("echo", false, "the prompt is not repeated here");
  fields.only("suffix", "", "nothing can be inserted here");
  fields.only("logprobs", Json(), "an answer from a knowledge base has no log probabilities of tokens");
  const Json* prompt = fields.take("prompt");
  if (prompt && prompt->is_array() && prompt->items().size() == 1) prompt = &prompt->items()[0];
  model::ChatMessage message;
  if (prompt && prompt->is_string()) message.content = prompt->as_string();
  if (!has_text(message.content)) fields.refuse("prompt", "it has to be one question, as a string");
  call.request.messages.push_back(std::move(message));
  if (auto problem = fields.problem()) return tl::unexpected<ApiError>(std::move(*problem));
  return call;
}

Read<PassedCall> read_passed(const Json& body, bool may_stream) {
  RequestFields fields(body);
  PassedCall call;
  call.model = fields.text("model").value_or("");
  if (may_stream) call.stream = fields.flag("stream");
  if (const Json* options = fields.take("stream_options"); options && call.stream) {
    const Json* usage = options->find("include_usage");
    call.include_usage = usage && usage->as_bool();
  }
  if (fields.failed()) return tl::unexpected<ApiError>(std::move(*fields.problem()));
  for (const std::string_view name : {"prompt", "input"})
    if (const Json* content = body.find(name)) call.expected.prompt_tokens += estimate(*content);
  if (const Json* messages = body.find("messages"))
    for (const Json& message : messages->items())
      if (const Json* content = message.find("content"))
        call.expected.prompt_tokens += 8 + estimate(*content);
  if (!may_stream) return call;
  std::uint64_t most = kUnsaidTokens;
  for (const std::string_view name : {"max_tokens", "max_completion_tokens"})
    if (const Json* value = body.find(name); value && value->is_number())
      most = static_cast<std::uint64_t>(std::clamp<std::int64_t>(value->as_int(), 0, kMostTokens));
  const Json* n = body.find("n");
  call.expected.completion_tokens =
      most * static_cast<std::uint64_t>(std::clamp<std::int64_t>(n ? n->as_int(1) : 1, 1, 128));
  return call;
}

bool cut_text(std::string& text, const std::vector<std::string>& stop,
              std::optional<std::size_t> max_tokens) {
  std::size_t end = text.size();
  for (const std::string& mark : stop) end = std::min(end, text.find(mark));
  text.resize(std::min(end, text.size()));
  if (!max_tokens || text::estimate_tokens(text) <= *max_tokens) return false;
  std::size_t fits = 0, beyond = text.size();  // lengths, at ends of code points
  const auto whole = [&](std::size_t length) {
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
    return length;
  };
  while (true) {
    const std::size_t middle = whole(fits + (beyond - fits) / 2);
    if (middle <= fits) break;
    (text::estimate_tokens(std::string_view(text).substr(0, middle)) <= *max_tokens ? fits : beyond) = middle;
  }
  text.resize(fits);
  return true;
}

}  // namespace genkai::serve
