#include "stats/heat_map.h"

#include <gtest/gtest.h>

#include <limits>

namespace genkai::stats {
namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

TEST(HeatMap, HasACellForEachPairAndANumberForEachShare) {
  const HeatMap map{
      .title = "a < b",
      .description = "two by three",
      .x_title = "tokens",
      .columns = {"1", "2", "3"},
      .rows = {"top", "下"},
      .cells = {{{0.0, "none"}, {1.0}, {0.5}}, {{std::numeric_limits<double>::quiet_NaN()}, {}}}};
  const std::string svg = to_svg(map);
  EXPECT_EQ(count(svg, "<rect"), 6U);
  EXPECT_EQ(count(svg, "class=\"n\""), 3U) << "not a number, not asked, not there";
  EXPECT_EQ(count(svg, "fill-opacity=\"0.000\""), 1U);
  EXPECT_EQ(count(svg, "fill-opacity=\"0.500\""), 1U);
  EXPECT_EQ(count(svg, "fill-opacity=\"0.250\""), 1U);
  EXPECT_NE(svg.find(">100%<"), std::string::npos);
  EXPECT_NE(svg.find("<title>none</title>"), std::string::npos);
  EXPECT_NE(svg.find("a &lt; b"), std::string::npos);
  EXPECT_EQ(svg.find("a < b"), std::string::npos);
  EXPECT_EQ(to_svg(map), svg);
  EXPECT_EQ(count(to_svg({}), "<rect"), 0U) << "an empty map is a figure too";
}

}  // namespace
}  // namespace genkai::stats
