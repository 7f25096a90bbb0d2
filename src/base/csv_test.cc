#include "base/csv.h"

#include <gmock/gmock.h>

namespace genkai::base {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows read(std::string_view text) {
  CsvReader reader(text);
  Rows rows;
  std::vector<std::string> row;
  while (reader.next(row)) rows.push_back(row);
  return rows;
}

TEST(Csv, QuotesSeparatorsAndLineBreaks) {
  EXPECT_EQ(read("a,b\n1,\"x, \"\"y\"\"\nz\"\r\n,\n"), (Rows{{"a", "b"}, {"1", "x, \"y\"\nz"}, {"", ""}}));
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "一,二\n\n\r\n三,\"四\"\"五\""),
            (Rows{{"一", "二"}, {"三", "四\"五"}}));
}

TEST(Csv, MalformedTextStillGivesRows) {
  EXPECT_EQ(read("a,\"never closed\nb"), (Rows{{"a", "never closed\nb"}}));
  EXPECT_EQ(read("\"a\"b,c"), (Rows{{"ab", "c"}}));
  EXPECT_EQ(read("a\"b,c"), (Rows{{"a\"b", "c"}}));
  EXPECT_EQ(read(""), Rows{});
  EXPECT_EQ(read("\n\n"), Rows{});
}

TEST(Csv, CountsLinesThroughQuotes) {
  CsvReader reader("a\n\"1\n2\"\n\nb");
  std::vector<std::string> row;
  std::vector<std::size_t> lines;
  while (reader.next(row)) lines.push_back(reader.line());
  EXPECT_THAT(lines, testing::ElementsAre(1, 2, 5));
}

}  // namespace
}  // namespace genkai::base
