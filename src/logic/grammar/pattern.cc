#include "logic/grammar/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "text/utf8.h"

namespace genkai::logic::grammar {
namespace {

using base::Code;
using base::Result;
using Ranges = std::vector<CodeRange>;

constexpr std::size_t kMostBytes = 4096;
constexpr std::uint32_t kMostRepeats = 4096;
constexpr int kMostDepth = 100;

class PatternParser {
 public:
  PatternParser(std::string_view pattern, PatternText text) : pattern_(pattern), text_(text) {}

  Result<Expression> parse() {
    if (pattern_.size() > kMostBytes)
      return error(Code::unsupported, fmt::format("longer than {} bytes", kMostBytes));
    std::vector<Expression> ways;
    while (true) {
      GENKAI_ASSIGN_OR_RETURN(Expression way, anchored());
      ways.push_back(std::move(way));
      if (at_end()) return Expression::choice(std::move(ways));
      if (peek() != '|') return error(Code::invalid_argument, "a ')' without its '('");
      ++at_;
    }
  }

 private:
  bool at_end() const { return at_ >= pattern_.size(); }
  char peek() const { return at_end() ? '\0' : pattern_[at_]; }
  tl::unexpected<base::Error> error(Code code, const std::string& what) const {
    return base::fail(code, fmt::format("character {}: {}",
                                        text::is_valid_utf8(pattern_.substr(0, at_)) ? at_ + 1 : at_, what));
  }

  Expression characters(Ranges ranges) const {
    return text_ == PatternText::json ? json_characters(ranges) : Expression::characters(std::move(ranges));
  }

  // One of the alternatives at the top, where anchors may stand.
  Result<Expression> anchored() {
    std::vector<Expression> parts;
    const auto anything = [&] { return Expression::repeat(characters(complement({})), 0, kUnbounded); };
    if (peek() == '^')
      ++at_;
    else
      parts.push_back(anything());
    GENKAI_ASSIGN_OR_RETURN(Expression body, sequence(0));
    parts.push_back(std::move(body));
    if (peek() == '$') {
      ++at_;
      if (!at_end() && peek() != '|') return error(Code::unsupported, "'$' is known at the end only");
    } else {
      parts.push_back(anything());
    }
    return Expression::sequence(std::move(parts));
  }

  Result<Expression> sequence(int depth) {
    std::vector<Expression> parts;
    while (!at_end() && peek() != '|' && peek() != ')' && !(peek() == '$' && depth == 0)) {
      const char c = peek();
      if (c == '^' || c == '$')
        return error(Code::unsupported,
                     fmt::format("'{}' is known at the start and end of the pattern only", c));
      if (c == '*' || c == '+' || c == '?' || c == '{')
        return error(Code::invalid_argument, fmt::format("nothing stands before '{}'", c));
      GENKAI_ASSIGN_OR_RETURN(Expression one, atom(depth));
      GENKAI_ASSIGN_OR_RETURN(one, repeated(std::move(one)));
      parts.push_back(std::move(one));
    }
    return Expression::sequence(std::move(parts));
  }

  Result<Expression> atom(int depth) {
    const char c = peek();
    if (c == '(') return group(depth);
    if (c == '[') {
      GENKAI_ASSIGN_OR_RETURN(Ranges ranges, char_class());
      return characters(std::move(ranges));
    }
    if (c == '.') {
      ++at_;
      return characters(complement({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}));
    }
    if (c == '\\') {
      GENKAI_ASSIGN_OR_RETURN(Ranges ranges, escape());
      return characters(std::move(ranges));
    }
    GENKAI_ASSIGN_OR_RETURN(const char32_t point, code_point());
    return characters({{point, point}});
  }

  Result<Expression> group(int depth) {
    if (depth >= kMostDepth) return error(Code::unsupported, "groups are nested too deep");
    ++at_;
    if (peek() == '?') {
      if (pattern_.substr(at_).starts_with("?:"))
        at_ += 2;
      else
        return error(Code::unsupported, "look-around and named groups are not known");
    }
    std::vector<Expression> ways;
    while (true) {
      GENKAI_ASSIGN_OR_RETURN(Expression way, sequence(depth + 1));
      ways.push_back(std::move(way));
      if (at_end()) return error(Code::invalid_argument, "a '(' without its ')'");
      if (pattern_[at_++] == ')') return Expression::choice(std::move(ways));
    }
  }

  Result<Expression> repeated(Expression one) {
    std::uint32_t low = 0, high = kUnbounded;
    switch (peek()) {
      case '*':
        break;
      case '+':
        low = 1;
        break;
      case '?':
        high = 1;
        break;
      case '{': {
        ++at_;
        GENKAI_ASSIGN_OR_RETURN(low, number());
        high = low;
        if (peek() == ',') {
          ++at_;
          high = kUnbounded;
          if (peek() != '}') {
            GENKAI_ASSIGN_OR_RETURN(high, number());
          }
        }
        if (peek() != '}' || high < low) return error(Code::invalid_argument, "a malformed {m,n}");
        break;
      }
      default:
        return one;
    }
    ++at_;
    if (peek() == '?') ++at_;  // lazy: the same texts
    if (peek() == '*' || peek() == '+' || peek() == '{')
      return error(Code::invalid_argument, "a repetition of a repetition");
    return Expression::repeat(std::move(one), low, high);
  }

  Result<std::uint32_t> number() {
    std::uint32_t value = 0;
    if (peek() < '0' || peek() > '9') return error(Code::invalid_argument, "a number is expected");
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + static_cast<std::uint32_t>(pattern_[at_++] - '0');
      if (value > kMostRepeats)
        return error(Code::unsupported, fmt::format("more than {} repetitions", kMostRepeats));
    }
    return value;
  }

  Result<char32_t> code_point() {
    const auto point = text::code_point_at(pattern_, at_);
    if (!point.valid) return error(Code::invalid_argument, "not UTF-8");
    at_ += point.length;
    return point.value;
  }

  // After a backslash: one character, or a class.
  Result<Ranges> escape() {
    ++at_;
    if (at_end()) return error(Code::invalid_argument, "a backslash at the end");
    const Ranges digit{{'0', '9'}}, word{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}},
        space{{9, 13},          {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
              {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
    const char c = pattern_[at_];
    const auto one = [](char32_t point) { return Ranges{{point, point}}; };
    const auto hexadecimal = [&](std::size_t digits) -> Result<Ranges> {
      char32_t value = 0;
      for (std::size_t i = 0; i < digits; ++i) {
        const std::size_t digit_at =
            std::string_view("0123456789abcdef").find(static_cast<char>(at_end() ? 0 : pattern_[at_] | 0x20));
        if (digit_at == std::string_view::npos) return error(Code::invalid_argument, "a malformed escape");
        value = value * 16 + static_cast<char32_t>(digit_at);
        ++at_;
      }
      return one(value);
    };
    ++at_;
    switch (c) {
      case 'd':
        return digit;
      case 'D':
        return complement(digit);
      case 'w':
        return word;
      case 'W':
        return complement(word);
      case 's':
        return space;
      case 'S':
        return complement(space);
      case 'n':
        return one('\n');
      case 'r':
        return one('\r');
      case 't':
        return one('\t');
      case 'f':
        return one('\f');
      case 'v':
        return one('\v');
      case 'x':
        return hexadecimal(2);
      case 'u':
        return hexadecimal(4);
      default:
        if (text::is_ascii_letter(static_cast<unsigned char>(c)) ||
            text::is_ascii_digit(static_cast<unsigned char>(c)))
          return error(Code::unsupported, fmt::format("'\\{}' is not known", c));
        --at_;
        GENKAI_ASSIGN_OR_RETURN(const char32_t point, code_point());
        return one(point);
    }
  }

  Result<Ranges> char_class() {
    ++at_;
    const bool others = peek() == '^';
    if (others) ++at_;
    Ranges ranges;
    const auto member = [&]() -> Result<Ranges> {
      if (at_end()) return error(Code::invalid_argument, "a '[' without its ']'");
      if (peek() == '\\') return escape();
      GENKAI_ASSIGN_OR_RETURN(const char32_t point, code_point());
      return Ranges{{point, point}};
    };
    while (at_end() || peek() != ']') {
      GENKAI_ASSIGN_OR_RETURN(Ranges low, member());
      if (peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
        ++at_;
        GENKAI_ASSIGN_OR_RETURN(const Ranges high, member());
        const auto single = [](const Ranges& part) {
          return part.size() == 1 && part[0].low == part[0].high;
        };
        if (!single(low) || !single(high) || high[0].low < low[0].low)
          return error(Code::invalid_argument, "a malformed range of characters");
        low[0].high = high[0].high;
      }
      ranges.insert(ranges.end(), low.begin(), low.end());
    }
    ++at_;
    return others ? complement(std::move(ranges)) : normalised(std::move(ranges));
  }

  std::string_view pattern_;
  PatternText text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Expression> parse_pattern(std::string_view pattern, PatternText text) {
  return PatternParser(pattern, text).parse();
}

Expression json_characters(const std::vector<CodeRange>& ranges) {
  Ranges plain, escaped;
  for (const CodeRange& range : normalised(ranges)) {
    char32_t low = range.low;
    for (const char32_t special : {U'\x1F', U'"', U'\\'}) {
      if (special == 0x1F && low <= special) {
        escaped.push_back({low, std::min(special, range.high)});
        low = special + 1;
      } else if (low <= special && special <= range.high) {
        if (low < special) plain.push_back({low, special - 1});
        escaped.push_back({special, special});
        low = special + 1;
      }
    }
    if (low <= range.high) plain.push_back({low, range.high});
  }
  std::vector<Expression> ways;
  if (!plain.empty()) ways.push_back(Expression::characters(std::move(plain)));
  for (const CodeRange& range : escaped)
    for (char32_t point = range.low; point <= range.high; ++point) {
      const char byte = static_cast<char>(point);
      ways.push_back(Expression::literal(json_escaped({&byte, 1})));
    }
  // Nothing to choose from is a class that nothing matches.
  return ways.empty() ? Expression::characters({}) : Expression::choice(std::move(ways));
}

std::string json_escaped(std::string_view utf8) {
  const std::string quoted = base::Json(utf8).dump();
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace genkai::logic::grammar
