#include "model/upstream/chat_parts.h"

#include <algorithm>
#include <cstdlib>

namespace genkai::model {

base::Result<std::vector<ChatText>> marked_messages(std::span<const ChatText> messages) {
  std::vector<ChatText> marked;
  for (const ChatText& message : messages) {
    const std::string role = message.role == "developer" ? "system" : message.role;
    if (role != "system" && role != "user" && role != "assistant")
      return base::fail(refused_request("a message has a role that the chat template does not know"));
    marked.push_back({role, "\x01" + std::to_string(marked.size()) + "\x02"});
  }
  return marked;
}

base::Result<std::vector<ChatPart>> chat_parts(const std::string& text, std::span<const ChatText> messages) {
  std::vector<ChatPart> parts;
  std::size_t placed = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t mark = std::min(text.find('\x01', at), text.size());
    if (mark > at) parts.push_back({text.substr(at, mark - at), true});
    if (mark == text.size()) break;
    const std::size_t end = text.find('\x02', mark);
    const auto which = std::strtoul(text.c_str() + mark + 1, nullptr, 10);
    if (end == std::string::npos || which >= messages.size()) break;
    parts.push_back({messages[which].text, false});
    ++placed;
    at = end + 1;
  }
  if (placed != messages.size())
    return base::fail(refused_request("the chat template has no place for one of the messages"));
  return parts;
}

}  // namespace genkai::model
