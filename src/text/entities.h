#pragma once
// What a text names: the handles by which one passage leads to another.
//
//   for (const Entity& entity : find_entities("Mira Kestrel wrote RFC 1234 for 港湾公社."))
//     use(entity.name);                        // "mira kestrel", "rfc 1234", "港湾公社"
//   mentions(normalise(passage), "mira kestrel");

#include <string>
#include <string_view>
#include <vector>

#include "text/text.h"

namespace genkai::text {

struct Entity {
  Span span;         // in the text as given, its first mention
  std::string name;  // normalised
  bool operator==(const Entity&) const = default;
};

/// Texts are read up to this many bytes, and this many different entities are given: a hostile text costs no
/// more than an honest one.
constexpr std::size_t kEntityBytes = 4096;
constexpr std::size_t kEntities = 64;

/// Different entities in order of first mention: capitalised names and quoted titles (those of
/// find_typed_spans), words in capitals and words with digits together with a number after them (RFC 1234),
/// runs of two and more kanji or katakana. No dictionary and no model; linear time. Thread-safe.
std::vector<Entity> find_entities(std::string_view text);

/// Whether `normalised` holds `name` as a whole: no letter or digit of ASCII goes on where the name begins or
/// ends with one.
bool mentions(std::string_view normalised, std::string_view name);

}  // namespace genkai::text
