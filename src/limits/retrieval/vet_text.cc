#include "limits/retrieval/vet_text.h"

#include <algorithm>

#include "text/confusables.h"
#include "text/utf8.h"

namespace genkai::limits::retrieval {

VetText vet_text(std::string_view utf8) {
  VetText out;
  if (text::is_ascii(utf8)) {  // nothing to hide behind
    out.visible = utf8;
    out.normalised = text::normalise(utf8);
    out.folded = out.normalised;
    return out;
  }
  out.hidden = text::find_hidden(utf8);
  out.visible = out.hidden.total() > 0 ? text::strip_hidden(utf8) : std::string(utf8);
  out.normalised = text::normalise(out.visible);
  out.folded = out.normalised;
  // The lookalikes of the table begin with these bytes.
  const bool foreign = std::any_of(out.visible.begin(), out.visible.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0xCD && byte <= 0xD6) || byte == 0xE1;
  });
  if (!foreign) return out;
  out.folded = text::fold_confusables(out.normalised);
  for (const text::MixedWord& word : text::find_mixed_words(out.visible))
    out.mixed.emplace_back(word.span.of(out.visible));
  return out;
}

bool hides_text(const VetText& text, std::string_view raw) {
  if (text.hidden.total() == 0) return false;
  if (text.hidden.tags > 0 || text.hidden.bidi > 2) return true;
  const auto in_word = [](char32_t c) {
    return text::is_ascii_letter(c) || text::is_ascii_digit(c) || text::is_japanese_letter(c);
  };
  std::size_t inside = 0;
  for (const text::Span& span : text.hidden.spans) {
    if (span.begin == 0 || span.end >= raw.size()) continue;
    const char32_t before = text::code_point_before(raw, span.begin).value;
    const char32_t after = text::code_point_at(raw, span.end).value;
    if (!in_word(before) || !in_word(after)) continue;
    for (std::size_t at = span.begin; at < span.end;) {
      const text::CodePoint c = text::code_point_at(raw, at);
      const bool breaks_lines = c.value == 0xAD || (c.value == 0x200B && text::is_japanese_letter(before));
      inside += breaks_lines ? 0 : 1;
      at += c.length;
    }
  }
  return inside > 2;
}

std::string excerpt(std::string_view text, std::size_t begin, std::size_t end) {
  begin = std::min(begin, text.size());
  end = std::clamp(end, begin, text.size());
  while (begin > 0 && begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80)
    --begin;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  std::string out(text::prefix(text.substr(begin, end - begin), 80));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return out;
}

}  // namespace genkai::limits::retrieval
