#pragma once
// A parsed document ready to be stored: split, analysed and embedded. The costly part of adding, made for
// many threads.
//
//   text::Analyzer analyzer;
//   GENKAI_ASSIGN_OR_RETURN(PreparedDocument document, prepare(parsed, analyzer, embedder));
//   GENKAI_RETURN_IF_ERROR(knowledge_base.add_prepared(std::move(document)));

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "knowledge/document/document.h"
#include "knowledge/meaning/embedder.h"
#include "knowledge/vector/vector_index.h"
#include "text/analyzer.h"

namespace genkai::knowledge {

struct PreparedPassage {
  PassageText passage;
  std::vector<std::string> terms;
  QuantisedVector vector;  // scale 0 when the embedder cannot read the text
};

struct PreparedSection {
  std::string heading;
  std::vector<PreparedPassage> passages;
};

struct PreparedDocument {
  core::DocumentInfo info;
  std::uint64_t hash = 0;  // document_hash
  bool held = false;       // without sections, as the store holds the same document already
  std::vector<PreparedSection> sections;
};

/// Of everything in the document that is stored or indexed.
std::uint64_t document_hash(const ParsedDocument& document);

/// The text that stands for a passage in both indexes: it knows its document and its headings.
std::string indexed_text(std::string_view title, std::string_view heading, std::string_view text);

/// Terms of a passage for the lexical index; `terms` is replaced.
void passage_terms(std::string_view title, std::string_view heading, std::string_view text,
                   text::Analyzer& analyzer, std::vector<std::string>& terms);
/// Vector of a passage for the dense index.
base::Result<QuantisedVector> passage_vector(std::string_view title, std::string_view heading,
                                             std::string_view text, const Embedder& embedder);

base::Result<PreparedDocument> prepare(const ParsedDocument& document, text::Analyzer& analyzer,
                                       const Embedder& embedder);

}  // namespace genkai::knowledge
