#include "model/upstream/inprocess_request.h"

#include <algorithm>

#include "base/hash.h"
#include "model/native/completion_form.h"

namespace genkai::model {

using base::Json;

namespace {

constexpr std::size_t kMostSamples = 64;

}  // namespace

std::optional<Endpoint> take_endpoint(std::string& path) {
  constexpr std::pair<std::string_view, Endpoint> kEndpoints[] = {{"/chat/completions", Endpoint::chat},
                                                                  {"/models", Endpoint::models}};
  for (const auto& [end, endpoint] : kEndpoints)
    if (path.ends_with(end)) {
      path.resize(path.size() - end.size());
      return endpoint;
    }
  return std::nullopt;
}

std::vector<std::string> take_settings(std::string& path) {
  std::vector<std::string> settings;
  const std::size_t mark = path.find('?');
  if (mark == std::string::npos) return settings;
  const std::string all = path.substr(mark + 1);
  path.resize(mark);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('&', at), all.size());
    settings.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return settings;
}

base::Error refused_request(std::string message) {
  return {base::Code::invalid_argument, std::move(message), {}};
}

base::Error too_long(std::size_t prompt, std::size_t context) {
  return refused_request("a prompt of " + std::to_string(prompt) + " tokens exceeds the context length of " +
                         std::to_string(context));
}

std::string completion_prompt(std::span<const ChatText> messages, bool completes) {
  std::string last, all;
  for (const ChatText& message : messages) {
    if (message.role == "user") last = message.text;
    all += (message.role == "assistant" ? "Assistant: "
            : message.role == "user"    ? "User: "
                                        : "") +
           message.text + "\n";
  }
  if (!completes) return all + "Assistant:";
  if (last.ends_with("Answer:")) return native::spaced_lines(last);
  std::replace(last.begin(), last.end(), '\n', ' ');
  return native::completion_form({}, last);
}

base::Result<InprocessRequest> read_inprocess_request(const std::string& body, std::string_view who) {
  GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(body));
  const auto refuse = [&](const char* what) {
    return base::fail(refused_request(std::string(who) + " " + what));
  };
  const Json* messages = json.find("messages");
  if (messages == nullptr || !messages->is_array() || messages->items().empty())
    return base::fail(refused_request("messages must be a list of messages"));
  InprocessRequest asked;
  for (const Json& message : messages->items()) {
    ChatText& read = asked.messages.emplace_back(ChatText{message.string("role"), {}});
    const Json* content = message.find("content");
    if (content != nullptr && content->is_string()) read.text = std::string(content->as_string());
    if (content == nullptr || !content->is_array()) continue;
    for (const Json& part : content->items()) {
      if (part.string("type") != "text") return refuse("reads text only");
      read.text += part.string("text");
    }
  }
  if (const Json* tools = json.find("tools"); tools != nullptr && !tools->items().empty())
    return refuse("has no tools");
  if (const Json* format = json.find("response_format");
      format != nullptr && !format->is_null() && format->string("type", "text") != "text")
    asked.format = *format;
  const auto flag = [&](const char* name) {
    const Json* given = json.find(name);
    return given != nullptr && given->as_bool();
  };
  asked.stream = flag("stream");
  asked.logprobs = flag("logprobs");
  const auto number = [&](const char* name, double otherwise, double least, double most) {
    const Json* given = json.find(name);
    const double value = given != nullptr && given->is_number() ? given->as_double() : otherwise;
    return value >= least && value <= most ? value : otherwise;
  };
  native::GenerateOptions& o = asked.options;
  o.samples = static_cast<std::size_t>(number("n", 1, 1, kMostSamples));
  o.max_tokens =
      static_cast<std::size_t>(number("max_completion_tokens", number("max_tokens", 256, 1, 1e6), 1, 1e6));
  o.temperature = number("temperature", 1, 0, 100);
  o.top_p = number("top_p", 1, 1e-9, 1);
  o.alternatives = asked.logprobs ? static_cast<std::size_t>(number("top_logprobs", 0, 0, 20)) : 0;
  const Json* seed = json.find("seed");
  o.seed =
      seed != nullptr && seed->is_number() ? static_cast<std::uint64_t>(seed->as_int()) : base::hash64(body);
  if (const Json* stop = json.find("stop")) {
    if (stop->is_string()) o.stop.emplace_back(stop->as_string());
    for (const Json& one : stop->items()) o.stop.emplace_back(one.as_string());
  }
  return asked;
}

}  // namespace genkai::model
