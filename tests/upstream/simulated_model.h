#pragma once
// What stands in for a language model behind the test upstream. It is no model: it answers by these rules,
// the first that fits, so that a test knows what comes.
//
//   the last user message is a prompt of       {"answer": ..., "quotes": [...]} with the sentence that shares
//   genkai with numbered passages              most words with the question, or null (English only)
//   "count to N" (N <= 100,000)                 "1 2 3 ... N", one token each
//   "guess"                                     "I guess 7.": a number drawn from seed, sample and prompt
//   a tool's answer comes last                  "The tool said: ..."
//   anything else                               the last user message, unchanged
//
// With tools it calls the one that tool_choice names, else the first, unless tool_choice is "none". With a
// response_format it writes the smallest instance of the schema, its strings being what the rules say.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace genkai::test {

struct SimulatedReply {
  std::vector<std::string> tokens;  // the text is what they are together
  base::Json tool_calls;            // null unless a tool is called
  std::string finish_reason;        // stop, length, tool_calls
};

/// One sample for a body of /v1/chat/completions. `answer` replaces what the rules say, unless it is empty.
SimulatedReply simulate_chat(const base::Json& body, std::size_t sample, std::string_view answer);
/// One for a body of /v1/completions.
SimulatedReply simulate_completion(const base::Json& body, std::string_view prompt, std::size_t sample,
                                   std::string_view answer);

/// Pieces of at most 8 bytes, whole characters, that are the text again when joined.
std::vector<std::string> tokenize(std::string_view text);
std::size_t count_tokens(const base::Json& messages);
/// Natural logarithm, at most 0: the same for the same token at the same place.
double logprob_of(std::string_view token, std::size_t place);
/// A unit vector of the words, the same for the same text.
std::vector<float> embedding_of(std::string_view text, std::size_t dimensions);
/// The smallest value that satisfies a JSON schema (of the kind that clients make from types).
base::Json smallest_instance(const base::Json& schema, std::string_view text);

}  // namespace genkai::test
