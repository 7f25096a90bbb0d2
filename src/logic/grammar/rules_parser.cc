// GBNF to rules: recursive descent with a bounded depth.

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "logic/grammar/rules.h"
#include "text/utf8.h"

namespace genkai::logic::grammar {
namespace {

using base::Code;
using base::Result;

constexpr std::size_t kMostBytes = 256 << 10, kMostRules = 10'000;
constexpr int kMostDepth = 200;
constexpr std::uint32_t kMostRepeats = 100'000;

bool is_name(char c) {
  return text::is_ascii_letter(static_cast<unsigned char>(c)) || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Rules> parse() {
    skip(true);
    while (at_ < text_.size()) GENKAI_RETURN_IF_ERROR(rule());
    for (const auto& [name, place] : used_)
      if (!defined_[place.rule]) return error_at(place.at, "the rule '" + name + "' is used but not defined");
    const auto root = known_.find("root");
    if (root == known_.end())
      return base::fail(Code::invalid_argument, "the grammar has no rule called 'root'",
                        "add a line 'root ::= ...' that says where it starts");
    rules_.root = root->second;
    return std::move(rules_);
  }

 private:
  struct Place {
    std::uint32_t rule;
    std::size_t at;
  };

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }

  tl::unexpected<base::Error> error_at(std::size_t at, const std::string& what) const {
    std::size_t line = 1, begin = 0;
    for (std::size_t i = 0; i < at && i < text_.size(); ++i)
      if (text_[i] == '\n') ++line, begin = i + 1;
    std::size_t column = 1;
    for (std::size_t i = begin; i < at && i < text_.size(); ++i)
      column += (static_cast<unsigned char>(text_[i]) & 0xC0U) != 0x80U;
    return base::fail(Code::invalid_argument, fmt::format("line {}, column {}: {}", line, column, what));
  }
  tl::unexpected<base::Error> error(const std::string& what) const { return error_at(at_, what); }

  // Blanks and comments; with `lines` the ends of lines, too.
  void skip(bool lines) {
    while (!at_end()) {
      const char c = peek();
      if (c == '#')
        while (!at_end() && peek() != '\n') ++at_;
      else if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n'))
        ++at_;
      else
        return;
    }
  }

  std::string_view name() {
    const std::size_t begin = at_;
    while (!at_end() && is_name(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::uint32_t id_of(std::string_view name) {
    const auto [entry, fresh] = known_.emplace(std::string(name), 0);
    if (fresh) {
      entry->second = rules_.add(std::string(name), Expression());
      defined_.push_back(false);
    }
    return entry->second;
  }

  base::Status rule() {
    const std::size_t begin = at_;
    const std::string_view called = name();
    if (called.empty()) return error("a rule begins with its name (letters, digits, - and _)");
    skip(false);
    if (!text_.substr(at_).starts_with("::="))
      return error(fmt::format("'::=' has to follow the name '{}'", called));
    at_ += 3;
    if (rules_.rules.size() > kMostRules)
      return error(fmt::format("there are more than {} rules", kMostRules));
    const std::uint32_t id = id_of(called);
    if (defined_[id]) return error_at(begin, fmt::format("the rule '{}' is defined twice", called));
    defined_[id] = true;
    skip(true);
    GENKAI_ASSIGN_OR_RETURN(Expression body, choice(0));
    rules_.rules[id].body = std::move(body);
    if (!at_end() && peek() != '\n') return error(fmt::format("'{}' cannot stand here", shown()));
    skip(true);
    return {};
  }

  std::string shown() const {
    const auto point = text::code_point_at(text_, at_);
    return point.valid && point.value >= 0x20 ? std::string(text_.substr(at_, point.length))
                                              : fmt::format("\\x{:02X}", static_cast<unsigned char>(peek()));
  }

  Result<Expression> choice(int depth) {
    if (depth > kMostDepth) return error(fmt::format("parentheses are nested more than {} deep", kMostDepth));
    std::vector<Expression> ways;
    while (true) {
      GENKAI_ASSIGN_OR_RETURN(Expression way, sequence(depth));
      ways.push_back(std::move(way));
      if (peek() != '|') return Expression::choice(std::move(ways));
      ++at_;
      skip(true);
    }
  }

  Result<Expression> sequence(int depth) {
    std::vector<Expression> parts;
    while (true) {
      skip(depth > 0);
      const char c = peek();
      if (c == '*' || c == '+' || c == '?' || c == '{') {
        if (parts.empty())
          return error(fmt::format("there is nothing before '{}' that could be repeated", c));
        GENKAI_ASSIGN_OR_RETURN(Expression repeated, repetition(std::move(parts.back())));
        parts.back() = std::move(repeated);
        continue;
      }
      GENKAI_ASSIGN_OR_RETURN(auto item, this->item(depth));
      if (!item) break;
      parts.push_back(std::move(*item));
    }
    return Expression::sequence(std::move(parts));
  }

  Result<std::optional<Expression>> item(int depth) {
    const char c = peek();
    if (at_end() || c == '|' || c == ')' || c == '\n') return std::optional<Expression>();
    if (c == '"') return wrap(literal());
    if (c == '[') return wrap(characters());
    if (c == '.') {
      ++at_;
      return std::optional(Expression::characters(complement({})));
    }
    if (c == '(') {
      const std::size_t begin = at_++;
      GENKAI_ASSIGN_OR_RETURN(Expression inner, choice(depth + 1));
      if (peek() != ')' || at_end()) return error_at(begin, "this '(' is never closed");
      ++at_;
      return std::optional(std::move(inner));
    }
    if (is_name(c)) {
      const std::size_t begin = at_;
      const std::string_view called = name();
      const std::uint32_t id = id_of(called);
      used_.emplace(std::string(called), Place{id, begin});
      return std::optional(Expression::call(id));
    }
    if (c == '<' || c == '!')
      return error("a grammar is about text and cannot name tokens: '<' and '!' belong into quotes");
    return error(fmt::format(
        "'{}' cannot stand here: a quoted text, a [class], a rule's name or ( is expected", shown()));
  }

  static Result<std::optional<Expression>> wrap(Result<Expression> made) {
    if (!made) return base::fail(std::move(made).error());
    return std::optional(std::move(*made));
  }

  Result<std::uint32_t> number() {
    skip(false);
    const std::size_t begin = at_;
    std::uint64_t value = 0;
    while (peek() >= '0' && peek() <= '9' && value <= kMostRepeats)
      value = value * 10 + static_cast<unsigned>(text_[at_++] - '0');
    if (begin == at_) return error("a number is expected here");
    if (value > kMostRepeats) return error_at(begin, fmt::format("more than {} repetitions", kMostRepeats));
    skip(false);
    return static_cast<std::uint32_t>(value);
  }

  Result<Expression> repetition(Expression body) {
    const std::size_t begin = at_;
    const char c = text_[at_++];
    if (c == '*') return Expression::repeat(std::move(body), 0, kUnbounded);
    if (c == '+') return Expression::repeat(std::move(body), 1, kUnbounded);
    if (c == '?') return Expression::optional(std::move(body));
    std::uint32_t low = 0, high = kUnbounded;
    skip(false);
    if (peek() != ',') {
      GENKAI_ASSIGN_OR_RETURN(low, number());
      high = low;
    }
    if (peek() == ',') {
      ++at_;
      skip(false);
      high = kUnbounded;
      if (peek() != '}') {
        GENKAI_ASSIGN_OR_RETURN(high, number());
      }
    }
    if (peek() != '}') return error("'}' is expected here");
    ++at_;
    if (high < low)
      return error_at(begin, fmt::format("{{{},{}}}: the second number is the smaller one", low, high));
    return Expression::repeat(std::move(body), low, high);
  }

  Result<char32_t> character(char closing) {
    if (at_end() || peek() == '\n') return error(fmt::format("'{}' is missing", closing));
    if (peek() != '\\') {
      const auto point = text::code_point_at(text_, at_);
      if (!point.valid) return error("the grammar is not UTF-8 here");
      at_ += point.length;
      return point.value;
    }
    const std::size_t begin = at_++;
    const char c = peek();
    if (!at_end()) ++at_;
    switch (c) {
      case 'n':
        return U'\n';
      case 'r':
        return U'\r';
      case 't':
        return U'\t';
      case 'x':
        return hexadecimal(begin, 2);
      case 'u':
        return hexadecimal(begin, 4);
      case 'U':
        return hexadecimal(begin, 8);
      case '\\':
      case '"':
      case '[':
      case ']':
      case '-':
      case '^':
      case '/':
        return static_cast<char32_t>(c);
      default:
        return error_at(
            begin,
            "an unknown escape: \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\^ \\xHH \\uHHHH \\UHHHHHHHH are known");
    }
  }

  Result<char32_t> hexadecimal(std::size_t begin, int digits) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const char c = peek();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return error_at(begin, fmt::format("this escape takes {} hexadecimal digits", digits));
      value = value * 16 + static_cast<char32_t>(digit);
      ++at_;
    }
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
      return error_at(begin, "this escape is not a character of Unicode");
    return value;
  }

  Result<Expression> literal() {
    ++at_;
    std::string utf8;
    while (peek() != '"' || at_end()) {
      GENKAI_ASSIGN_OR_RETURN(const char32_t point, character('"'));
      text::append_utf8(utf8, point);
    }
    ++at_;
    return Expression::literal(utf8);
  }

  Result<Expression> characters() {
    const std::size_t begin = at_++;
    const bool others = peek() == '^';
    if (others) ++at_;
    std::vector<CodeRange> ranges;
    while (peek() != ']' || at_end()) {
      GENKAI_ASSIGN_OR_RETURN(const char32_t low, character(']'));
      char32_t high = low;
      if (peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        GENKAI_ASSIGN_OR_RETURN(high, character(']'));
      }
      if (high < low) return error_at(begin, "a range of characters whose end comes before its start");
      ranges.push_back({low, high});
    }
    ++at_;
    if (ranges.empty() && !others)
      return error_at(begin, "this class holds no character, so nothing could match it");
    return Expression::characters(others ? complement(std::move(ranges)) : std::move(ranges));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Rules rules_;
  std::map<std::string, std::uint32_t> known_;
  std::map<std::string, Place> used_;
  std::vector<bool> defined_;
};

}  // namespace

Result<Rules> parse_rules(std::string_view text) {
  if (text.size() > kMostBytes)
    return base::fail(Code::resource_exhausted,
                      fmt::format("the grammar is larger than {} bytes", kMostBytes));
  return Parser(text).parse();
}

}  // namespace genkai::logic::grammar
