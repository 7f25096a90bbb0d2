#include <algorithm>
#include <tuple>

#include "text/question.h"
#include "text/span_finders.h"

namespace genkai::text {

std::vector<TypedSpan> find_typed_spans(std::string_view sentence) {
  std::vector<TypedSpan> out;
  find_dates(sentence, out);
  find_numbers(sentence, out);
  find_latin_names(sentence, out);
  find_japanese_names(sentence, out);
  find_quoted(sentence, out);
  const auto key = [](const TypedSpan& s) { return std::tuple(s.span.begin, ~s.span.end, s.type); };
  std::stable_sort(out.begin(), out.end(),
                   [&](const TypedSpan& a, const TypedSpan& b) { return key(a) < key(b); });
  out.erase(std::unique(
                out.begin(), out.end(),
                [](const TypedSpan& a, const TypedSpan& b) { return a.span == b.span && a.type == b.type; }),
            out.end());
  return out;
}

}  // namespace genkai::text
