#include "knowledge/lexical/lexical.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <map>
#include <set>
#include <thread>

#include "knowledge/lexical/test_corpus.h"

namespace genkai::knowledge::lexical {
namespace {

using LexicalTest = FolderTest;

TEST_F(LexicalTest, SearchEqualsExhaustiveOverSegmentsMemtableAndDeletions) {
  const LexicalIndex index({segment(30000, 45000), segment(3, 20000), segment(20000, 30000)},
                           memtable(45000, 50000));
  const Deleted deleted = [](PassageId id) { return id % 7 == 3; };
  base::Rng rng(11);
  for (int i = 0; i < 1000; ++i) {
    const auto query = random_query(rng, 50000);
    const std::size_t k = i % 10 == 9 ? 200 : 1 + rng.below(20);
    const auto found = index.search(query, k, i % 2 == 0 ? deleted : Deleted());
    ASSERT_EQ(found, index.search_exhaustive(query, k, i % 2 == 0 ? deleted : Deleted())) << "query " << i;
    for (const Scored& hit : found) ASSERT_TRUE(is_used(hit.id) && (i % 2 != 0 || !deleted(hit.id)));
  }
}

TEST_F(LexicalTest, ScoresDoNotDependOnHowPassagesAreSpread) {
  const LexicalIndex one({segment(0, 6000)}, nullptr), memory({}, memtable(0, 6000));
  const LexicalIndex spread({segment(0, 100), segment(100, 4000)}, memtable(4000, 6000));
  base::Rng rng(12);
  for (int i = 0; i < 200; ++i) {
    const auto query = random_query(rng, 6000);
    const auto expected = one.search(query, 15, {});
    ASSERT_EQ(memory.search(query, 15, {}), expected);
    ASSERT_EQ(spread.search(query, 15, {}), expected);
    ASSERT_EQ(spread.idf(query[0].term), one.idf(query[0].term));
  }
}

TEST_F(LexicalTest, ScoresFollowTheFormula) {
  constexpr Bm25 shape{0.9F, 0.4F};
  const LexicalIndex index({segment(0, 500)}, memtable(500, 800), shape);
  double tokens = 0, passages = 0;
  std::map<std::string, double> holding;
  for (PassageId id = 0; id < 800; ++id) {
    if (!is_used(id)) continue;
    const auto terms = passage_terms(id);
    tokens += static_cast<double>(terms.size());
    passages += 1;
    for (const std::string& term : std::set<std::string>(terms.begin(), terms.end())) holding[term] += 1;
  }
  base::Rng rng(13);
  for (int i = 0; i < 50; ++i) {
    const auto query = random_query(rng, 800);
    for (const Scored& hit : index.search(query, 5, {})) {
      const auto terms = passage_terms(hit.id);
      double score = 0;
      for (const QueryTerm& term : query) {
        const auto tf = static_cast<double>(std::count(terms.begin(), terms.end(), term.term));
        if (tf == 0) continue;
        const double idf = std::log(1 + (passages - holding[term.term] + 0.5) / (holding[term.term] + 0.5));
        const double relative = static_cast<double>(terms.size()) * passages / tokens;
        const double norm = shape.k1 * (1 - shape.b + shape.b * relative);
        score += static_cast<double>(term.weight) * idf * tf / (tf + norm);
      }
      ASSERT_NEAR(hit.score, score, 2e-5 * (1 + score));
    }
  }
}

TEST_F(LexicalTest, OtherParametersStayExact) {
  const auto part = segment(0, 8000);
  for (const Bm25 parameters : {Bm25{0, 0}, Bm25{1.2F, 0.75F}, Bm25{3, 1}, Bm25{2, 0}}) {
    const LexicalIndex index({part}, nullptr, parameters);
    base::Rng rng(14);
    for (int i = 0; i < 60; ++i) {
      const auto query = random_query(rng, 8000);
      ASSERT_EQ(index.search(query, 10, {}), index.search_exhaustive(query, 10, {}));
    }
  }
}

TEST_F(LexicalTest, TiesGoToTheLowerId) {
  SegmentBuilder builder;
  auto table = std::make_shared<Memtable>();
  const std::vector<std::string> same{"a", "b"};
  for (PassageId id = 100; id < 1100; ++id) builder.add(id, same);
  for (PassageId id = 0; id < 50; ++id) table->add(id, same);
  ASSERT_TRUE(builder.write(folder_ / "s"));
  const LexicalIndex index({*LexicalSegment::open(folder_ / "s")}, table);
  const auto found = index.search(std::vector<QueryTerm>{{"a", 1}, {"b", 1}}, 60, {});
  ASSERT_EQ(found.size(), 60U);
  for (std::size_t i = 0; i < 60; ++i) EXPECT_EQ(found[i].id, i < 50 ? i : i + 50);
}

TEST_F(LexicalTest, RepeatedTermsAddTheirWeights) {
  const LexicalIndex index({segment(0, 300)}, nullptr);
  const std::vector<QueryTerm> twice{{"w9", 1}, {"w20", 0.5}, {"w9", 2}}, once{{"w9", 3}, {"w20", 0.5}};
  EXPECT_EQ(index.search(twice, 10, {}), index.search(once, 10, {}));
}

TEST_F(LexicalTest, EmptyIndexAndOddQueries) {
  ASSERT_TRUE(SegmentBuilder().write(folder_ / "empty"));
  const auto empty = LexicalSegment::open(folder_ / "empty");
  ASSERT_TRUE(empty);
  EXPECT_EQ((*empty)->passages(), 0U);
  const std::vector<QueryTerm> query{{"w1", 1}};
  for (const LexicalIndex& index :
       {LexicalIndex({}, nullptr), LexicalIndex({*empty}, std::make_shared<Memtable>())}) {
    EXPECT_TRUE(index.search(query, 10, {}).empty());
    EXPECT_EQ(index.passages(), 0U);
    EXPECT_EQ(index.idf("w1"), 0.0F);
    EXPECT_EQ(index.frequencies(std::vector<std::string>{"w1"}, std::vector<PassageId>{0, 7}).lengths[1], 0U);
  }
  const LexicalIndex index({*empty, segment(0, 200)}, nullptr);
  EXPECT_TRUE(index.search({}, 10, {}).empty());
  EXPECT_TRUE(index.search(query, 0, {}).empty());
  EXPECT_TRUE(index.search(query, 10, [](PassageId) { return true; }).empty());
  const float infinite = std::numeric_limits<float>::infinity(),
              nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(
      index.search(std::vector<QueryTerm>{{"w1", -1}, {"w1", nan}, {"w1", infinite}, {"w1", 0}}, 9, {})
          .empty());
  const float huge = std::numeric_limits<float>::max();
  EXPECT_EQ(index.search(std::vector<QueryTerm>{{"w1", huge}, {"w2", huge}}, 9, {}).size(), 9U);
  EXPECT_EQ(index.search(std::vector<QueryTerm>{{"w0", 1}}, ~std::size_t{0}, {}).size(), index.passages());
}

TEST_F(LexicalTest, HugeFrequenciesAndLongTermsSaturate) {
  const std::string long_term(100000, 'x');
  std::vector<std::string> many(70000, "a");
  many.push_back(long_term);
  SegmentBuilder builder;
  auto table = std::make_shared<Memtable>();
  builder.add(0, many);
  builder.add(1, std::vector<std::string>{"a", std::string("nul\0inside", 10), ""});
  table->add(2, many);
  ASSERT_TRUE(builder.write(folder_ / "s"));
  const LexicalIndex index({*LexicalSegment::open(folder_ / "s")}, table);
  const auto counts =
      index.frequencies(std::vector<std::string>{"a", long_term, "", std::string("nul\0inside", 10)},
                        std::vector<PassageId>{0, 1, 2});
  EXPECT_EQ(counts.counts, (std::vector<std::uint16_t>{65535, 1, 0, 0, 1, 0, 1, 1, 65535, 1, 0, 0}));
  EXPECT_EQ(counts.lengths, (std::vector<std::uint32_t>{65535, 3, 65535}));
  const std::vector<QueryTerm> query{{"a", 1}, {long_term, 1}};
  EXPECT_EQ(index.search(query, 3, {}), index.search_exhaustive(query, 3, {}));
}

TEST_F(LexicalTest, MergeEqualsItsPartsWithoutTheDeleted) {
  const Deleted deleted = [](PassageId id) { return id % 3 == 0 || (id >= 2000 && id < 2600); };
  const auto a = segment(10, 3000), b = segment(3000, 3001), c = segment(3500, 7000);
  ASSERT_TRUE(merge_segments(std::vector{a, b, c}, deleted, folder_ / "merged"));
  SegmentBuilder builder;
  for (PassageId id = 10; id < 7000; ++id)
    if ((id < 3001 || id >= 3500) && is_used(id) && !deleted(id)) builder.add(id, passage_terms(id));
  ASSERT_TRUE(builder.write(folder_ / "expected"));
  const auto merged = *LexicalSegment::open(folder_ / "merged"),
             expected = *LexicalSegment::open(folder_ / "expected");
  EXPECT_EQ(merged->passages(), expected->passages());
  EXPECT_EQ(merged->first_id(), 10U);
  EXPECT_EQ(merged->last_id(), 6998U);
  const LexicalIndex left({merged}, nullptr), right({expected}, nullptr);
  base::Rng rng(15);
  for (int i = 0; i < 200; ++i) {
    const auto query = random_query(rng, 7000);
    ASSERT_EQ(left.search(query, 10, {}), right.search(query, 10, {}));
  }
  EXPECT_EQ(merge_segments(std::vector{c, a}, {}, folder_ / "x").error().code, base::Code::invalid_argument);
  ASSERT_TRUE(merge_segments({}, {}, folder_ / "none"));
  ASSERT_TRUE(merge_segments(
      std::vector{a}, [](PassageId) { return true; }, folder_ / "all"));
  EXPECT_EQ((*LexicalSegment::open(folder_ / "all"))->passages(), 0U);
}

TEST_F(LexicalTest, MergingWithoutDeletionsGivesTheBytesOfOneBuild) {
  const auto a = segment(0, 700), b = segment(700, 2000), whole = segment(0, 2000);
  ASSERT_TRUE(merge_segments(std::vector{a, b}, {}, folder_ / "merged"));
  ASSERT_TRUE(memtable(0, 2000)->write(folder_ / "memtable"));
  const std::string expected = base::read_file(folder_ / "0-2000").value();
  EXPECT_EQ(base::read_file(folder_ / "merged").value(), expected);
  EXPECT_EQ(base::read_file(folder_ / "memtable").value(), expected);
}

TEST_F(LexicalTest, FrequenciesAreThoseOfThePassages) {
  const LexicalIndex index({segment(1000, 4000), segment(0, 1000)}, memtable(4000, 5000));
  base::Rng rng(16);
  for (int i = 0; i < 20; ++i) {
    std::vector<std::string> terms{"w0", "nowhere"};
    for (int j = 0; j < 20; ++j) terms.push_back("w" + std::to_string(rng.below(300)));
    std::set<PassageId> chosen;
    for (int j = 0; j < 200; ++j) chosen.insert(static_cast<PassageId>(rng.below(6000)));
    const std::vector<PassageId> ids(chosen.begin(), chosen.end());
    const Frequencies found = index.frequencies(terms, ids);
    for (std::size_t row = 0; row < ids.size(); ++row) {
      const auto words =
          is_used(ids[row]) && ids[row] < 5000 ? passage_terms(ids[row]) : std::vector<std::string>();
      ASSERT_EQ(found.lengths[row], words.size());
      for (std::size_t column = 0; column < terms.size(); ++column)
        ASSERT_EQ(found.at(row, column), std::count(words.begin(), words.end(), terms[column]));
    }
  }
}

TEST_F(LexicalTest, IdsOutOfOrderFailTheWrite) {
  SegmentBuilder builder;
  const std::vector<std::string> terms{"a"};
  builder.add(5, terms);
  builder.add(5, terms);
  EXPECT_EQ(builder.passages(), 1U);
  EXPECT_EQ(builder.write(folder_ / "s").error().code, base::Code::invalid_argument);
  SegmentBuilder far;
  far.add(0, terms);
  far.add(~PassageId{0}, terms);
  EXPECT_EQ(far.write(folder_ / "s").error().code, base::Code::invalid_argument);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  SegmentBuilder last;
  last.add(~PassageId{0}, terms);
  ASSERT_TRUE(last.write(folder_ / "last"));
  const LexicalIndex index({*LexicalSegment::open(folder_ / "last")}, nullptr);
  EXPECT_EQ(index.search(std::vector<QueryTerm>{{"a", 1}}, 3, {}).at(0).id, ~PassageId{0});
}

TEST(Memtable, ReadersSeeWholePassagesWhileOneWrites) {
  auto table = std::make_shared<Memtable>();
  const LexicalIndex index({}, table);
  constexpr PassageId kPassages = 2000;
  std::atomic<PassageId> added = 0;
  std::vector<std::thread> readers;
  for (int r = 0; r < 2; ++r) {
    readers.emplace_back([&] {
      const std::vector<QueryTerm> query{{"w0", 1}};
      while (added < kPassages) {
        const std::size_t before = added;
        const auto found = index.search(query, ~std::size_t{0}, {});
        const std::size_t after = added;
        ASSERT_GE(found.size(), before);
        ASSERT_LE(found.size(), after + 1);
        const std::vector<std::string> terms{"w0", "w1"};
        const std::vector<PassageId> ids{0, kPassages / 2};
        const Frequencies counts = index.frequencies(terms, ids);
        ASSERT_EQ(counts.lengths[1] > 0, counts.at(1, 0) > 0);
      }
    });
  }
  for (PassageId id = 0; id < kPassages; ++id) {
    table->add(id, passage_terms(id));
    ++added;
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(index.passages(), kPassages);
}

}  // namespace
}  // namespace genkai::knowledge::lexical
