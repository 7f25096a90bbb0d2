#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "model/upstream/sse.h"
#include "text/utf8.h"

namespace {

using genkai::model::SseParser;

struct Outcome {
  std::vector<std::string> events;
  std::string error;
  bool boundary = false;
  bool operator==(const Outcome&) const = default;
};

/// Cut in two at `cut`, and the rest into single bytes when `bytewise`.
Outcome parse(std::string_view bytes, std::size_t cut, bool bytewise) {
  SseParser parser(64);
  Outcome outcome;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = bytewise ? 1 : at < cut ? cut - at : bytes.size() - at;
    const auto events = parser.feed(bytes.substr(at, size));
    if (!events) {
      outcome.error = events.error().message;
      return outcome;
    }
    for (const auto& event : *events) {
      if (event.type.empty() || !genkai::text::is_valid_utf8(event.data)) std::abort();
      outcome.events.push_back(event.type + '\0' + event.data);
    }
    at += size;
  }
  outcome.boundary = parser.at_boundary();
  return outcome;
}

}  // namespace

// The first byte chooses where the stream is cut; that must not change what is read. After an error, only the
// error counts: what came before it in the same piece is not handed out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = bytes.empty() ? 0 : data[0] % bytes.size();
  const Outcome whole = parse(bytes, 0, false), halves = parse(bytes, cut, false),
                single = parse(bytes, 0, true);
  if (whole.error != halves.error || whole.error != single.error) std::abort();
  if (whole.error.empty() && (whole != halves || whole != single)) std::abort();
  return 0;
}
