#include "logic/grammar/schema_pointer.h"

#include <algorithm>
#include <charconv>

namespace genkai::logic::grammar {

std::string pointer_part(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~' || c == '/')
      out += c == '~' ? "~0" : "~1";
    else
      out += c;
  }
  return out;
}

const base::Json* at_pointer(const base::Json& document, std::string_view pointer) {
  const base::Json* at = &document;
  while (at && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string name;
    for (std::size_t i = 0; i < end; ++i) {
      const bool escape = pointer[i] == '~' && i + 1 < end;
      name += escape ? (pointer[++i] == '1' ? '/' : '~') : pointer[i];
    }
    pointer.remove_prefix(end);
    if (!at->is_array()) {
      at = at->find(name);
      continue;
    }
    std::size_t place = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), place);
    const bool is_place = read.ec == std::errc() && read.ptr == name.data() + name.size();
    at = is_place && place < at->items().size() ? &at->items()[place] : nullptr;
  }
  return at;
}

}  // namespace genkai::logic::grammar
