#pragma once
// For tests of the store: a folder that disappears, documents made of words, and what a search finds.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/rng.h"
#include "knowledge/store/ingest.h"
#include "knowledge/store/knowledge_base.h"
#include "text/analyzer.h"

namespace genkai::knowledge::testing {

class FolderTest : public ::testing::Test {
 protected:
  base::Path folder_;
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "genkai_store.XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
};

inline ParsedDocument document(std::string id, std::string text, std::string title = "") {
  ParsedDocument parsed;
  parsed.info.id = std::move(id);
  parsed.info.title = std::move(title);
  parsed.info.language = "en";
  Block block;
  block.text = std::move(text);
  block.line = 1;
  parsed.blocks.push_back(std::move(block));
  return parsed;
}

/// Some sentences of invented words; the same seed gives the same text.
inline std::string words(std::uint64_t seed, std::size_t count) {
  base::Rng rng(seed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    static constexpr const char* kSyllables[] = {"ba", "ko", "ri",  "tu",  "ne",
                                                 "mo", "sa", "vel", "dar", "fin"};
    std::string word;
    for (std::uint64_t syllables = 2 + rng() % 2; syllables > 0; --syllables) word += kSyllables[rng() % 10];
    text += word + (i % 12 == 11 ? ". " : " ");
  }
  return text + "end.";
}

template <class T>
T must(base::Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message;
    std::abort();
  }
  return std::move(*result);
}
inline void must(base::Status status) {
  if (!status) {
    ADD_FAILURE() << status.error().message;
    std::abort();
  }
}

/// The documents of the passages that hold one of the words, best first, each once.
inline std::vector<std::string> find(const KnowledgeView& view, const std::string& query,
                                     std::size_t k = 50) {
  std::vector<QueryTerm> terms;
  for (std::string& term : text::Analyzer().terms(query)) terms.push_back({std::move(term), 1.0F});
  std::vector<core::PassageId> ids;
  for (const core::Scored& hit : view.lexical().search(terms, k, view.deleted())) ids.push_back(hit.id);
  std::vector<std::string> found;
  for (const core::Passage& passage : must(view.passages(ids)))
    if (std::find(found.begin(), found.end(), passage.document.id) == found.end())
      found.push_back(passage.document.id);
  return found;
}
inline std::vector<std::string> find(const KnowledgeBase& knowledge_base, const std::string& query,
                                     std::size_t k = 50) {
  return find(*must(knowledge_base.view()), query, k);
}

/// The documents nearest in meaning.
inline std::vector<std::string> nearest(const KnowledgeBase& knowledge_base, const std::string& query,
                                        std::size_t k) {
  const auto view = must(knowledge_base.view());
  std::vector<float> vector(view->embedder().dimension());
  must(view->embedder().embed(query, vector.data()));
  std::vector<core::PassageId> ids;
  for (const core::Scored& hit : view->vectors().search(vector, k, view->deleted())) ids.push_back(hit.id);
  std::vector<std::string> found;
  for (const core::Passage& passage : must(view->passages(ids))) found.push_back(passage.document.id);
  return found;
}

/// Every passage there is, as "document|heading|text", in order.
inline std::multiset<std::string> contents(const KnowledgeBase& knowledge_base) {
  const auto view = must(knowledge_base.view());
  std::multiset<std::string> all;
  core::PassageId next = 1;
  constexpr core::PassageId kStep = 4096;
  for (std::size_t found = 0; found < view->passage_count() && next < 50'000'000; next += kStep) {
    std::vector<core::PassageId> ids(kStep);
    for (core::PassageId i = 0; i < kStep; ++i) ids[i] = next + i;
    for (const core::Passage& passage : must(view->passages(ids))) {
      all.insert(passage.document.id + "|" + passage.heading + "|" + passage.text);
      ++found;
    }
  }
  return all;
}

}  // namespace genkai::knowledge::testing
