#include "serve/chat_messages.h"

#include <algorithm>
#include <array>
#include <utility>

namespace genkai::serve {
namespace {

using base::Json;
using model::ChatMessage;

constexpr std::array<std::string_view, 5> kRoles{"system", "developer", "user", "assistant", "tool"};

std::string at(const std::string& path, std::size_t place) {
  return path + "[" + std::to_string(place) + "]";
}

void read_image(RequestFields& part, const std::string& path, ChatMessage& message) {
  const Json* image = part.take("image_url");
  if (!image) return part.refuse("image_url", "an image part needs it");
  RequestFields fields(*image, path + ".image_url");
  const auto url = fields.text("url");
  if (!url || url->empty()) fields.refuse("url", "it is missing");
  fields.only("detail", "auto", "a level of detail cannot be asked for here");
  if (url) message.images.push_back(*url);
  if (auto problem = fields.problem()) part.refuse(std::move(*problem));
}

// Text, or a list of parts; null is empty.
void read_content(RequestFields& fields, const std::string& path, bool images, ChatMessage& message) {
  const Json* content = fields.take("content");
  if (!content) return;
  if (content->is_string()) {
    message.content = content->as_string();
    return;
  }
  if (!content->is_array()) return fields.refuse("content", "it has to be a string or a list of parts");
  const std::string list = path + ".content";
  for (std::size_t i = 0; i < content->items().size() && !fields.failed(); ++i) {
    RequestFields part(content->items()[i], at(list, i));
    const std::string type = part.text("type").value_or("");
    if (type == "text" || type == "refusal") {
      const auto text = part.text(type);
      if (!text) part.refuse(type, "a part of this type needs it");
      if (text && !message.content.empty() && !text->empty()) message.content += "\n";
      if (text) message.content += *text;
    } else if (type == "image_url" && images && message.role == "user") {
      read_image(part, at(list, i), message);
    } else {
      part.refuse("type",
                  type == "image_url" ? "images cannot be read here" : "only parts of text can be read here",
                  "unsupported_parameter");
    }
    if (auto problem = part.problem()) fields.refuse(std::move(*problem));
  }
}

ChatMessage read_message(const Json& json, const std::string& path, bool images, RequestFields& all) {
  RequestFields fields(json, path);
  ChatMessage message;
  message.role = fields.text("role").value_or("");
  if (std::find(kRoles.begin(), kRoles.end(), message.role) == kRoles.end())
    fields.refuse("role", "it has to be one of system, developer, user, assistant, tool");
  read_content(fields, path, images, message);
  const bool assistant = message.role == "assistant";
  if (const Json* calls = fields.take("tool_calls");
      calls && !(calls->is_array() && calls->items().empty())) {
    if (!assistant || !calls->is_array())
      fields.refuse("tool_calls", "only an assistant has a list of these");
    message.tool_calls = *calls;
  }
  if (const auto id = fields.text("tool_call_id")) {
    if (message.role != "tool") fields.refuse("tool_call_id", "only the answer of a tool has one");
    message.tool_call_id = *id;
  } else if (message.role == "tool") {
    fields.refuse("tool_call_id", "the answer of a tool needs it");
  }
  // What the clients' own message objects carry along, without a value.
  fields.only("name", "", "names of speakers are not understood here");
  fields.only("refusal", "", "it is not understood here");
  fields.only("annotations", Json::array(), "they are not understood here");
  fields.only("audio", Json::object(), "sound is not understood here");
  fields.only("function_call", Json::object(), "use tool_calls");
  if (assistant) fields.ignore("reasoning_content");  // some servers' thoughts, never part of a conversation
  if (!assistant && message.content.empty() && message.images.empty() && !fields.take("content"))
    fields.refuse("content", "it is missing");
  if (auto problem = fields.problem()) all.refuse(std::move(*problem));
  return message;
}

}  // namespace

std::vector<ChatMessage> read_messages(RequestFields& fields, bool images) {
  std::vector<ChatMessage> messages;
  const Json* list = fields.take("messages");
  if (!list || !list->is_array() || list->items().empty()) {
    fields.refuse("messages", "it has to be a list of at least one message");
    return messages;
  }
  for (std::size_t i = 0; i < list->items().size() && !fields.failed(); ++i)
    messages.push_back(read_message(list->items()[i], at("messages", i), images, fields));
  return messages;
}

}  // namespace genkai::serve
