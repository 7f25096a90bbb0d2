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
  out.folded = text::fold_confusables(out.normalised);
  for (const text::MixedWord& word : text::find_mixed_words(out.visible))
    out.mixed.emplace_back(word.span.of(out.visible));
  return out;
}

bool hides_text(const VetText& text, std::string_view raw) {
  if (text.hidden.total() == 0) return false;
  std::size_t soft_hyphens = 0;
  for (std::size_t at = raw.find("\xC2\xAD"); at != std::string_view::npos; at = raw.find("\xC2\xAD", at + 2))
    ++soft_hyphens;
  return text.hidden.tags > 0 || text.hidden.bidi > 2 || text.hidden.zero_width > soft_hyphens + 2;
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
