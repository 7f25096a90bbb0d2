#include "model/reply_object.h"

#include <utility>

namespace genkai::model {
namespace {

constexpr std::size_t kMaxReply = 64 << 10;  // bytes that are looked at
constexpr std::size_t kMaxTries = 32;        // opening braces that are tried

// The end of the object that opens at `at`, strings understood; npos when it never closes.
std::size_t closing(std::string_view text, std::size_t at) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view after_thinking(std::string_view text) {
  constexpr std::string_view kEnd = "</think>";
  const std::size_t thought = text.rfind(kEnd);
  return thought == std::string_view::npos ? text : text.substr(thought + kEnd.size());
}

std::optional<base::Json> find_reply_object(std::string_view text, std::string_view member) {
  text = after_thinking(text).substr(0, kMaxReply);
  std::optional<base::Json> found;
  std::size_t tries = 0;
  for (std::size_t at = text.find('{'); at != std::string_view::npos && tries < kMaxTries; ++tries) {
    const std::size_t end = closing(text, at);
    std::size_t next = at + 1;
    if (end != std::string_view::npos) {
      auto json = base::Json::parse(text.substr(at, end - at));
      if (json && json->find(member)) {
        found = std::move(*json);
        next = end;
      }
    }
    at = text.find('{', next);
  }
  return found;
}

}  // namespace genkai::model
