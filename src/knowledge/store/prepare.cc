#include "knowledge/store/prepare.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace genkai::knowledge {

std::uint64_t document_hash(const ParsedDocument& document) {
  std::uint64_t hash = 1;
  const auto text = [&hash](std::string_view field) { hash = base::hash64(field, hash); };
  const auto number = [&hash](std::uint64_t value) {
    hash = base::hash64({reinterpret_cast<const char*>(&value), sizeof value}, hash);
  };
  const core::DocumentInfo& info = document.info;
  for (const std::string* field : {&info.id, &info.title, &info.source, &info.date, &info.language})
    text(*field);
  for (const Block& block : document.blocks) {
    number(static_cast<std::uint64_t>(block.kind) << 8 | static_cast<std::uint64_t>(block.level & 0xff));
    number(std::uint64_t{block.page} << 32 | block.line);
    text(block.text);
  }
  return hash;
}

std::string indexed_text(std::string_view title, std::string_view heading, std::string_view text) {
  std::string whole;
  whole.reserve(title.size() + heading.size() + text.size() + 2);
  if (!heading.starts_with(title)) whole.append(title).append("\n");
  if (!heading.empty()) whole.append(heading).append("\n");
  return whole.append(text);
}

void passage_terms(std::string_view title, std::string_view heading, std::string_view text,
                   text::Analyzer& analyzer, std::vector<std::string>& terms) {
  terms.clear();
  analyzer.analyze(indexed_text(title, heading, text), terms);
}

base::Result<QuantisedVector> passage_vector(std::string_view title, std::string_view heading,
                                             std::string_view text, const Embedder& embedder) {
  std::vector<float> vector(embedder.dimension());
  GENKAI_RETURN_IF_ERROR(embedder.embed(indexed_text(title, heading, text), vector.data()));
  if (std::all_of(vector.begin(), vector.end(), [](float value) { return value == 0; }))
    return QuantisedVector{};
  return quantise(vector);
}

base::Result<PreparedDocument> prepare(const ParsedDocument& document, text::Analyzer& analyzer,
                                       const Embedder& embedder) {
  PreparedDocument prepared;
  prepared.info = document.info;
  prepared.hash = document_hash(document);
  for (Section& section : split(document)) {
    if (section.passages.empty()) continue;
    PreparedSection& target = prepared.sections.emplace_back();
    target.heading = std::move(section.heading);
    for (PassageText& passage : section.passages) {
      PreparedPassage& one = target.passages.emplace_back();
      passage_terms(document.info.title, target.heading, passage.text, analyzer, one.terms);
      GENKAI_ASSIGN_OR_RETURN(one.vector,
                              passage_vector(document.info.title, target.heading, passage.text, embedder));
      one.passage = std::move(passage);
    }
  }
  return prepared;
}

}  // namespace genkai::knowledge
