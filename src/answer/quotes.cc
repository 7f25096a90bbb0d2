#include "answer/quotes.h"

#include <algorithm>

#include "text/utf8.h"

namespace genkai::answer {
namespace {

constexpr std::size_t kLeast = 4;     // bytes
constexpr std::size_t kMost = 4'000;  // bytes of a quote that is looked for
constexpr std::size_t kMaxCited = 300;

bool joins_the_one_before(char32_t c) {
  return (c >= 0x300 && c <= 0x36F) || c == 0x3099 || c == 0x309A || c == 0xFF9E || c == 0xFF9F;
}

bool is_quotation_mark(char32_t c) {
  return c == '"' || c == '\'' || c == '`' || (c >= 0x2018 && c <= 0x201F) || c == 0xAB || c == 0xBB ||
         (c >= 0x300C && c <= 0x300F) || c == 0xFF02 || c == 0xFF07;
}

bool is_dash(char32_t c) {
  return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == '-';
}

// The text's bare characters; `origin` gets the place of each byte.
std::string bare_of(std::string_view text, std::vector<text::Span>* origin) {
  std::string bare;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint first = text::code_point_at(text, at);
    std::size_t end = at + first.length;
    while (end < text.size() && joins_the_one_before(text::code_point_at(text, end).value))
      end += text::code_point_at(text, end).length;
    if (!text::is_space(first.value) && !is_quotation_mark(first.value)) {
      const std::string one = is_dash(first.value) ? "-" : text::normalise(text.substr(at, end - at));
      bare += one;
      if (origin) origin->insert(origin->end(), one.size(), {at, end});
    }
    at = end;
  }
  return bare;
}

// What models put around a quote of their own.
std::string_view trimmed(std::string_view bare) {
  for (bool cut = true; cut;) {
    cut = false;
    for (const std::string_view mark : {"...", "…", ".", "。", ","}) {
      if (bare.size() > mark.size() && bare.ends_with(mark)) bare.remove_suffix(mark.size()), cut = true;
      if (bare.size() > mark.size() && bare.starts_with(mark)) bare.remove_prefix(mark.size()), cut = true;
    }
  }
  return bare;
}

}  // namespace

QuoteFinder::QuoteFinder(std::string_view text) : text_(text), sentences_(text::split_sentences(text)) {
  bare_ = bare_of(text, &origin_);
}

std::optional<text::Span> QuoteFinder::find(std::string_view quote) const {
  if (quote.size() > kMost) return std::nullopt;
  const std::string bare = bare_of(quote, nullptr);
  const std::string_view wanted = trimmed(bare);
  if (wanted.size() < kLeast) return std::nullopt;
  const std::size_t at = bare_.find(wanted);
  if (at == std::string::npos) return std::nullopt;
  const text::Span exact{origin_[at].begin, origin_[at + wanted.size() - 1].end};
  text::Span whole = exact;
  for (const text::Span& sentence : sentences_) {
    if (sentence.end <= exact.begin || sentence.begin >= exact.end) continue;
    whole.begin = std::min(whole.begin, sentence.begin);
    whole.end = std::max(whole.end, sentence.end);
  }
  return text::count_code_points(whole.of(text_)) <= kMaxCited ? whole : exact;
}

}  // namespace genkai::answer
