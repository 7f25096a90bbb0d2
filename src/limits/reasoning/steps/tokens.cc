#include "limits/reasoning/steps/tokens.h"

#include <array>
#include <cctype>
#include <utility>

#include "text/utf8.h"

namespace genkai::limits::reasoning::steps {
namespace {

using Pair = std::pair<std::string_view, char>;

constexpr std::array<Pair, 12> kSignWords{{{"plus", '+'},
                                           {"minus", '-'},
                                           {"times", '*'},
                                           {"x", '*'},
                                           {"足す", '+'},
                                           {"たす", '+'},
                                           {"引く", '-'},
                                           {"ひく", '-'},
                                           {"掛ける", '*'},
                                           {"かける", '*'},
                                           {"割る", '/'},
                                           {"わる", '/'}}};
constexpr std::array<std::string_view, 6> kSays{"is", "equals", "は", "makes", "gives", "イコール"};

char32_t plain(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;  // full width
  switch (c) {
    case U'×':
    case U'·':
    case U'∙':
    case U'⋅':
      return '*';
    case U'÷':
      return '/';
    case U'−':
    case U'–':
    case U'‐':
      return '-';
    default:
      return c;
  }
}

class Tokeniser {
 public:
  explicit Tokeniser(std::string_view step) : step_(step) {}

  std::vector<Token> all() {
    while (at_ < step_.size()) {
      const char32_t c = here();
      if (c == '\n' || c == '\r') {
        push(TokenKind::stop, length());
      } else if (text::is_space(c)) {
        at_ += length();
        glued_ = false;
      } else if (text::is_ascii_digit(c) || (c == '.' && text::is_ascii_digit(next()))) {
        number();
      } else if (text::is_ascii_letter(c) || text::is_japanese_letter(c) || (c >= 0xC0 && c < 0x250)) {
        word();
      } else {
        mark(c);
      }
    }
    return std::move(tokens_);
  }

 private:
  char32_t at(std::size_t place) const {
    return place < step_.size() ? plain(text::code_point_at(step_, place).value) : 0;
  }
  char32_t here() const { return at(at_); }
  std::size_t length() const { return text::code_point_at(step_, at_).length; }
  char32_t next() const { return at(at_ + length()); }

  Token& push(TokenKind kind, std::size_t size, char sign = 0) {
    Token token;
    token.kind = kind;
    token.sign = sign;
    token.glued = glued_ && !tokens_.empty();
    token.at = {at_, at_ + size};
    at_ += size;
    glued_ = true;
    tokens_.push_back(std::move(token));
    return tokens_.back();
  }

  void number() {
    const std::size_t begin = at_;
    Wide digits = 0, scale = 1;
    bool fits = true, point = false;
    std::size_t decimals = 0, end = at_, group = 0;
    const auto is_digit = [&](std::size_t place) { return text::is_ascii_digit(at(place)); };
    while (end < step_.size()) {
      const char32_t c = at(end);
      const std::size_t after = end + text::code_point_at(step_, end).length;
      if (text::is_ascii_digit(c)) {
        fits = fits && !__builtin_mul_overflow(digits, static_cast<Wide>(10), &digits) &&
               !__builtin_add_overflow(digits, static_cast<Wide>(c - '0'), &digits);
        if (point) ++decimals, fits = fits && decimals < 30, scale *= fits ? 10 : 1;
        ++group;
      } else if (c == '.' && !point && is_digit(after)) {
        point = true;
      } else if (c == ',' && !point && group > 0 && group <= 3 && three_digits(after)) {
        group = 0;
      } else {
        break;
      }
      end = after;
    }
    if (at(end) == '.' && !point && at(end + 1) == '.') fits = false;  // 1...9
    Exact value = fits ? Rational::of(digits, scale) : std::nullopt;
    value = with_myriads(value, end);
    Token& token = push(value ? TokenKind::number : TokenKind::unknown, end - begin);
    if (value) token.value = *value;
    token.decimals = decimals;
  }
  bool three_digits(std::size_t place) const {
    for (int i = 0; i < 3; ++i) {
      if (!text::is_ascii_digit(at(place))) return false;
      place += text::code_point_at(step_, place).length;
    }
    return !text::is_ascii_digit(at(place));
  }
  // 3万5千 is more than this reads: only one unit, and no digit after it.
  Exact with_myriads(const Exact& value, std::size_t& end) const {
    constexpr std::array<std::pair<char32_t, std::int64_t>, 3> kUnits{
        {{U'千', 1000}, {U'万', 10000}, {U'億', 100000000}}};
    for (const auto& [unit, worth] : kUnits) {
      if (at(end) != unit) continue;
      end += 3;
      const char32_t c = at(end);
      if (!value || text::is_ascii_digit(c) || c == U'千' || c == U'万' || c == U'億') return std::nullopt;
      return multiply(*value, Rational(worth));
    }
    return value;
  }

  void word() {
    const std::size_t begin = at_;
    const bool japanese = text::is_japanese_letter(here());
    std::size_t end = at_;
    // A run of one script; は stands alone.
    while (end < step_.size()) {
      const char32_t c = at(end);
      const bool particle = c == U'は';
      const bool letter = japanese ? text::is_japanese_letter(c) && !(particle && end > begin)
                                   : text::is_ascii_letter(c) || (c >= 0xC0 && c < 0x250) ||
                                         (c == '\'' && text::is_ascii_letter(at(end + 1))) || c == U'’' ||
                                         (c == '_' && end > begin);
      if (!letter) break;
      end += text::code_point_at(step_, end).length;
      if (japanese && particle) break;
    }
    std::string folded;
    for (std::size_t i = begin; i < end; i += text::code_point_at(step_, i).length) {
      const char32_t c = at(i);
      text::append_utf8(folded, text::is_ascii_upper(c) ? c + 32 : c);
    }
    const bool capital = end - begin == 1 && text::is_ascii_upper(here());
    for (const auto& [name, sign] : kSignWords) {
      if (folded != name || capital) continue;
      if (name == "x" && (tokens_.empty() || !ends_operand(tokens_.back()))) continue;
      push(TokenKind::sign, end - begin, sign);
      return;
    }
    if (folded == "by" && !tokens_.empty() && tokens_.back().kind == TokenKind::word) {
      const std::string& before = tokens_.back().word;
      const char sign = before == "divided" ? '/' : before == "multiplied" ? '*' : 0;
      if (sign) {
        tokens_.pop_back();
        push(TokenKind::sign, end - begin, sign);
        return;
      }
    }
    if (folded == "percent" || folded == "パーセント") {
      push(TokenKind::percent, end - begin, '%');
      return;
    }
    for (const std::string_view name : kSays) {
      if (folded != name) continue;
      push(TokenKind::says, end - begin).word = folded;
      return;
    }
    Token& token = push(TokenKind::word, end - begin);
    token.word = std::move(folded);
    token.capital = capital;
  }
  static bool ends_operand(const Token& token) {
    return token.kind == TokenKind::number || token.kind == TokenKind::close ||
           token.kind == TokenKind::percent;
  }

  void mark(char32_t c) {
    const std::size_t size = length();
    const char32_t after = next();
    const auto two = [&] { return size + text::code_point_at(step_, at_ + size).length; };
    switch (c) {
      case '+':
      case '-':
      case '*':
      case '/':
      case '^':
        if (c == '*' && after == '*') {
          // Two stars: a power between operands, else emphasis.
          push(!tokens_.empty() && ends_operand(tokens_.back()) ? TokenKind::sign : TokenKind::stop, two(),
               '^');
          return;
        }
        push(TokenKind::sign, size, static_cast<char>(c));
        return;
      case '(':
      case '[':
        push(TokenKind::open, size, '(');
        return;
      case ')':
      case ']':
        push(TokenKind::close, size, ')');
        return;
      case '=':
        if (after == '=' || after == '>' || after == '<') {
          push(TokenKind::unknown, two());
          return;
        }
        push(TokenKind::equals, size);
        return;
      case '<':
      case '>':
      case '!':
        push(after == '=' ? TokenKind::unknown
             : c == '!'   ? TokenKind::stop
                          : TokenKind::unknown,
             after == '=' ? two() : size);
        return;
      case U'≈':
      case U'≒':
      case U'~':
      case U'≠':
      case U'≤':
      case U'≥':
      case U'√':
      case U'±':
      case U'°':
      case '_':
      case '\\':
        push(TokenKind::unknown, size);
        return;
      case '%':
        push(TokenKind::percent, size, '%');
        return;
      case '$':
      case U'£':
      case U'€':
      case U'¥':
      case U'¢':
        push(TokenKind::currency, size).word = step_.substr(at_ - size, size);
        return;
      default:
        push(TokenKind::stop, size);
    }
  }

  std::string_view step_;
  std::size_t at_ = 0;
  bool glued_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenise(std::string_view step) {
  return Tokeniser(step).all();
}

}  // namespace genkai::limits::reasoning::steps
