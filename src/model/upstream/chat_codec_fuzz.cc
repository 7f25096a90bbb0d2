// Whatever JSON an endpoint answers with, whole or as the chunks of a stream (one a line), becomes a
// completion that holds what its users rely on, or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/upstream/chat_codec.h"

namespace {

using namespace genkai;

void require(bool holds) {
  if (!holds) std::abort();
}

void hold(const base::Result<model::Completion>& completion) {
  if (!completion) {
    require(!completion.error().message.empty());
    return;
  }
  require(!completion->samples.empty());
  for (const model::Sample& sample : completion->samples)
    for (const model::TokenLogprob& token : sample.tokens)
      require(token.logprob == token.logprob);  // a number
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto whole = base::Json::parse(text)) {
    hold(model::completion_from(*whole));
    model::usage_from(*whole);
  }
  model::ChunkJoiner joiner;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto chunk = base::Json::parse(text.substr(0, end)))
      if (!joiner.add(*chunk)) return 0;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  hold(joiner.finish());
  return 0;
}
