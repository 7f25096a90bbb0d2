#include "knowledge/lexical/lexical.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/rng.h"

namespace genkai::knowledge {
namespace {

TEST(Lexical, FindsWhatWasAdded) {
  SegmentBuilder builder;
  const std::vector<std::string> a{"cat", "sat", "cat"}, b{"dog", "sat"};
  builder.add(5, a);
  builder.add(7, b);
  const base::Path path =
      std::filesystem::temp_directory_path() / ("genkai_lexical." + std::to_string(::getpid()));
  ASSERT_TRUE(builder.write(path));
  auto segment = LexicalSegment::open(path);
  ASSERT_TRUE(segment) << segment.error().message;
  auto memtable = std::make_shared<Memtable>();
  memtable->add(9, a);
  const LexicalIndex index({*segment}, memtable);
  const std::vector<QueryTerm> query{{"cat", 1}};
  const auto found = index.search(query, 10, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, 5U);
  EXPECT_EQ(found[1].id, 9U);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace genkai::knowledge
