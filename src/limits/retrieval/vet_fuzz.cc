#include <cstdint>
#include <cstdlib>

#include "limits/retrieval/guard.h"
#include "limits/retrieval/injection.h"
#include "text/confusables.h"
#include "text/utf8.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The first line is the question, the rest a passage and, cut in two, two more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai;
  using namespace limits::retrieval;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(bytes.find('\n'), bytes.size());
  const std::string_view question = bytes.substr(0, cut), passage = bytes.substr(std::min(cut + 1, size));
  std::vector<core::Evidence> evidence(3);
  evidence[0].passage.text = passage;
  evidence[1].passage.text = passage.substr(0, passage.size() / 2);
  evidence[2].passage.text = passage.substr(passage.size() / 2);
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    evidence[i].passage.id = evidence[i].passage.section_first = static_cast<core::PassageId>(i + 1);
    evidence[i].passage.section_size = 1;
    evidence[i].passage.document.id = std::to_string(i);
  }
  core::Interpretation meaning;
  meaning.text = question;
  core::Trace trace;
  vet(evidence, meaning, {"", std::string(question), "2026-01-01"}, trace);
  for (const auto& item : evidence) {
    require(item.trust.relevance >= 0 && item.trust.relevance <= 1 && item.trust.group < evidence.size());
    for (const auto& finding : item.trust.findings) require(text::count_code_points(finding.text) <= 80);
  }
  for (const auto& word : text::find_mixed_words(bytes))
    require(word.span.begin < word.span.end && word.span.end <= bytes.size());
  if (text::is_valid_utf8(bytes)) require(text::is_valid_utf8(text::fold_confusables(bytes)));
  return 0;
}
