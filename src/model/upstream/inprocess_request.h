#pragma once
// What a chat request says to a model in this process, whichever engine answers it. Requests are untrusted.
//
//   GENKAI_ASSIGN_OR_RETURN(InprocessRequest asked, read_inprocess_request(body, "the built-in model"));
//   std::string prompt = completion_prompt(asked.messages, file.completes);

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/native/generate.h"

namespace genkai::model {

constexpr std::uint64_t kLargeModel = 20'000'000;  // parameters from which one request uses all cores

struct ChatText {
  std::string role, text;
};

struct InprocessRequest {
  std::vector<ChatText> messages;    // one at least
  native::GenerateOptions options;   // how many samples, their length, how they are drawn
  std::optional<base::Json> format;  // response_format, unless it is "text"
  bool stream = false, logprobs = false;
};

enum class Endpoint { chat, models };
/// Cuts "/chat/completions" or "/models" off a URL's path; nothing for any other.
std::optional<Endpoint> take_endpoint(std::string& path);

/// Cuts "?one&another" off a path, and returns "one", "another".
std::vector<std::string> take_settings(std::string& path);

/// Fields out of their range count as missing; without a seed the same request draws the same. `who` begins
/// the refusals. Errors: invalid_argument for what is malformed, for images and for tools.
base::Result<InprocessRequest> read_inprocess_request(const std::string& body, std::string_view who);

/// The prompt of a model without a chat template: with `completes` the last question alone
/// (native/completion_form.h), else the conversation line by line.
std::string completion_prompt(std::span<const ChatText> messages, bool completes);

base::Error refused_request(std::string message);
/// The refusal of a prompt that leaves no room in the context; both in tokens.
base::Error too_long(std::size_t prompt, std::size_t context);

}  // namespace genkai::model
