#include "model/upstream/builtin_request.h"

#include <algorithm>
#include <cstdlib>

#include "base/hash.h"
#include "base/json.h"
#include "model/native/completion_form.h"

namespace genkai::model {

using base::Code;
using base::Json;
using base::Result;

namespace {

constexpr std::size_t kMostSamples = 64;

// A model that only completes is asked the last question alone; others read the conversation line by line.
std::string prompt_of(const Json& messages, bool completes) {
  std::string last, all;
  for (const Json& message : messages.items()) {
    const Json* content = message.find("content");
    std::string text;
    if (content != nullptr && content->is_string()) text = std::string(content->as_string());
    if (content != nullptr && content->is_array())
      for (const Json& part : content->items()) text += part.string("text");
    const std::string role = message.string("role");
    if (role == "user") last = text;
    all += (role == "assistant" ? "Assistant: " : role == "user" ? "User: " : "") + text + "\n";
  }
  if (!completes) return all + "Assistant:";
  if (last.ends_with("Answer:")) return native::spaced_lines(last);
  std::replace(last.begin(), last.end(), '\n', ' ');
  return native::completion_form({}, last);
}

// The question of a prompt in the form for models that complete, without its passages; the whole where there
// are none.
std::string question_of(const std::string& prompt) {
  const std::size_t at = prompt.rfind("Question: ");
  return at == std::string::npos ? prompt : prompt.substr(at);
}

}  // namespace

base::Error refused_request(std::string message) {
  return {Code::invalid_argument, std::move(message), {}};
}

Result<BuiltinSettings> take_builtin_settings(std::string& path) {
  BuiltinSettings settings;
  const std::size_t mark = path.find('?');
  if (mark == std::string::npos) return settings;
  const std::string all = path.substr(mark + 1);
  path.resize(mark);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('&', at), all.size());
    const std::string one = all.substr(at, end - at);
    const std::size_t is = std::min(one.find('='), one.size());
    const std::string name = one.substr(0, is);
    double* value = name == "context_aware"    ? &settings.context_aware
                    : name == "adaptive_theta" ? &settings.adaptive_theta
                                               : nullptr;
    const char* begin = one.c_str() + std::min(is + 1, one.size());
    char* stop = nullptr;
    const double number = std::strtod(begin, &stop);
    if (value == nullptr || stop == begin || *stop != '\0' || !(number >= 0 && number <= 10))
      return base::fail(Code::invalid_argument, "the built-in model has no setting \"" + one + "\"",
                        "write context_aware=STRENGTH or adaptive_theta=THETA, each 0 to 10");
    *value = number;
    at = end + 1;
  }
  return settings;
}

Result<BuiltinRequest> read_builtin_request(const std::string& body, const native::ModelFile& file,
                                            Forms* forms, const BuiltinSettings& settings) {
  GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(body));
  const Json* messages = json.find("messages");
  if (messages == nullptr || !messages->is_array() || messages->items().empty())
    return base::fail(refused_request("messages must be a list of messages"));
  for (const Json& message : messages->items())
    if (const Json* content = message.find("content"); content != nullptr && content->is_array())
      for (const Json& part : content->items())
        if (part.string("type") != "text")
          return base::fail(refused_request("the built-in model reads text only"));
  if (const Json* tools = json.find("tools"); tools != nullptr && !tools->items().empty())
    return base::fail(refused_request("the built-in model has no tools"));
  BuiltinRequest asked;
  if (const Json* format = json.find("response_format");
      format != nullptr && !format->is_null() && format->string("type", "text") != "text") {
    if (forms == nullptr)
      return base::fail(refused_request("the built-in model has no response_format here"));
    GENKAI_ASSIGN_OR_RETURN(asked.form, forms->read(*format));
    asked.options.mask = asked.form->mask;
  }
  asked.prompt = prompt_of(*messages, file.completes);
  asked.options.adaptive_theta = settings.adaptive_theta;
  if (const std::string question = question_of(asked.prompt);
      settings.context_aware > 0 && question != asked.prompt) {
    asked.options.without_context = file.tokenizer.encode(question, true);
    asked.options.context_aware.strength = settings.context_aware;
  }
  asked.stream = json.find("stream") != nullptr && json.find("stream")->as_bool();
  asked.logprobs = json.find("logprobs") != nullptr && json.find("logprobs")->as_bool();
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
  // Without a seed the request is its own: the same question gives the same answer.
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
