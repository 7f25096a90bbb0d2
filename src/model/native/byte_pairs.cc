#include "model/native/byte_pairs.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "text/utf8.h"

namespace genkai::model::native {
namespace {

struct Name {
  std::string_view pre;
  WordRule rule;
};
constexpr Name kNames[] = {{"gpt-2", WordRule::gpt2},          {"llama-bpe", WordRule::llama3},
                           {"llama3", WordRule::llama3},       {"llama-v3", WordRule::llama3},
                           {"qwen2", WordRule::qwen2},         {"deepseek-r1-qwen", WordRule::qwen2},
                           {"smollm", WordRule::single_digit}, {"starcoder", WordRule::single_digit},
                           {"refact", WordRule::single_digit}, {"command-r", WordRule::single_digit}};

enum class Kind : std::uint8_t { letter, number, space, other, none };  // none: before or behind the text

struct Character {
  std::size_t at;  // in bytes
  char32_t value;
  Kind kind;
};

Kind kind_of(char32_t c) {
  if (u_isUWhiteSpace(static_cast<UChar32>(c))) return Kind::space;
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
      return Kind::letter;
    case U_DECIMAL_DIGIT_NUMBER:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
      return Kind::number;
    default:
      return Kind::other;
  }
}

// Characters [begin, end) of a text, cut from the left. The rules are the alternatives of the regular
// expressions that the models were trained with, in their order.
class Cutter {
 public:
  Cutter(const std::vector<Character>& all, std::size_t begin, std::size_t end)
      : all_(all), begin_(begin), end_(end) {}

  // 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  std::size_t gpt2(std::size_t at) const {
    if (const std::size_t length = contraction(at, false); length > 0) return at + length;
    const std::size_t word = value(at) == ' ' ? at + 1 : at;
    if (const Kind k = kind(word); k != Kind::none && k != Kind::space) return run(word, k);
    return blanks(at);
  }

  // (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
  // ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+
  // |\s+(?!\S)|\s+
  std::size_t llama3(std::size_t at, std::size_t digits) const {
    if (const std::size_t length = contraction(at, true); length > 0) return at + length;
    const bool line_end = is_line_end(at);
    if (kind(at) == Kind::letter) return run(at, Kind::letter);
    if (!line_end && kind(at) != Kind::number && kind(at + 1) == Kind::letter)
      return run(at + 1, Kind::letter);
    if (kind(at) == Kind::number) return std::min(run(at, Kind::number), at + digits);
    const std::size_t word = value(at) == ' ' ? at + 1 : at;
    if (kind(word) == Kind::other) {
      std::size_t end = run(word, Kind::other);
      while (is_line_end(end)) ++end;
      return end;
    }
    std::size_t end = at, last_line_end = at;
    for (; kind(end) == Kind::space; ++end)
      if (is_line_end(end)) last_line_end = end + 1;
    return last_line_end > at ? last_line_end : blanks(at);
  }

 private:
  Kind kind(std::size_t i) const { return i >= begin_ && i < end_ ? all_[i].kind : Kind::none; }
  char32_t value(std::size_t i) const { return i >= begin_ && i < end_ ? all_[i].value : 0; }
  bool is_line_end(std::size_t i) const { return value(i) == '\r' || value(i) == '\n'; }
  std::size_t run(std::size_t at, Kind k) const {
    while (kind(at) == k) ++at;
    return at;
  }
  // Blanks up to the last one, which goes with the word behind it.
  std::size_t blanks(std::size_t at) const {
    const std::size_t end = run(at, Kind::space);
    return kind(end) != Kind::none && end - at > 1 ? end - 1 : end;
  }
  std::size_t contraction(std::size_t at, bool any_case) const {
    if (value(at) != '\'') return 0;
    const auto letter = [&](std::size_t i) {
      const char32_t c = value(i);
      return any_case && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    };
    const char32_t first = letter(at + 1), second = letter(at + 2);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
    const bool two =
        (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
    return two ? 3 : 0;
  }

  const std::vector<Character>& all_;
  std::size_t begin_, end_;
};

// The character of each byte: itself where it is printable in Latin-1, else the next from U+0100 on.
const std::array<char32_t, 256>& characters() {
  static const auto table = [] {
    std::array<char32_t, 256> out{};
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte)
      out[byte] = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD) ? byte : next++;
    return out;
  }();
  return table;
}

}  // namespace

std::optional<WordRule> word_rule(std::string_view pre) {
  for (const Name& name : kNames)
    if (name.pre == pre) return name.rule;
  return {};
}

std::string_view word_rule_names() {
  static const std::string names = [] {
    std::string out;
    for (const Name& name : kNames) out += (out.empty() ? "" : ", ") + std::string(name.pre);
    return out;
  }();
  return names;
}

std::vector<std::string_view> split_words(std::string_view text, WordRule rule) {
  std::vector<Character> all;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::code_point_at(text, at);
    all.push_back({at, c.value, kind_of(c.value)});
    at += c.length;
  }
  std::vector<std::string_view> words;
  const auto cut = [&](std::size_t begin, std::size_t end) {
    const Cutter cutter(all, begin, end);
    while (begin < end) {
      const std::size_t next = rule == WordRule::llama3  ? cutter.llama3(begin, 3)
                               : rule == WordRule::qwen2 ? cutter.llama3(begin, 1)
                                                         : cutter.gpt2(begin);
      const std::size_t to = next < all.size() ? all[next].at : text.size();
      words.push_back(text.substr(all[begin].at, to - all[begin].at));
      begin = next;
    }
  };
  if (rule != WordRule::single_digit) {
    cut(0, all.size());
    return words;
  }
  // What stands between digits is cut as if it were a text by itself.
  std::size_t begin = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind != Kind::number) continue;
    cut(begin, i);
    cut(i, i + 1);
    begin = i + 1;
  }
  cut(begin, all.size());
  return words;
}

std::string as_characters(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) text::append_utf8(out, characters()[static_cast<unsigned char>(c)]);
  return out;
}

std::string as_bytes(std::string_view from) {
  static const auto bytes = [] {
    std::array<int, 0x180> out{};
    out.fill(-1);
    for (std::size_t byte = 0; byte < 256; ++byte) out[characters()[byte]] = static_cast<int>(byte);
    return out;
  }();
  std::string out;
  for (std::size_t at = 0; at < from.size();) {
    const text::CodePoint c = text::code_point_at(from, at);
    if (c.value < bytes.size() && bytes[c.value] >= 0) out += static_cast<char>(bytes[c.value]);
    at += c.length;
  }
  return out;
}

}  // namespace genkai::model::native
