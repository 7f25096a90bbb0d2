#include "text/entities.h"

#include <algorithm>
#include <unordered_set>

#include "text/span_finders.h"
#include "text/utf8.h"

namespace genkai::text {
namespace {

bool is_word(char32_t c) {
  return is_ascii_letter(c) || is_ascii_digit(c);
}

// "TCP", "RFC 1234", "X-25", "4.2.1": at least two capitals or a letter and a digit; a number joins what
// stands before it.
void find_codes(std::string_view text, std::vector<Span>& out) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    std::size_t capitals = 0, small = 0, digits = 0;
    for (; at < text.size(); ++at) {
      const auto c = static_cast<unsigned char>(text[at]);
      const bool joins =
          (c == '-' || c == '.') && at + 1 < text.size() && is_word(static_cast<unsigned char>(text[at + 1]));
      if (!is_word(c) && !joins) break;
      capitals += is_ascii_upper(c) ? 1 : 0;
      small += is_ascii_lower(c) ? 1 : 0;
      digits += is_ascii_digit(c) ? 1 : 0;
    }
    const bool code = (capitals >= 2 && small == 0) || (digits > 0 && capitals > 0);
    const bool section = digits == 0 && capitals == 1 && small >= 2;  // "Section 4.2"
    if (!code && !section) continue;
    std::size_t end = at;
    if (at + 1 < text.size() && text[at] == ' ' && is_ascii_digit(static_cast<unsigned char>(text[at + 1]))) {
      std::size_t number = at + 1;
      while (number < text.size() && (is_ascii_digit(static_cast<unsigned char>(text[number])) ||
                                      (text[number] == '.' && number + 1 < text.size() &&
                                       is_ascii_digit(static_cast<unsigned char>(text[number + 1])))))
        ++number;
      end = number;
    }
    if (code || end != at) out.push_back({begin, end});
    at = end;
  }
}

// Runs of kanji and katakana, a middle dot between katakana included.
void find_runs(std::string_view text, std::vector<Span>& out) {
  std::size_t begin = 0, letters = 0, end = 0;
  const auto flush = [&] {
    if (letters >= 2) out.push_back({begin, end});
    letters = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    if (c.valid && (is_kanji(c.value) || is_katakana(c.value))) {
      if (letters == 0) begin = at;
      ++letters;
      end = at + c.length;
    } else if (!(c.value == 0x30FB && letters > 0)) {
      flush();
    }
    at += c.length;
  }
  flush();
}

}  // namespace

std::vector<Entity> find_entities(std::string_view text) {
  text = text.substr(0, kEntityBytes);
  std::vector<TypedSpan> typed;
  find_latin_names(text, typed);
  find_quoted(text, typed);
  std::vector<Span> spans;
  spans.reserve(typed.size());
  for (const TypedSpan& found : typed) spans.push_back(found.span);
  find_codes(text, spans);
  find_runs(text, spans);
  std::stable_sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<Entity> entities;
  std::unordered_set<std::string> seen;
  for (const Span span : spans) {
    if (entities.size() >= kEntities) break;
    std::string name = normalise(span.of(text));
    if (name.size() < 2 || !seen.insert(name).second) continue;
    entities.push_back({span, std::move(name)});
  }
  return entities;
}

bool mentions(std::string_view normalised, std::string_view name) {
  if (name.empty()) return false;
  const auto word_at = [](std::string_view text, std::size_t i) {
    return i < text.size() && is_word(static_cast<unsigned char>(text[i]));
  };
  for (std::size_t at = normalised.find(name); at != std::string_view::npos;
       at = normalised.find(name, at + 1)) {
    const bool goes_on_before = at > 0 && word_at(name, 0) && word_at(normalised, at - 1);
    const bool goes_on_after = word_at(name, name.size() - 1) && word_at(normalised, at + name.size());
    if (!goes_on_before && !goes_on_after) return true;
  }
  return false;
}

}  // namespace genkai::text
