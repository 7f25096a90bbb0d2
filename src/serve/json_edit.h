#pragma once
// Edits of the top level of a JSON object in its own text: everything else stays byte for byte as it was, and
// nothing is parsed that is not touched.
//
//   const auto members = json_members(event);
//   std::string out = edit_json(event, members, {{"model", "\"local\""}, {"usage", std::nullopt}});

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::serve {

/// Places in the text of the object.
struct JsonMember {
  std::size_t begin = 0, key_end = 0;    // the key with its quotes
  std::size_t value_begin = 0, end = 0;  // the value
};

struct JsonEdit {
  std::string_view key;
  std::optional<std::string_view> value;  // JSON text; nullopt takes the member out
  bool add = false;                       // when it is missing
};

/// The members of the outermost object, in order; escapes in keys and values are understood. Empty for
/// anything but an object. `text` is valid JSON; of other text nothing is promised but that it is not read
/// beyond its end.
std::vector<JsonMember> json_members(std::string_view text);
/// True when the member's key, its escapes resolved, is `key`.
bool is_called(std::string_view text, const JsonMember& member, std::string_view key);
/// The text of the value of the last member called `key`; empty when there is none.
std::string_view value_of(std::string_view text, const std::vector<JsonMember>& members,
                          std::string_view key);
/// Each edit holds for all members of that name, so that none is left to a reader that takes the first or the
/// last.
std::string edit_json(std::string_view text, const std::vector<JsonMember>& members,
                      std::initializer_list<JsonEdit> edits);

}  // namespace genkai::serve
