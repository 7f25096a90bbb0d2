#pragma once
// The form in which a model that only completes text is asked: passages, each on a line, then question and
// answer.
//
//   completion_form({"Tavia Orrel was born in Velmora."}, "Where was Tavia Orrel born?")
//   // "Tavia Orrel was born in Velmora.\n Question: Where was Tavia Orrel born?\n Answer:"
//
// What it completes is the answer up to the end of the text, or kUnknownAnswer.

#include <span>
#include <string>
#include <string_view>

namespace genkai::model::native {

inline constexpr std::string_view kUnknownAnswer = "unknown";

/// A line begins with a space, as a text does for these tokenizers: then a word is the same token wherever it
/// stands, which is what copying rests on.
inline std::string spaced_lines(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] != ' ') out += ' ';
  }
  return out;
}

/// REQUIRES: passages and question are of one line each.
inline std::string completion_form(std::span<const std::string> passages, std::string_view question) {
  std::string text;
  for (const std::string& passage : passages) text += passage + '\n';
  return spaced_lines(text + "Question: " + std::string(question) + "\nAnswer:");
}

}  // namespace genkai::model::native
