#pragma once
// The two languages' rules behind recognise(), and what they are written in.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limits/hallucination/undecidable.h"

namespace genkai::limits::hallucination {

/// What a question's words (without its programs; normalised) ask for. `programs`: how many came with it.
std::optional<UndecidableKind> english_kind(std::string_view prose, std::size_t programs);
std::optional<UndecidableKind> japanese_kind(std::string_view prose, std::size_t programs);

/// A question split into its words and its programs.
struct QuestionParts {
  std::string prose;
  std::vector<std::string> programs;
};
QuestionParts split_question(std::string_view question);

/// A rule over words: elements with a space between, each of them words joined by |, where
///   @name        any word of a class
///   word?        may be missing          word*   any number of them
///   ..3          up to three words, whatever they are
///   ^  $         the beginning and the end of the sentence
/// A rule holds when it matches from some word on.
class WordRule {
 public:
  struct Class {
    std::string_view name;
    std::vector<std::string_view> words;
  };
  WordRule(std::string_view rule, const std::vector<Class>& classes);
  bool matches(const std::vector<std::string_view>& words) const;

 private:
  enum class Kind { word, gap, begin, end };
  struct Element {
    Kind kind = Kind::word;
    std::vector<std::string_view> words;
    bool optional = false, many = false;
    std::size_t gap = 0;
  };
  bool matches_from(const std::vector<std::string_view>& words, std::size_t at, std::size_t element,
                    std::size_t& effort) const;
  std::vector<Element> elements_;
};

/// A rule over a text without spaces: elements with a space between, each of them strings joined by |, where
/// @name is a class, a trailing ? means that it may be missing, ..12 is up to twelve characters, and ^ and $
/// are the beginning and the end.
class TextRule {
 public:
  using Class = WordRule::Class;
  TextRule(std::string_view rule, const std::vector<Class>& classes);
  bool matches(std::string_view text) const;

 private:
  struct Element {
    std::vector<std::string_view> texts;
    bool optional = false, begin = false, end = false;
    std::size_t gap = 0;
  };
  bool matches_from(std::string_view text, std::size_t at, std::size_t element, std::size_t& effort) const;
  std::vector<Element> elements_;
};

}  // namespace genkai::limits::hallucination
