#include "answer/conversation.h"

#include "text/text.h"

namespace genkai::answer {
namespace {

constexpr std::size_t kMaterial = 200;  // code points: a shorter message tells nothing to look things up in

// The end of the material before a long message's question: the start of its last paragraph or line.
std::size_t question_start(const std::string& message) {
  const std::size_t last = message.find_last_not_of(" \t\r\n");
  if (last == std::string::npos || text::count_code_points(message) <= kMaterial) return 0;
  const std::size_t line = message.rfind('\n', last);
  return line == std::string::npos ? 0 : line + 1;
}

}  // namespace

Conversation read_conversation(const std::vector<model::ChatMessage>& messages, std::string question) {
  std::size_t last = messages.size();
  for (std::size_t i = 0; i < messages.size(); ++i)
    if (messages[i].role == "user") last = i;
  Conversation out{{}, base::Json::array()};
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role == "assistant") continue;  // what a model said is no evidence
    std::string content = messages[i].content;
    if (i == last) {
      const std::size_t start = question_start(content);
      out.question = content.substr(start);
      content.resize(start);
    }
    if (text::count_code_points(content) < kMaterial) continue;
    const std::string name = messages[i].role + " message " + std::to_string(i + 1);
    out.documents.push(base::Json::object({{"id", name}, {"text", content}}));
  }
  if (out.question.empty() || (!question.empty() && text::count_code_points(question) <= kMaterial))
    out.question = std::move(question);
  return out;
}

}  // namespace genkai::answer
