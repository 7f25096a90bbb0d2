#include "logic/program/lexer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "logic/program/unicode.h"
#include "text/utf8.h"

namespace genkai::logic {
namespace {

using base::Code;
using base::fail;
using base::Status;

constexpr std::size_t kMaxIndents = 99;       // CPython refuses 100
constexpr std::size_t kLiteralBits = 65'536;  // of a literal integer

constexpr std::array<std::string_view, 35> kKeywords = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
constexpr std::array<std::string_view, 48> kOperators = {  // longest first
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=", "-=",
    "*=",  "/=",  "%=",  "&=",  "|=",  "^=", "@=", ":=", "+",  "-",  "*",  "/",  "%",  "@",  "&",  "|",
    "^",   "~",   "<",   ">",   "(",   ")",  "[",  "]",  "{",  "}",  ",",  ":",  ".",  ";",  "=",  "!"};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  base::Result<std::vector<Token>> run() {
    while (at_ < source_.size()) {
      if (line_start_ && brackets_ == 0) {
        GENKAI_RETURN_IF_ERROR(indentation());
        if (at_ >= source_.size()) break;
      }
      GENKAI_RETURN_IF_ERROR(token());
    }
    if (brackets_ > 0) return fail(error_at(Code::invalid_argument, line_, "a bracket is never closed"));
    if (!tokens_.empty() && tokens_.back().kind != TokenKind::newline) add(TokenKind::newline);
    for (; indents_.size() > 1; indents_.pop_back()) add(TokenKind::dedent);
    add(TokenKind::end);
    return std::move(tokens_);
  }

 private:
  struct Indent {
    std::size_t columns = 0, tabless = 0;  // with tabs to the next multiple of 8, and with tabs as 1
  };

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  base::Error wrong(std::string_view message) const {
    return error_at(Code::invalid_argument, line_, message);
  }
  void add(TokenKind kind, std::string text = {}) {
    tokens_.push_back({kind, line_, std::move(text), Integer()});
  }

  bool line_end(std::size_t at) const {
    return at >= source_.size() || source_[at] == '\n' || source_[at] == '\r';
  }
  void skip_line_end() {
    at_ += peek() == '\r' && peek(1) == '\n' ? 2 : 1;
    ++line_;
  }

  /// At the start of a logical line: blank and comment lines are skipped, all others set the indentation.
  Status indentation() {
    for (;;) {
      Indent here;
      while (peek() == ' ' || peek() == '\t' || peek() == '\f') {
        if (peek() == '\f') {
          here = {};
        } else {
          here.columns = peek() == '\t' ? (here.columns / 8 + 1) * 8 : here.columns + 1;
          ++here.tabless;
        }
        ++at_;
      }
      if (peek() == '#')
        while (!line_end(at_)) ++at_;
      if (at_ >= source_.size()) return {};
      if (line_end(at_)) {
        skip_line_end();
        continue;
      }
      line_start_ = false;
      return indent_to(here);
    }
  }

  Status indent_to(const Indent& here) {
    const auto inconsistent = [&] { return fail(wrong("tabs and spaces are mixed in the indentation")); };
    if (here.columns == indents_.back().columns) {
      if (here.tabless != indents_.back().tabless) return inconsistent();
      return {};
    }
    if (here.columns > indents_.back().columns) {
      if (here.tabless <= indents_.back().tabless) return inconsistent();
      if (indents_.size() > kMaxIndents)
        return fail(error_at(Code::resource_exhausted, line_, "it is indented too deep"));
      indents_.push_back(here);
      add(TokenKind::indent);
      return {};
    }
    while (indents_.size() > 1 && here.columns < indents_.back().columns) {
      indents_.pop_back();
      add(TokenKind::dedent);
    }
    if (here.columns != indents_.back().columns) return fail(wrong("the indentation matches no outer block"));
    if (here.tabless != indents_.back().tabless) return inconsistent();
    return {};
  }

  Status token() {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\f') {
      ++at_;
      return {};
    }
    if (c == '#') {
      while (!line_end(at_)) ++at_;
      return {};
    }
    if (c == '\n' || c == '\r') {
      if (brackets_ == 0) {
        add(TokenKind::newline);
        line_start_ = true;
      }
      skip_line_end();
      return {};
    }
    if (c == '\\') {
      ++at_;
      if (at_ >= source_.size() || !line_end(at_))
        return fail(wrong("a character follows a line continuation"));
      skip_line_end();
      return {};
    }
    if (text::is_ascii_digit(static_cast<unsigned char>(c)) ||
        (c == '.' && text::is_ascii_digit(static_cast<unsigned char>(peek(1)))))
      return number();
    if (c == '"' || c == '\'') return string(false);
    const text::CodePoint point = text::code_point_at(source_, at_);
    if (point.valid && starts_identifier(point.value)) return name();
    for (const std::string_view op : kOperators) {
      if (!source_.substr(at_).starts_with(op)) continue;
      if (op == "(" || op == "[" || op == "{") ++brackets_;
      if (op == ")" || op == "]" || op == "}") {
        if (brackets_ == 0) return fail(wrong("a bracket is closed that was never opened"));
        --brackets_;
      }
      add(TokenKind::op, std::string(op));
      at_ += op.size();
      return {};
    }
    return fail(wrong("a character that no Python program can have here"));
  }

  Status name() {
    const std::size_t begin = at_;
    while (at_ < source_.size()) {
      const text::CodePoint c = text::code_point_at(source_, at_);
      if (!c.valid || !continues_identifier(c.value)) break;
      at_ += c.length;
    }
    const std::string_view raw = source_.substr(begin, at_ - begin);
    if (peek() == '"' || peek() == '\'') {
      if (raw == "r" || raw == "R") return string(true);
      if (raw == "u" || raw == "U") return string(false);
      if (raw == "f" || raw == "F" || raw == "rf" || raw == "fr")
        return fail(unsupported_at(line_, "an f-string"));
      if (raw == "b" || raw == "B" || raw == "rb" || raw == "br") return fail(unsupported_at(line_, "bytes"));
    }
    const bool keyword = std::find(kKeywords.begin(), kKeywords.end(), raw) != kKeywords.end();
    add(keyword ? TokenKind::keyword : TokenKind::name, identifier_form(raw));
    return {};
  }

  static bool digit_of(char c, unsigned base) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') < base;
    return base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
  }

  Status number() {
    unsigned base = 10;
    if (peek() == '0') {
      const char kind = static_cast<char>(peek(1) | 0x20);
      base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
      if (base != 10) at_ += 2;
    }
    std::string digits;
    bool underscore = base == 10;  // one may not stand first in a decimal number
    while (digit_of(peek(), base) || peek() == '_') {
      if (peek() == '_') {
        if (underscore) return fail(wrong("a number that Python does not read"));
        underscore = true;
      } else {
        underscore = false;
        digits += peek();
      }
      ++at_;
    }
    const char next = static_cast<char>(peek() | 0x20);
    if (base == 10 &&
        (peek() == '.' || (next == 'e' && (digit_of(peek(1), 10) || peek(1) == '-' || peek(1) == '+'))))
      return fail(unsupported_at(line_, "a floating-point number"));
    if (base == 10 && next == 'j') return fail(unsupported_at(line_, "a complex number"));
    const bool padded = base == 10 && digits.size() > 1 && digits.front() == '0' &&
                        digits.find_first_not_of('0') != std::string::npos;
    const bool runs_on =
        at_ < source_.size() && continues_identifier(text::code_point_at(source_, at_).value);
    if (digits.empty() || underscore || padded || runs_on)
      return fail(wrong("a number that Python does not read"));
    add(TokenKind::number);
    if (!parse_digits(digits, base, kLiteralBits, tokens_.back().number))
      return fail(error_at(Code::resource_exhausted, line_, "a number is too long"));
    return {};
  }

  Status string(bool raw) {
    const char quote = peek();
    const std::uint32_t begin_line = line_;
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    std::string content;
    for (;;) {
      if (at_ >= source_.size() || (!triple && line_end(at_))) return fail(wrong("a string is never closed"));
      if (peek() == quote && (!triple || (peek(1) == quote && peek(2) == quote))) break;
      if (line_end(at_)) {
        content += '\n';
        skip_line_end();
      } else if (peek() == '\\') {
        GENKAI_RETURN_IF_ERROR(escape(raw, content));
      } else {
        const text::CodePoint c = text::code_point_at(source_, at_);
        if (!c.valid) return fail(wrong("text that is not UTF-8"));
        content.append(source_.substr(at_, c.length));
        at_ += c.length;
      }
    }
    at_ += triple ? 3 : 1;
    add(TokenKind::string, std::move(content));
    tokens_.back().line = begin_line;
    return {};
  }

  Status escape(bool raw, std::string& content) {
    ++at_;
    if (at_ >= source_.size()) return fail(wrong("a string is never closed"));
    const char c = peek();
    if (raw) {
      content += '\\';
      if (c == '\\' || c == '\'' || c == '"') {
        content += c;
        ++at_;
      }
      return {};
    }
    if (line_end(at_)) {
      skip_line_end();
      return {};
    }
    constexpr std::string_view from = "\\'\"abfnrtv", to = "\\'\"\a\b\f\n\r\t\v";
    if (const std::size_t i = from.find(c); i != std::string_view::npos) {
      content += to[i];
      ++at_;
      return {};
    }
    const std::size_t wanted = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    char32_t value = 0;
    if (wanted > 0) {
      ++at_;
      for (std::size_t i = 0; i < wanted; ++i, ++at_) {
        if (!digit_of(peek(), 16)) return fail(wrong("an escape that Python does not read"));
        const char digit = peek();
        value = value * 16 + static_cast<char32_t>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
      }
    } else if (c >= '0' && c <= '7') {
      for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i, ++at_)
        value = value * 8 + static_cast<char32_t>(peek() - '0');
    } else if (c == 'N') {
      return fail(unsupported_at(line_, "a character by name"));
    } else {
      content += '\\';  // unknown escapes keep their backslash
      return {};
    }
    if (value > 0x10FFFF) return fail(wrong("an escape beyond Unicode"));
    if (value >= 0xD800 && value <= 0xDFFF) return fail(unsupported_at(line_, "half of a surrogate pair"));
    text::append_utf8(content, value);
    return {};
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t brackets_ = 0;
  bool line_start_ = true;
  std::vector<Indent> indents_{Indent{}};
  std::vector<Token> tokens_;
};

}  // namespace

base::Error error_at(Code code, std::uint32_t line, std::string_view message) {
  return {code, "line " + std::to_string(line) + ": " + std::string(message), {}};
}

base::Error unsupported_at(std::uint32_t line, std::string_view construct) {
  base::Error error = error_at(Code::unsupported, line, std::string(construct) + " is outside what is run");
  error.hint = "give a program of integers, strings, lists, loops and functions";
  return error;
}

base::Result<std::vector<Token>> tokenise(std::string_view source) {
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
  return Lexer(source).run();
}

}  // namespace genkai::logic
