#pragma once
// The chat protocol's JSON: requests into it, answers and chunks out of it. Lenient where servers differ
// (missing usage, null content, a first chunk with a role only, fields that nobody knows), strict where
// leniency would make something up (no choices, a log probability that is no number).
//
//   Json body = chat_body(request, {.model = "llama", .samples = 5, .stream = true});
//   Result<Completion> whole = completion_from(*Json::parse(reply.body()));
//
//   ChunkJoiner joiner;                                   // or from a stream
//   while (auto event = next()) joiner.add(*Json::parse(*event));
//   Result<Completion> joined = joiner.finish();

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/language_model.h"

namespace genkai::model {

struct ChatBodyOptions {
  std::string model{};  // the endpoint's own name
  std::size_t samples = 1;
  std::optional<std::int64_t> seed{};
  bool stream = false;
  bool max_completion_tokens = false;  // the newer name of max_tokens, which some endpoints insist on
};

/// What is not asked for is left out of the body, so that the endpoint's defaults hold.
base::Json chat_body(const ChatRequest& request, const ChatBodyOptions& options);

/// An upper estimate of what the request will use: the prompt's estimated tokens, max_tokens of each sample.
Usage expected_usage(const ChatRequest& request);

/// The usage that an answer or a chunk tells; nullopt when it tells none.
std::optional<Usage> usage_from(const base::Json& answer);

/// corrupt when it is no completion. Usage is zero when the answer tells none.
base::Result<Completion> completion_from(const base::Json& answer);

/// Joins the chunks of a stream, several choices side by side.
class ChunkJoiner {
 public:
  /// The text that this chunk adds to the first choice. corrupt when it is no chunk.
  base::Result<std::string> add(const base::Json& chunk);
  /// corrupt when no choice came. Samples in the order of their indexes.
  base::Result<Completion> finish();

 private:
  struct ToolCall {
    std::string id, name, arguments;
  };
  struct Choice {
    ToolCall* place_of(const base::Json& delta);
    base::Status add_tool_calls(const base::Json& deltas);
    Sample sample;
    std::vector<ToolCall> calls;
  };
  std::map<std::int64_t, Choice> choices_;  // by index
  Completion completion_;
};

}  // namespace genkai::model
