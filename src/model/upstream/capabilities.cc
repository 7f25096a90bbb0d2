#include "model/upstream/capabilities.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.h"
#include "model/upstream/chat_codec.h"
#include "model/upstream/upstream.h"
#include "model/upstream/upstream_reply.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Json;
using base::Result;
using base::Task;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kProbeDeadline{30'000};  // of each probe
constexpr std::size_t kMostNamesListed = 8;
constexpr std::size_t kMostSeedTries = 4;
// One white pixel.
constexpr std::string_view kPixel =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4//8/AAX+Av4zEpUUAAAA"
    "AElFTkSuQmCC";

// The answer of a probe: nullopt when the endpoint refused it or broke the protocol over it. Errors: it is
// not there, or does not want us.
Task<Result<std::optional<Json>>> ask(Upstream& upstream, std::string method, std::string path, Json body,
                                      std::size_t tokens, bool once = true) {
  Upstream::Call call;
  call.method = std::move(method);
  call.path = std::move(path);
  if (!body.is_null()) call.body = body.dump();
  call.expected = {.prompt_tokens = body.is_null() ? 0U : 32U, .completion_tokens = tokens};
  call.deadline = kProbeDeadline;
  call.probe = once;
  auto reply = co_await upstream.call(std::move(call));
  if (!reply) {
    // An answer that breaks the protocol is a no of this probe, not of the endpoint.
    if (reply.error().code == Code::corrupt) co_return std::optional<Json>();
    co_return base::fail(reply.error());
  }
  const int status = (*reply)->status();
  if (status == 401 || status == 402 || status == 403 || status == 408 || status == 429)
    co_return base::fail(status_error(upstream, status, (*reply)->body()));
  upstream.facts().note_refusal(status, (*reply)->body());
  if (status < 200 || status >= 300) co_return std::optional<Json>();
  GENKAI_CO_ASSIGN_OR_RETURN(Json answer, Json::parse((*reply)->body()));
  co_return std::optional<Json>(std::move(answer));
}

ChatRequest greeting(std::size_t tokens) {
  ChatRequest request;
  request.messages.push_back({.content = "Say hello."});
  request.max_tokens = tokens;
  return request;
}

// llama.cpp lets a model fence its JSON and takes the fence away at the end, which a short answer does not
// reach.
bool begins_as_object(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n", kFence = "```json";
  const auto skip_blanks = [&] { text.remove_prefix(std::min(text.size(), text.find_first_not_of(kBlank))); };
  skip_blanks();
  const bool fenced = text.starts_with(kFence);
  if (fenced) text.remove_prefix(kFence.size());
  skip_blanks();
  return text.empty() ? fenced : text.front() == '{';
}

struct Prober {
  Upstream& upstream;
  std::string model;

  Task<Result<std::optional<Completion>>> chat(ChatRequest request, bool once = true) {
    Json body = chat_body(request, {.model = model,
                                    .samples = request.samples,
                                    .seed = request.seed,
                                    .max_completion_tokens = upstream.facts().max_completion_tokens()});
    const std::size_t tokens = request.max_tokens * request.samples;
    GENKAI_CO_ASSIGN_OR_RETURN(const auto answer, co_await ask(upstream, "POST", "/chat/completions",
                                                               std::move(body), tokens, once));
    if (!answer) co_return std::optional<Completion>();
    auto completion = completion_from(*answer);
    if (!completion) co_return std::optional<Completion>();
    co_return std::optional<Completion>(std::move(*completion));
  }

  // With retries: a server that stumbles once is there.
  Task<Result<bool>> plain() {
    GENKAI_CO_ASSIGN_OR_RETURN(const auto seen, co_await chat(greeting(1), false));
    co_return seen.has_value();
  }

  Task<Result<bool>> streaming() {
    Upstream::Call call;
    call.path = "/chat/completions";
    call.body = chat_body(greeting(1), {.model = model,
                                        .stream = true,
                                        .max_completion_tokens = upstream.facts().max_completion_tokens()})
                    .dump();
    call.stream = true;
    call.expected = {.prompt_tokens = 32, .completion_tokens = 1};
    call.deadline = kProbeDeadline;
    call.probe = true;
    auto reply = co_await upstream.call(std::move(call));
    if (!reply) {
      if (reply.error().code == Code::corrupt) co_return false;
      co_return base::fail(reply.error());
    }
    if ((*reply)->status() >= 300) co_return false;
    while (true) {
      const auto event = co_await (*reply)->next();
      if (!event) co_return false;
      if (!*event) co_return true;
    }
  }

  Task<Result<bool>> logprobs() {
    ChatRequest request = greeting(1);
    request.logprobs = true;
    request.top_logprobs = 1;
    GENKAI_CO_ASSIGN_OR_RETURN(const auto seen, co_await chat(std::move(request)));
    co_return seen && !seen->samples.front().tokens.empty();
  }

  Task<Result<bool>> several_samples() {
    ChatRequest request = greeting(1);
    request.samples = 2;
    GENKAI_CO_ASSIGN_OR_RETURN(const auto seen, co_await chat(std::move(request)));
    co_return seen && seen->samples.size() == 2;
  }

  // Digits at random: two equal texts are no accident. Two that differ may be one, where what a server does
  // at the same time changes its rounding.
  Task<Result<bool>> seed() {
    std::vector<std::string> texts;
    while (texts.size() < kMostSeedTries) {
      ChatRequest request = greeting(8);
      request.messages.front().content = "Write a random number of ten digits.";
      request.temperature = 1;
      request.seed = 20'231;
      GENKAI_CO_ASSIGN_OR_RETURN(const auto seen, co_await chat(std::move(request)));
      if (!seen) co_return false;
      const std::string& text = seen->samples.front().text;
      if (std::find(texts.begin(), texts.end(), text) != texts.end()) co_return true;
      texts.push_back(text);
    }
    co_return false;
  }

  Task<Result<bool>> json_schema() {
    ChatRequest request = greeting(8);
    request.response_schema =
        Json::object({{"type", "object"},
                      {"properties", Json::object({{"greeting", Json::object({{"type", "string"}})}})},
                      {"required", Json::array({"greeting"})},
                      {"additionalProperties", false}});
    GENKAI_CO_ASSIGN_OR_RETURN(const auto seen, co_await chat(std::move(request)));
    if (!seen) co_return false;
    co_return begins_as_object(seen->samples.front().text);
  }

  Task<Result<bool>> tools() {
    ChatRequest request = greeting(48);
    request.messages.front().content = "Call the function ping.";
    Json function =
        Json::object({{"name", "ping"},
                      {"description", "Says that you are there."},
                      {"parameters", Json::object({{"type", "object"}, {"properties", Json::object()}})}});
    request.tools = Json::array({Json::object({{"type", "function"}, {"function", std::move(function)}})});
    request.tool_choice =
        Json::object({{"type", "function"}, {"function", Json::object({{"name", "ping"}})}});
    GENKAI_CO_ASSIGN_OR_RETURN(const auto seen, co_await chat(std::move(request)));
    co_return seen && !seen->samples.front().tool_calls.is_null();
  }

  Task<Result<bool>> images() {
    ChatRequest request = greeting(1);
    request.messages.front().images.emplace_back(kPixel);
    GENKAI_CO_ASSIGN_OR_RETURN(const auto seen, co_await chat(std::move(request)));
    co_return seen.has_value();
  }

  Task<Result<bool>> embeddings() {
    Json body = Json::object({{"model", model}, {"input", "hello"}});
    GENKAI_CO_ASSIGN_OR_RETURN(const auto answer,
                               co_await ask(upstream, "POST", "/embeddings", std::move(body), 0));
    const Json* data = answer ? answer->find("data") : nullptr;
    const Json* vector = data && !data->items().empty() ? data->items().front().find("embedding") : nullptr;
    co_return vector && !vector->items().empty();
  }
};

// From the model's entry in the list of models; 0 when it does not tell.
Task<Result<std::size_t>> context_tokens(Upstream& upstream, std::string model) {
  GENKAI_CO_ASSIGN_OR_RETURN(const auto list, co_await ask(upstream, "GET", "/models", {}, 0));
  const Json* data = list ? list->find("data") : nullptr;
  if (!data) co_return 0U;
  for (const Json& entry : data->items()) {
    if (entry.string("id") != model && data->items().size() > 1) continue;
    const Json* meta = entry.find("meta");
    for (const Json* place : {&entry, meta})
      for (const char* key :
           {"max_model_len", "context_length", "max_context_length", "context_window", "n_ctx"})
        if (place && place->number(key) >= 1)
          co_return static_cast<std::size_t>(std::min(place->number(key), 1e9));
  }
  co_return 0U;
}

Task<Result<Capabilities>> probe(Upstream& upstream, std::string model) {
  Prober prober{upstream, std::move(model)};
  // Alone at first: whoever is not there need not be asked nine times.
  const bool older = !upstream.facts().max_completion_tokens();
  GENKAI_CO_ASSIGN_OR_RETURN(bool chats, co_await prober.plain());
  if (!chats && older && upstream.facts().max_completion_tokens()) {
    GENKAI_CO_ASSIGN_OR_RETURN(chats, co_await prober.plain());
  }
  Capabilities seen;
  std::vector<bool Capabilities::*> fields{&Capabilities::embeddings};
  std::vector<Task<Result<bool>>> tasks;
  tasks.push_back(prober.embeddings());
  const auto add = [&](bool Capabilities::*field, Task<Result<bool>> task) {
    fields.push_back(field);
    tasks.push_back(std::move(task));
  };
  if (chats) {
    add(&Capabilities::streaming, prober.streaming());
    add(&Capabilities::logprobs, prober.logprobs());
    add(&Capabilities::multiple_samples, prober.several_samples());
    add(&Capabilities::seed, prober.seed());
    add(&Capabilities::json_schema, prober.json_schema());
    add(&Capabilities::tools, prober.tools());
    add(&Capabilities::images, prober.images());
  }
  const auto results = co_await base::side_by_side(std::move(tasks));
  for (std::size_t i = 0; i < results.size(); ++i) {
    GENKAI_CO_ASSIGN_OR_RETURN(seen.*fields[i], results[i]);
  }
  if (!chats && !seen.embeddings)
    co_return base::fail(
        Code::unavailable,
        "model '" + upstream.options().name + "': it answers neither a chat nor a request for embeddings",
        "check the URL and the name of the model");
  std::size_t context = upstream.options().context_tokens;
  if (context == 0) {
    // Servers without a list of models are still models.
    const auto told = co_await context_tokens(upstream, prober.model);
    if (told) context = *told;
  }
  if (context != 0) seen.context_tokens = context;
  co_return seen;
}

}  // namespace

base::Error status_error(const Upstream& upstream, int status, const std::string& body) {
  const UpstreamOptions& options = upstream.options();
  base::Error error;
  error.message = "model '" + options.name + "': its server answered " + std::to_string(status) + ": " +
                  reported_error(body, options.key);
  if (status == 401 || status == 403) {
    error.code = Code::permission_denied;
    error.hint = "check the key of this model";
  } else if (status == 402 || status == 429) {
    error.code = Code::resource_exhausted;
    error.hint = "wait, or name a fallback model";
  } else if (status == 404) {
    error.code = Code::unavailable;
    error.hint = "check the URL and the name of the model";
  } else if (status < 400 || status == 408 || status == 409 || status >= 500) {
    error.code = Code::unavailable;
  } else {
    error.code = Code::invalid_argument;
  }
  return error;
}

Task<Result<std::string>> EndpointFacts::model_name(Upstream& upstream, Time deadline) {
  const UpstreamOptions& options = upstream.options();
  if (!options.model.empty()) co_return options.model;
  GENKAI_CO_ASSIGN_OR_RETURN(const auto turn, co_await naming_.acquire(deadline));
  {
    std::lock_guard lock(mutex_);
    if (name_) co_return *name_;
  }
  Upstream::Call call;
  call.method = "GET";
  call.path = "/models";
  call.deadline = std::max(milliseconds(1), std::chrono::ceil<milliseconds>(deadline - Clock::now()));
  GENKAI_CO_ASSIGN_OR_RETURN(const auto reply, co_await upstream.call(std::move(call)));
  if (reply->status() < 200 || reply->status() >= 300)
    co_return base::fail(status_error(upstream, reply->status(), reply->body()));
  const auto list = Json::parse(reply->body());
  const Json* data = list ? list->find("data") : nullptr;
  std::vector<std::string> names;
  if (data)
    for (const Json& entry : data->items())
      if (std::string id = entry.string("id"); !id.empty()) names.push_back(std::move(id));
  const std::string who = "model '" + options.name + "': its server ";
  if (names.empty())
    co_return base::fail(Code::invalid_argument, who + "names no model", "add the model's name: URL#name");
  if (names.size() > 1) {
    std::string some;
    for (std::size_t i = 0; i < std::min(names.size(), kMostNamesListed); ++i)
      some += (i == 0 ? "" : ", ") + safe_text(names[i], options.key);
    co_return base::fail(
        Code::invalid_argument, who + "has " + std::to_string(names.size()) + " models, and none is named",
        "choose one by URL#name: " + some + (names.size() > kMostNamesListed ? ", ..." : ""));
  }
  std::lock_guard lock(mutex_);
  name_ = names.front();
  co_return names.front();
}

Task<Result<Capabilities>> EndpointFacts::capabilities(Upstream& upstream) {
  const UpstreamOptions& options = upstream.options();
  if (options.capabilities) {
    Capabilities configured = *options.capabilities;
    if (options.context_tokens != 0) configured.context_tokens = options.context_tokens;
    co_return configured;
  }
  const Time deadline = Clock::now() + options.deadline;
  GENKAI_CO_ASSIGN_OR_RETURN(const auto turn, co_await probing_.acquire(deadline));
  {
    std::lock_guard lock(mutex_);
    if (capabilities_) co_return *capabilities_;
  }
  GENKAI_CO_ASSIGN_OR_RETURN(std::string name, co_await model_name(upstream, deadline));
  GENKAI_CO_ASSIGN_OR_RETURN(const Capabilities seen, co_await probe(upstream, std::move(name)));
  std::lock_guard lock(mutex_);
  capabilities_ = seen;
  several_samples_ = seen.multiple_samples;
  co_return seen;
}

std::optional<bool> EndpointFacts::several_samples() const {
  std::lock_guard lock(mutex_);
  return several_samples_;
}

void EndpointFacts::note_refusal(int status, const std::string& body) {
  if (status == 404) {
    std::lock_guard lock(mutex_);
    name_.reset();
  }
  if (status == 400 && body.find("'max_completion_tokens'") != std::string::npos)
    max_completion_tokens_ = true;
}

void EndpointFacts::note_several_samples(bool seen) {
  std::lock_guard lock(mutex_);
  several_samples_ = seen;
}

}  // namespace genkai::model
