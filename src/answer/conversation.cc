#include "answer/conversation.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "text/text.h"

namespace genkai::answer {
namespace {

constexpr std::size_t kMaterial = 200;  // code points: a shorter message tells nothing to look things up in

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

bool is_short_question(std::string_view text) {
  text = trimmed(text);
  const bool asks =
      text.ends_with("?") || text.ends_with("？") || text.ends_with("か。") || text.ends_with("か");
  return asks && text::count_code_points(text) <= kMaterial;
}

// The end of the short question that a message begins with, its first paragraph or line; 0 without one.
std::size_t opening_question(std::string_view message) {
  std::size_t end = message.find("\n\n");
  for (const std::string_view blank : {"\n\r\n", "\n \n"}) end = std::min(end, message.find(blank));
  for (const std::size_t at : {end, message.find('\n')})
    if (at != std::string_view::npos && is_short_question(message.substr(0, at))) return at;
  return 0;
}

struct Parts {
  std::string question, material;
};

// People put the question after their material or before it. What stands last is taken unless only what
// stands first looks like a question.
Parts parts_of(const std::string& message) {
  const std::string_view text = trimmed(message);
  if (text::count_code_points(text) <= kMaterial) return {message, {}};
  const std::size_t line = text.rfind('\n');
  const std::size_t last = line == std::string_view::npos ? 0 : line + 1;
  const std::size_t first = is_short_question(text.substr(last)) ? 0 : opening_question(text);
  if (first > 0)
    return {std::string(trimmed(text.substr(0, first))), std::string(trimmed(text.substr(first)))};
  return {std::string(text.substr(last)), std::string(text.substr(0, last))};
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
      Parts parts = parts_of(content);
      out.question = std::move(parts.question);
      content = std::move(parts.material);
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
