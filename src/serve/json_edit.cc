#include "serve/json_edit.h"

#include "base/json.h"

namespace genkai::serve {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// Past the closing quote of the string that opens at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return text.size();
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (depth == 0) return at;
      continue;
    }
    if (depth == 0 && (c == ',' || c == '}' || c == ']' || is_space(c))) return at;
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return at;
}

}  // namespace

std::vector<JsonMember> json_members(std::string_view text) {
  std::vector<JsonMember> members;
  std::size_t at = skip_space(text, 0);
  if (at >= text.size() || text[at] != '{') return members;
  members.reserve(8);
  ++at;
  while (true) {
    at = skip_space(text, at);
    if (at >= text.size() || text[at] != '"') return members;
    JsonMember member;
    member.begin = at;
    member.key_end = skip_string(text, at);
    at = skip_space(text, member.key_end);
    if (at >= text.size() || text[at] != ':') return members;
    member.value_begin = skip_space(text, at + 1);
    member.end = skip_value(text, member.value_begin);
    members.push_back(member);
    at = skip_space(text, member.end);
    if (at >= text.size() || text[at] != ',') return members;
    ++at;
  }
}

bool is_called(std::string_view text, const JsonMember& member, std::string_view key) {
  const std::string_view quoted = text.substr(member.begin, member.key_end - member.begin);
  if (quoted.size() < 2) return false;
  const std::string_view raw = quoted.substr(1, quoted.size() - 2);
  if (raw.find('\\') == std::string_view::npos) return raw == key;
  const auto name = base::Json::parse(quoted);
  return name && name->as_string() == key;
}

std::string_view value_of(std::string_view text, const std::vector<JsonMember>& members,
                          std::string_view key) {
  std::string_view value;
  for (const JsonMember& member : members)
    if (is_called(text, member, key))
      value = text.substr(member.value_begin, member.end - member.value_begin);
  return value;
}

std::string edit_json(std::string_view text, const std::vector<JsonMember>& members,
                      std::initializer_list<JsonEdit> edits) {
  const std::size_t open = text.find('{');
  if (open == std::string_view::npos) return std::string(text);
  const auto edit_of = [&](const JsonMember& member) -> const JsonEdit* {
    for (const JsonEdit& edit : edits)
      if (is_called(text, member, edit.key)) return &edit;
    return nullptr;
  };
  std::size_t room = text.size();
  for (const JsonEdit& edit : edits) room += edit.key.size() + edit.value.value_or("").size() + 4;
  std::string out;
  out.reserve(room);
  out.append(text, 0, open + 1);
  std::size_t before = open + 1;  // where the text between the members begins
  bool first = true;
  for (const JsonMember& member : members) {
    const JsonEdit* edit = edit_of(member);
    if (!edit || edit->value) {
      const std::string_view between = text.substr(before, member.begin - before);
      if (first && !between.empty() && between.find(',') != std::string_view::npos)
        out.append(between.substr(between.find(',') + 1));
      else
        out.append(between);
      out.append(text, member.begin, member.value_begin - member.begin);
      if (edit)
        out.append(*edit->value);
      else
        out.append(text, member.value_begin, member.end - member.value_begin);
      first = false;
    }
    before = member.end;
  }
  for (const JsonEdit& edit : edits) {
    if (!edit.add || !edit.value) continue;
    bool there = false;
    for (const JsonMember& member : members) there = there || is_called(text, member, edit.key);
    if (there) continue;
    if (!first) out += ',';
    out.append("\"").append(edit.key).append("\":").append(*edit.value);
    first = false;
  }
  out.append(text, before);
  return out;
}

}  // namespace genkai::serve
