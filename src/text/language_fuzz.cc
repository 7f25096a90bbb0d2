#include <cstdint>
#include <cstdlib>

#include "text/analyzer.h"
#include "text/entities.h"
#include "text/question.h"
#include "text/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t at = 0;
  for (const genkai::text::Span span : genkai::text::split_sentences(text)) {
    if (span.begin < at || span.end <= span.begin || span.end > size) std::abort();
    at = span.end;
  }
  for (const auto& found : genkai::text::find_typed_spans(text))
    if (found.span.end > size || found.span.begin >= found.span.end) std::abort();
  for (const auto& found : genkai::text::find_entities(text))
    if (found.span.end > size || found.span.begin >= found.span.end) std::abort();
  static genkai::text::Analyzer analyzer;
  (void)analyzer.query_terms(text);
  (void)genkai::text::analyse_question(text);
  (void)genkai::text::estimate_tokens(text);
  return 0;
}
