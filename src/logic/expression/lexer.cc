#include "logic/expression/lexer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "logic/expression/calendar.h"
#include "text/utf8.h"

namespace genkai::logic::expression {
namespace {

char32_t fold(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  switch (c) {
    case 0x00D7:
    case 0x00B7:
    case 0x22C5:
    case 0x2217:
      return '*';
    case 0x00F7:
    case 0x2215:
    case 0x2044:
      return '/';
    case 0x2212:
    case 0x2010:
    case 0x2011:
    case 0x2013:
      return '-';
    case 0x3001:
      return ',';
    case 0x201C:
    case 0x201D:
    case 0x300C:
    case 0x300D:
      return '"';
    case 0x2018:
    case 0x2019:
      return '\'';
    case 0xFFE5:
      return 0x00A5;  // yen
    case 0xFFE1:
      return 0x00A3;  // pound
    case 0x03BC:
      return 0x00B5;  // mu
    default:
      return c;
  }
}

int kanji_digit(char32_t c) {
  constexpr std::u32string_view kDigits = U"〇一二三四五六七八九";
  const std::size_t at = kDigits.find(c);
  return at == std::u32string_view::npos ? -1 : static_cast<int>(at);
}

std::int64_t small_multiplier(char32_t c) {
  return c == U'十' ? 10 : c == U'百' ? 100 : c == U'千' ? 1'000 : 0;
}

std::int64_t large_multiplier(char32_t c) {
  return c == U'万' ? 10'000 : c == U'億' ? 100'000'000 : c == U'兆' ? 1'000'000'000'000 : 0;
}

bool begins_kanji_number(char32_t c) {
  return kanji_digit(c) >= 0 || small_multiplier(c) > 0;
}

bool in_word(char32_t c) {
  return text::is_ascii_letter(c) || c == '_' || text::is_japanese_letter(c) || c == 0xB0 || c == 0xB5 ||
         c == 0x2103 || c == 0x2109 || (c >= 0x33A0 && c <= 0x33A5) || c == 0x2030;
}

struct Character {
  char32_t value = 0;
  std::size_t begin = 0;
};

class Lexer {
 public:
  Lexer(std::string_view source, const Budget& budget, std::vector<Token>& tokens, Failure& failure)
      : budget_(budget), tokens_(tokens), failure_(failure) {
    characters_.reserve(source.size() + 1);
    for (std::size_t at = 0; at < source.size();) {
      const text::CodePoint c = text::code_point_at(source, at);
      characters_.push_back({fold(c.value), at});
      at += c.length;
    }
    characters_.push_back({0, source.size()});
  }

  bool run() {
    while (at_ + 1 < characters_.size()) {
      const char32_t c = peek();
      const std::size_t begin = at_;
      if (c == '#') {
        while (at_ + 1 < characters_.size() && peek() != '\n') ++at_;
      } else if (c == ';' || (c == '\n' && brackets_.empty() && !goes_on())) {
        ++at_;
        push(Token::Type::separator, begin, ";");
      } else if (text::is_space(c)) {
        ++at_;
      } else if (is_digit(c) || (c == '.' && is_digit(peek(1))) || begins_kanji_number(c)) {
        if (!date() && !clock() && !number()) return false;
        if (failed_) return false;
      } else if (in_word(c)) {
        word();
      } else if (c == '"' || c == '\'') {
        if (!quoted(c)) return false;
      } else if (c == '$' || c == 0xA3 || c == 0xA5 || c == 0x20AC || c == 0x20A9 || c == 0x20B9) {
        ++at_;
        std::string sign;
        text::append_utf8(sign, c);
        push(Token::Type::currency, begin, std::move(sign));
      } else if (!sign()) {
        return false;
      }
    }
    push(Token::Type::end, at_, "");
    return true;
  }

 private:
  char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < characters_.size() ? characters_[at_ + ahead].value : 0;
  }
  static bool is_digit(char32_t c) { return text::is_ascii_digit(c); }
  bool digits_at(std::size_t ahead, std::size_t count) const {
    for (std::size_t i = 0; i < count; ++i)
      if (!is_digit(peek(ahead + i))) return false;
    return !is_digit(peek(ahead + count));
  }
  int digits(std::size_t ahead, std::size_t count) const {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + static_cast<int>(peek(ahead + i) - '0');
    return value;
  }
  Token& push(Token::Type type, std::size_t begin, std::string text) {
    Token token;
    token.type = type;
    token.begin = characters_[begin].begin;
    token.end = characters_[at_].begin;
    token.text = std::move(text);
    tokens_.push_back(std::move(token));
    return tokens_.back();
  }
  bool fail(Fault fault, std::size_t begin, std::string english, std::string japanese) {
    failed_ = true;
    failure_.fault = fault;
    failure_.begin = characters_[begin].begin;
    failure_.end = characters_[std::min(std::max(at_, begin + 1), characters_.size() - 1)].begin;
    failure_.english = std::move(english);
    failure_.japanese = std::move(japanese);
    return false;
  }

  // Whether the last word wants something after it.
  bool goes_on() const {
    constexpr std::array<std::string_view, 5> kEnding{")", "]", "%", "^2", "^3"};
    return !tokens_.empty() && tokens_.back().type == Token::Type::sign &&
           std::find(kEnding.begin(), kEnding.end(), tokens_.back().text) == kEnding.end();
  }

  // 2024-03-03
  bool date() {
    if (!digits_at(0, 4) || peek(4) != '-' || !digits_at(5, 2) || peek(7) != '-' || !digits_at(8, 2))
      return false;
    const std::size_t begin = at_;
    const Day day{digits(0, 4), digits(5, 2), digits(8, 2)};
    at_ += 10;
    if (!exists(day)) {
      fail(Fault::no_such_day, begin, "there is no such day", "そのような日はありません");
      return true;
    }
    push(Token::Type::date, begin, iso_date(days_of(day))).number = Rational(days_of(day));
    return true;
  }

  // 9:30, 17:05:10
  bool clock() {
    const std::size_t wide = digits_at(0, 2) ? 2 : digits_at(0, 1) ? 1 : 0;
    if (wide == 0 || peek(wide) != ':' || !digits_at(wide + 1, 2)) return false;
    const std::size_t begin = at_;
    const bool seconds = peek(wide + 3) == ':' && digits_at(wide + 4, 2);
    const int hour = digits(0, wide), minute = digits(wide + 1, 2),
              second = seconds ? digits(wide + 4, 2) : 0;
    at_ += wide + (seconds ? 6 : 3);
    if (hour > 23 || minute > 59 || second > 59) {
      fail(Fault::no_such_day, begin, "there is no such time of day", "そのような時刻はありません");
      return true;
    }
    push(Token::Type::clock, begin, "").number = Rational(std::int64_t{hour} * 3600 + minute * 60 + second);
    return true;
  }

  // ASCII digits with point, grouping and exponent; nothing when it is too large.
  std::optional<Rational> plain_number() {
    std::string whole, part;
    const auto grouped = [&] { return lists_ == 0 && peek() == ',' && digits_at(1, 3) && !whole.empty(); };
    while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)))) {
      if (peek() != '_') whole += static_cast<char>(peek());
      ++at_;
    }
    if (whole.size() <= 3)
      while (grouped()) {
        for (++at_; is_digit(peek()); ++at_) whole += static_cast<char>(peek());
      }
    if (peek() == '.' && is_digit(peek(1)))
      for (++at_; is_digit(peek()); ++at_) part += static_cast<char>(peek());
    std::int64_t exponent = 0;
    const std::size_t sign = peek(1) == '-' || peek(1) == '+' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      const bool negative = peek(1) == '-';
      for (at_ += 1 + sign; is_digit(peek()); ++at_)
        exponent = std::min<std::int64_t>(exponent * 10 + static_cast<std::int64_t>(peek() - '0'), 100'000);
      if (negative) exponent = -exponent;
    }
    exponent -= static_cast<std::int64_t>(part.size());
    Integer all;
    Rational scale, out;
    if (!parse_digits(whole + part, 10, budget_.integer_bits, all)) return {};
    if (compute(RationalOp::power, Rational(10), Rational(exponent), budget_.integer_bits, scale) !=
            RationalFault::none ||
        compute(RationalOp::multiply, Rational(std::move(all)), scale, budget_.integer_bits, out) !=
            RationalFault::none)
      return {};
    return out;
  }

  // Digits and 十百千万億兆: 2万3千, 3.5億, 三千五百.
  bool number() {
    const std::size_t begin = at_;
    Rational total, section;
    std::optional<Rational> current;
    const auto combined = [&](RationalOp op, const Rational& a, const Rational& b) {
      Rational out;
      const auto fault = compute(op, a, b, budget_.integer_bits, out);
      large_ |= fault != RationalFault::none;
      return out;
    };
    for (bool after_digits = false;;) {
      const char32_t c = peek();
      if ((is_digit(c) || (c == '.' && is_digit(peek(1)))) && !after_digits) {
        current = plain_number();
        large_ |= !current;
        after_digits = true;
      } else if (kanji_digit(c) >= 0 && !after_digits) {
        current = Rational(0);
        for (; kanji_digit(peek()) >= 0; ++at_)
          current = combined(RationalOp::add, combined(RationalOp::multiply, *current, Rational(10)),
                             Rational(kanji_digit(peek())));
        after_digits = true;
      } else if (const std::int64_t times = small_multiplier(c); times > 0) {
        section = combined(RationalOp::add, section,
                           combined(RationalOp::multiply, current.value_or(Rational(1)), Rational(times)));
        current.reset();
        after_digits = false;
        ++at_;
      } else if (const std::int64_t many = large_multiplier(c); many > 0 && at_ > begin) {
        const Rational own = combined(RationalOp::add, section, current.value_or(Rational(0)));
        total = combined(RationalOp::add, total, combined(RationalOp::multiply, own, Rational(many)));
        section = Rational();
        current.reset();
        after_digits = false;
        ++at_;
      } else {
        break;
      }
      if (large_) return fail(Fault::too_large, begin, "the number is too large", "数が大きすぎます");
    }
    total =
        combined(RationalOp::add, combined(RationalOp::add, total, section), current.value_or(Rational(0)));
    if (large_) return fail(Fault::too_large, begin, "the number is too large", "数が大きすぎます");
    push(Token::Type::number, begin, "").number = std::move(total);
    return true;
  }

  void word() {
    const std::size_t begin = at_;
    std::string text;
    while (in_word(peek()) || (is_digit(peek()) && !text.empty() && text::is_ascii(text))) {
      if (begins_kanji_number(peek()) && (era_start(text) || text == "年" || text == "月"))
        break;  // 昭和三十六年
      text::append_utf8(text, peek());
      ++at_;
    }
    push(Token::Type::word, begin, std::move(text));
  }

  bool quoted(char32_t mark) {
    const std::size_t begin = at_++;
    std::string text;
    while (at_ + 1 < characters_.size() && peek() != mark && peek() != '\n') {
      text::append_utf8(text, peek());
      ++at_;
    }
    if (peek() != mark)
      return fail(Fault::syntax, begin, "the quotation mark is not closed", "引用符が閉じていません");
    ++at_;
    push(Token::Type::text, begin, std::move(text));
    return true;
  }

  bool sign() {
    const std::size_t begin = at_;
    const char32_t c = peek(), next = peek(1);
    struct Pair {
      char32_t first, second;
      std::string_view text;
    };
    static constexpr std::array<Pair, 8> kPairs{{{'*', '*', "^"},
                                                 {'/', '/', "//"},
                                                 {'=', '=', "=="},
                                                 {'!', '=', "!="},
                                                 {'<', '=', "<="},
                                                 {'>', '=', ">="},
                                                 {'&', '&', "and"},
                                                 {'|', '|', "or"}}};
    for (const Pair& pair : kPairs)
      if (c == pair.first && next == pair.second) {
        at_ += 2;
        push(Token::Type::sign, begin, std::string(pair.text));
        return true;
      }
    ++at_;
    static constexpr std::array<std::pair<char32_t, std::string_view>, 6> kOthers{
        {{0x2264, "<="}, {0x2265, ">="}, {0x2260, "!="}, {0xB2, "^2"}, {0xB3, "^3"}, {0x2266, "<="}}};
    for (const auto& [character, text] : kOthers)
      if (c == character) {
        push(Token::Type::sign, begin, std::string(text));
        return true;
      }
    if (c >= 0x80 || std::string_view("+-*/^%()[],=<>").find(static_cast<char>(c)) == std::string_view::npos)
      return fail(Fault::syntax, begin, "this character has no meaning here", "この文字はここでは使えません");
    if (c == '(' || c == '[') {
      const bool list = c == '[' || (!tokens_.empty() && tokens_.back().type == Token::Type::word);
      brackets_.push_back(list);
      lists_ += list ? 1 : 0;
    } else if ((c == ')' || c == ']') && !brackets_.empty()) {
      lists_ -= brackets_.back() ? 1 : 0;
      brackets_.pop_back();
    }
    push(Token::Type::sign, begin, std::string(1, static_cast<char>(c)));
    return true;
  }

  const Budget& budget_;
  std::vector<Token>& tokens_;
  Failure& failure_;
  std::vector<Character> characters_;
  std::vector<bool> brackets_;  // open ones; whether commas separate in them
  std::size_t at_ = 0;
  int lists_ = 0;
  bool large_ = false, failed_ = false;
};

}  // namespace

bool tokenize(std::string_view source, const Budget& budget, std::vector<Token>& tokens, Failure& failure) {
  return Lexer(source, budget, tokens, failure).run();
}

}  // namespace genkai::logic::expression
