#pragma once
// A language model as the main path sees it, whatever runs it. What it writes is untrusted input.
//
//   auto completion = co_await model.complete({.messages = {{.content = "..."}}, .samples = 5});
//   if (completion && model.capabilities()...)

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"

namespace genkai::model {

struct ChatMessage {
  std::string role = "user";  // system, developer, user, assistant, tool
  std::string content{};
  std::vector<std::string> images{};  // URLs (https: or data:), sent after the text
  base::Json tool_calls{};            // of an assistant, as the protocol has them; null without
  std::string tool_call_id{};         // of a tool's answer
};

struct ChatRequest {
  std::vector<ChatMessage> messages{};
  std::size_t max_tokens = 512;  // of each sample
  std::optional<double> temperature{}, top_p{};
  std::size_t samples = 1;
  bool logprobs = false;
  std::size_t top_logprobs = 0;  // alternatives at each token, 0 to 20
  std::optional<std::int64_t> seed{};
  std::vector<std::string> stop{};
  base::Json response_schema{};  // a JSON schema that the text must satisfy; null for free text
  base::Json tools{}, tool_choice{};
  std::chrono::milliseconds deadline{120'000};  // for everything, retries and fallbacks included
};

struct TokenLogprob {
  std::string token;
  double logprob = 0;                               // natural logarithm
  std::vector<std::pair<std::string, double>> top;  // alternatives, most probable first
};

/// One of the generations of a request.
struct Sample {
  std::string text;
  std::string finish_reason;         // stop, length, tool_calls, content_filter
  std::vector<TokenLogprob> tokens;  // empty unless asked for and given
  base::Json tool_calls;
};

struct Usage {
  std::uint64_t prompt_tokens = 0, completion_tokens = 0;
  double money = 0;  // in the currency of the configured prices
  Usage& operator+=(const Usage& other) {
    prompt_tokens += other.prompt_tokens;
    completion_tokens += other.completion_tokens;
    money += other.money;
    return *this;
  }
};

struct Completion {
  std::vector<Sample> samples;  // as many as asked for, never empty
  Usage usage;
  std::string model;  // who answered: after a fallback another than was asked
};

/// What a model was seen to do. Probed once and remembered; nothing above guesses.
struct Capabilities {
  bool streaming = false, logprobs = false, multiple_samples = false, seed = false, json_schema = false,
       tools = false, images = false, embeddings = false;
  bool completes_only = false;  // follows no instructions: it goes on from passages, question and "Answer:"
                                // (model/native/completion_form.h)
  std::size_t context_tokens = 8192;  // configured, told by the server, or this
};

/// Thread-safe: one serves any number of requests at once.
class LanguageModel {
 public:
  virtual ~LanguageModel() = default;
  virtual const std::string& name() const = 0;
  /// Exactly `request.samples` samples: a model that gives one at a time is asked several times, side by
  /// side. `on_text` sees the text of the first sample as it grows (it may start anew after a retry: then it
  /// is called with an empty string first). Errors: unavailable, deadline_exceeded, resource_exhausted
  /// (budget, rate), permission_denied (key), invalid_argument (the model refused the request), unsupported,
  /// corrupt (the answer breaks the protocol).
  using TextSink = std::function<void(std::string_view)>;
  virtual base::Task<base::Result<Completion>> complete(ChatRequest request, TextSink on_text = {}) = 0;
  virtual base::Task<base::Result<Capabilities>> capabilities() = 0;
};

}  // namespace genkai::model
