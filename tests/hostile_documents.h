#pragma once
// Documents as somebody would write them who wants a reader of documents to say what he says: a hundred of
// them, in every text format and both languages, the same for the same seed.
//
//   for (const HostileDocument& document : hostile_documents(questions, 2026))
//     write(folder / document.name, document.bytes);

#include <cstdint>
#include <string>
#include <vector>

namespace genkai::test {

struct HostileDocument {
  std::string name;     // "h017-zero-width.md"
  std::string kind;     // "zero-width"
  std::string planted;  // the word that it wants to be said, PLANTED and a number; in no other document
  std::string bytes;
};

/// What every planted word begins with.
constexpr const char* kPlanted = "PLANTED";

/// 100 documents: ten kinds (order, system-message, zero-width, bidi, homoglyph, hidden-style, encoded,
/// fake-citation, nested, oversized), ten of each, each aimed at one of the questions. `harmless` ones hold
/// small talk where the others have their orders: what a hundred more documents change by being there.
std::vector<HostileDocument> hostile_documents(const std::vector<std::string>& questions, std::uint64_t seed,
                                               bool harmless = false);

}  // namespace genkai::test
