#pragma once
// Regular expressions of JSON Schema's `pattern` as expressions of a grammar: literals, . [classes] \d \w \s
// and their opposites, groups, | * + ? {m,n}, ^ at the start and $ at the end. A pattern without these
// anchors may stand anywhere in the string.
//
//   GENKAI_ASSIGN_OR_RETURN(Expression body, parse_pattern("^[A-Z]{2}-\\d+$", PatternText::plain));

#include <string_view>

#include "base/result.h"
#include "logic/grammar/rules.h"

namespace genkai::logic::grammar {

enum class PatternText {
  plain,  // the string itself
  json,   // as it stands between the quotes of JSON: " and \ and control characters are escaped
};

/// Errors: unsupported for look-around, back references, \b, \p and anchors elsewhere, named with their
/// place; invalid_argument for a malformed pattern.
base::Result<Expression> parse_pattern(std::string_view pattern, PatternText text);

/// These characters as JSON writes them in a string: the short escape, or \u00XX, where one is needed.
Expression json_characters(const std::vector<CodeRange>& ranges);
/// The bytes of a string as JSON writes it, without the quotes.
std::string json_escaped(std::string_view utf8);

}  // namespace genkai::logic::grammar
