#pragma once
// Python source as tokens, indentation included.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logic/program/integer.h"

namespace genkai::logic {

enum class TokenKind : std::uint8_t { name, keyword, number, string, op, newline, indent, dedent, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t line = 1;  // 1-based
  std::string text;        // name (NFKC), keyword, operator; of a string its content as UTF-8
  Integer number;
};

/// Ends with `end`, after a newline and all dedents. Errors as of Program::parse.
base::Result<std::vector<Token>> tokenise(std::string_view source);

/// "line 3: MESSAGE" as an error of that code.
base::Error error_at(base::Code code, std::uint32_t line, std::string_view message);
/// `construct` is outside the subset.
base::Error unsupported_at(std::uint32_t line, std::string_view construct);

}  // namespace genkai::logic
