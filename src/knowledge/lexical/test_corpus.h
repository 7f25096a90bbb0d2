#pragma once
// Synthetic passages for the tests of this folder: Zipfian words from a seed, with some passages left out.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "knowledge/lexical/lexical.h"

namespace genkai::knowledge::lexical {

/// Words w0 (the commonest) to w19999; w0 is in every passage.
inline std::vector<std::string> passage_terms(PassageId id) {
  base::Rng rng(id + 1);
  std::vector<std::string> terms{"w0"};
  const std::size_t size = 5 + rng.below(60) + (id % 997 == 0 ? 3000 : 0);
  while (terms.size() < size)
    terms.push_back(rng.below(6) == 0
                        ? terms[rng.below(terms.size())]
                        : "w" + std::to_string(static_cast<int>(std::exp(rng.uniform() * 9.9)) - 1));
  return terms;
}

/// Some ids are never used.
inline bool is_used(PassageId id) {
  return id % 13 != 5;
}

class FolderTest : public ::testing::Test {
 protected:
  base::Path folder_;
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("genkai_lexical_" + std::string(test->name()) + "." + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::shared_ptr<const LexicalSegment> segment(PassageId begin, PassageId end) {
    SegmentBuilder builder;
    for (PassageId id = begin; id < end; ++id)
      if (is_used(id)) builder.add(id, passage_terms(id));
    const base::Path path = folder_ / (std::to_string(begin) + "-" + std::to_string(end));
    EXPECT_TRUE(builder.write(path));
    auto opened = LexicalSegment::open(path);
    EXPECT_TRUE(opened);
    return opened ? *opened : nullptr;
  }
  static std::shared_ptr<Memtable> memtable(PassageId begin, PassageId end) {
    auto table = std::make_shared<Memtable>();
    for (PassageId id = begin; id < end; ++id)
      if (is_used(id)) table->add(id, passage_terms(id));
    return table;
  }
};

/// Mixed queries: words of one passage, common words, unknown words, repeats and weights.
inline std::vector<QueryTerm> random_query(base::Rng& rng, PassageId end) {
  std::vector<QueryTerm> query;
  const auto terms = passage_terms(static_cast<PassageId>(rng.below(end)));
  for (std::size_t i = 1 + rng.below(8); i > 0; --i)
    query.push_back(
        {terms[rng.below(terms.size())], rng.below(2) == 0 ? 1.0F : static_cast<float>(rng.uniform() * 3)});
  for (std::size_t i = rng.below(5); i > 0; --i) query.push_back({"w" + std::to_string(rng.below(8)), 0.5F});
  if (rng.below(10) == 0) query.push_back({"nowhere", 2.0F});
  return query;
}

}  // namespace genkai::knowledge::lexical
