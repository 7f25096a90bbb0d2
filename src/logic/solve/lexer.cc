#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "logic/solve/expression.h"
#include "text/utf8.h"

namespace genkai::logic::solve {
namespace {

using Spelling = std::pair<std::string_view, std::string_view>;

// As they are written, and the one form that the parser knows. Longer ones first.
constexpr std::array kSymbols = std::to_array<Spelling>({
    {"<=>", "<->"}, {"<->", "<->"},  {">>>", ">>>"},  {"=/=", "!="}, {":-", ":-"}, {"->", "->"},
    {"=>", "->"},   {"==", "=="},    {"!=", "!="},    {"<>", "!="},  {"<=", "<="}, {"=<", "<="},
    {">=", ">="},   {"&&", "&"},     {"||", "|"},     {"/\\", "&"},  {"\\/", "|"}, {"\\+", "unless"},
    {"\\=", "!="},  {"↔", "<->"},    {"⇔", "<->"},    {"≡", "<->"},  {"⟺", "<->"}, {"→", "->"},
    {"⇒", "->"},    {"⟹", "->"},     {"∧", "&"},      {"∨", "|"},    {"⊕", "xor"}, {"⊻", "xor"},
    {"¬", "!"},     {"∀", "forall"}, {"∃", "exists"}, {"≠", "!="},   {"≤", "<="},  {"≥", ">="},
    {"∈", "in"},    {"−", "-"},      {"×", "*"},      {"（", "("},   {"）", ")"},  {"，", ","},
    {"、", ","},    {"：", ":"},     {"｜", "|"},     {"＝", "=="},  {"＜", "<"},  {"＞", ">"},
    {"=", "=="},    {"<", "<"},      {">", ">"},      {"&", "&"},    {"|", "|"},   {"!", "!"},
    {"~", "!"},     {"(", "("},      {")", ")"},      {"[", "["},    {"]", "]"},   {"{", "{"},
    {"}", "}"},     {",", ","},      {".", "."},      {":", ":"},    {"+", "+"},   {"-", "-"},
    {"*", "*"},     {"%", "%"},      {"^", "^"},      {"?", "?"},    {";", ";"},
});
constexpr std::array kWords = std::to_array<Spelling>({
    {"and", "&"},         {"AND", "&"},         {"or", "|"},          {"OR", "|"},
    {"xor", "xor"},       {"XOR", "xor"},       {"not", "!"},         {"NOT", "!"},
    {"Not", "!"},         {"implies", "->"},    {"IMPLIES", "->"},    {"iff", "<->"},
    {"IFF", "<->"},       {"forall", "forall"}, {"FORALL", "forall"}, {"ForAll", "forall"},
    {"Forall", "forall"}, {"exists", "exists"}, {"EXISTS", "exists"}, {"Exists", "exists"},
    {"unless", "unless"}, {"naf", "unless"},    {"in", "in"},         {"IN", "in"},
});

std::string_view canonical(std::string_view word) {
  const auto found =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& one) { return one.first == word; });
  return found == kWords.end() ? std::string_view() : found->second;
}

bool continues_word(char32_t c, bool valid) {
  return text::is_ascii_letter(c) || text::is_ascii_digit(c) || c == '_' ||
         (valid && c >= 0xAA && c != 0xD7 && !text::is_space(c) && !(c >= 0x2000 && c <= 0x2BFF) &&
          !(c >= 0x3001 && c <= 0x3004) && !(c >= 0x3008 && c <= 0x3030) && c != 0x30FB &&
          !(c >= 0xFF00 && c <= 0xFF0F) && !(c >= 0xFF1A && c <= 0xFF20) && !(c >= 0xFF3B && c <= 0xFF40) &&
          !(c >= 0xFF5B && c <= 0xFF65) && c != 0xAC && c != 0xFFFD && c != 0xFEFF);
}

class Lexer {
 public:
  Lexer(std::string_view text, Place at) : text_(text), place_(at) {}

  Read<std::vector<Token>> all() {
    while (true) {
      bool spaced = false;
      while (at_ < text_.size() && text::is_space(text::code_point_at(text_, at_).value))
        step(1), spaced = true;
      if (at_ >= text_.size()) break;
      start_ = place_;
      spaced_ = spaced;
      if (auto done = one(); !done) return tl::unexpected(done.error());
    }
    start_ = place_;
    put(TokenKind::end, "");
    return std::move(tokens_);
  }

 private:
  Read<bool> one() {
    const text::CodePoint c = text::code_point_at(text_, at_);
    if (text::is_ascii_digit(c.value)) return number();
    if (continues_word(c.value, c.valid)) return word(TokenKind::name);
    if ((c.value == '$' || c.value == '?') && at_ + 1 < text_.size()) {
      const text::CodePoint next = text::code_point_at(text_, at_ + 1);
      if (continues_word(next.value, next.valid)) {
        step(1);
        return word(TokenKind::variable);
      }
    }
    if (c.value == '\'' || c.value == '"') return quoted(static_cast<char>(c.value));
    const std::string_view rest = text_.substr(at_);
    // The membership sign of constraint programs stands in brackets.
    if (rest.starts_with("[IN]") || rest.starts_with("[in]")) {
      step(4);
      return put(TokenKind::symbol, "in");
    }
    for (const auto& [spelling, form] : kSymbols)
      if (rest.starts_with(spelling)) {
        for (std::size_t end = at_ + spelling.size(); at_ < end;) step(1);
        return put(TokenKind::symbol, form);
      }
    return cannot_read(What::unknown_character, place_,
                       {std::string(rest.substr(0, c.valid ? c.length : 0))});
  }

  Read<bool> number() {
    std::int64_t value = 0;
    constexpr std::int64_t kMost = 1'000'000'000'000;
    while (at_ < text_.size() && text::is_ascii_digit(static_cast<unsigned char>(text_[at_]))) {
      value = value * 10 + (text_[at_] - '0');
      if (value > kMost) return cannot_read(What::number_too_large, start_);
      step(1);
    }
    // 1st, 2nd, 3_x: a name that begins with a digit.
    if (at_ < text_.size()) {
      const text::CodePoint c = text::code_point_at(text_, at_);
      if (continues_word(c.value, c.valid)) return word(TokenKind::name, std::to_string(value));
    }
    put(TokenKind::number, std::to_string(value));
    tokens_.back().number = value;
    return true;
  }

  Read<bool> word(TokenKind kind, std::string begun = {}) {
    const std::size_t begin = at_;
    while (at_ < text_.size()) {
      const text::CodePoint c = text::code_point_at(text_, at_);
      if (!continues_word(c.value, c.valid)) break;
      step(1);
    }
    std::string whole = std::move(begun) + std::string(text_.substr(begin, at_ - begin));
    if (kind == TokenKind::name)
      if (const std::string_view form = canonical(whole); !form.empty()) return put(TokenKind::symbol, form);
    return put(kind, whole);
  }

  Read<bool> quoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos || end == at_ + 1 || end - at_ > 200)
      return cannot_read(What::missing, start_, {std::string(1, quote)});
    const std::string inside(text_.substr(at_ + 1, end - at_ - 1));
    while (at_ <= end) step(1);
    put(TokenKind::name, inside);
    tokens_.back().quoted = true;
    return true;
  }

  Read<bool> put(TokenKind kind, std::string_view text) {
    tokens_.push_back({kind, std::string(text), 0, start_, false, spaced_});
    return true;
  }

  void step(std::size_t characters) {
    for (; characters > 0 && at_ < text_.size(); --characters) {
      const text::CodePoint c = text::code_point_at(text_, at_);
      at_ += c.length;
      if (c.value == '\n')
        ++place_.line, place_.column = 1;
      else
        ++place_.column;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Place place_, start_{};
  bool spaced_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

Read<std::vector<Token>> tokens_of(std::string_view text, Place at) {
  return Lexer(text, at).all();
}

}  // namespace genkai::logic::solve
