#pragma once
// Passages that repeat the question as a statement, to be found by it ("who wrote x. ..."): the first half of
// the attack of PoisonedRAG (Zou et al. 2024, section 4.2).
//
//   const Asked asked = asked_of(text::normalise(question));
//   if (auto where = find_echo(normalised_passage, asked)) distrust(where->of(normalised_passage));

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/text.h"

namespace genkai::limits::retrieval {

/// The question in the forms that echoes are compared with.
struct Asked {
  std::string text;                 // normalised, without its question mark
  std::string bare;                 // without spaces and punctuation
  std::vector<std::string> tokens;  // words; pairs of neighbouring characters of Japanese
};
Asked asked_of(std::string_view normalised_question);

/// The echo in a normalised passage. It is the question itself with another end than a question mark, or a
/// sentence that begins like a question, ends unlike one and holds most of its words (at least 4 of 5, itself
/// at most half as long again). A list of questions and answers keeps its marks (?, Q., 問) and a heading
/// stands on its own line: neither is an echo. Questions of fewer than 16 bytes have none.
std::optional<text::Span> find_echo(std::string_view normalised, const Asked& asked);

}  // namespace genkai::limits::retrieval
