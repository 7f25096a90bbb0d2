#include "stats/figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>
#include <string>

#include "stats/figure_scale.h"

namespace genkai::stats {
namespace {

Figure example() {
  Figure figure{.title = "Reliability",
                .description = "Stated against true.",
                .x = {.title = "stated", .percent = true, .low = 0, .high = 1},
                .y = {.title = "right", .percent = true, .low = 0, .high = 1}};
  figure.series.push_back({"ideal", {{0, 0}, {1, 1}}, SeriesStyle::reference});
  figure.series.push_back({"model", {{.x = 0.5, .y = 0.25, .low = 0.1, .high = 0.4}}, SeriesStyle::points});
  return figure;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

// Every element that opens closes, in order, and no attribute breaks out of its quotes.
void expect_well_formed(const std::string& svg) {
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z]+)((?:\\s+[A-Za-z0-9:-]+=\"[^\"<]*\")*)\\s*(/?)>");
  std::size_t end = 0;
  for (std::sregex_iterator at(svg.begin(), svg.end(), tag), last; at != last; ++at) {
    const std::string between = svg.substr(end, static_cast<std::size_t>(at->position()) - end);
    EXPECT_EQ(between.find('<'), std::string::npos) << between;
    end = static_cast<std::size_t>(at->position() + at->length());
    if ((*at)[1].length() > 0) {
      ASSERT_FALSE(open.empty());
      EXPECT_EQ(open.back(), (*at)[2].str());
      open.pop_back();
    } else if ((*at)[4].length() == 0) {
      open.push_back((*at)[2].str());
    }
  }
  EXPECT_TRUE(open.empty());
  EXPECT_EQ(svg.substr(end), "\n");
}

TEST(Figure, PlacesPointsByTheirAxes) {
  const std::string svg = to_svg(example());
  expect_well_formed(svg);
  // The diagonal spans the plot, and the point at (0.5, 0.25) lies half across and a quarter up.
  std::smatch line, point;
  ASSERT_TRUE(
      std::regex_search(svg, line, std::regex("gk-r\" points=\"([0-9.]+),([0-9.]+) ([0-9.]+),([0-9.]+) \"")));
  const double left = std::stod(line[1]), bottom = std::stod(line[2]), right = std::stod(line[3]),
               top = std::stod(line[4]);
  ASSERT_TRUE(std::regex_search(
      svg, point, std::regex("<rect x=\"([0-9.]+)\" y=\"([0-9.]+)\" width=\"8\" height=\"8\"[^>]*><title>")));
  EXPECT_NEAR(std::stod(point[1]) + 4, (left + right) / 2, 0.11);
  EXPECT_NEAR(std::stod(point[2]) + 4, bottom - 0.25 * (bottom - top), 0.11);
  EXPECT_NE(svg.find("<title>model: 25% (10% – 40%)</title>"), std::string::npos);
}

TEST(Figure, SaysInWordsWhatItShowsAndFitsBothGrounds) {
  const std::string svg = to_svg(example());
  EXPECT_NE(svg.find("role=\"img\""), std::string::npos);
  EXPECT_NE(svg.find(">Stated against true.</desc>"), std::string::npos);
  EXPECT_NE(svg.find("prefers-color-scheme:dark"), std::string::npos);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg, to_svg(example()));
}

TEST(Figure, EscapesWhateverTextItIsGiven) {
  Figure figure = example();
  figure.title = "<script>alert(1)</script> & \"quotes\" \x01 \xff \xed\xa0\x80";
  figure.series[1].name = "</svg><img src=x onerror=alert(1)>";
  figure.series[1].points[0].label = "a' onload='x";
  figure.x.categories = {"<b>", "日本語の長い名前がここに入る"};
  const std::string svg = to_svg(figure);
  expect_well_formed(svg);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("<img"), std::string::npos);
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
  EXPECT_EQ(escape_xml("\xed\xa0\x80"), escape_xml("\xed\xa0\x80"));
  EXPECT_EQ(escape_xml("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(escape_xml("\xff"), "\xEF\xBF\xBD");
  EXPECT_EQ(escape_xml("日本"), "日本");
}

TEST(Figure, LeavesOutWhatCannotBeDrawn) {
  Figure figure = example();
  figure.y.low.reset();
  figure.x = {.title = "seen", .log = true};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  figure.series[1].points = {{0, 0.5}, {-3, 0.5}, {10, nan}, {std::numeric_limits<double>::infinity(), 1}};
  std::string svg = to_svg(figure);
  expect_well_formed(svg);
  EXPECT_EQ(count(svg, "<title>model"), 0U);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  figure.series.clear();
  expect_well_formed(to_svg(figure));
}

TEST(Figure, BarsStandSideBySideFromZero) {
  Figure figure{.title = "Bars", .description = "Two by two.", .y = {.percent = true}};
  figure.x.categories = {"first", "second"};
  figure.series.push_back({"a", {{0, 0.4, 0.3, 0.5}, {1, 0.8, 0.7, 0.9}}, SeriesStyle::bars});
  figure.series.push_back({"b", {{0, 0.4}, {1, 0.2}}, SeriesStyle::bars});
  const std::string svg = to_svg(figure);
  expect_well_formed(svg);
  std::vector<double> places, heights;
  const std::regex bar(
      "gk-b\" x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"[0-9.]+\" height=\"([0-9.]+)\"[^>]*><title>");
  for (std::sregex_iterator at(svg.begin(), svg.end(), bar), last; at != last; ++at) {
    places.push_back(std::stod((*at)[1]));
    heights.push_back(std::stod((*at)[2]));
  }
  ASSERT_EQ(places.size(), 4U);
  EXPECT_NEAR(heights[1], 2 * heights[0], 0.25);
  EXPECT_NEAR(heights[2], heights[0], 0.11);
  EXPECT_LT(places[0], places[2]);
  EXPECT_LT(places[2], places[1]);
}

TEST(Figure, TicksAreRound) {
  EXPECT_EQ(round_ticks(0, 1, 5, false), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
  EXPECT_EQ(round_ticks(-3, 12, 4, false), (std::vector<double>{0, 5, 10}));
  EXPECT_EQ(round_ticks(0.5, 2000, 6, true), (std::vector<double>{1, 10, 100, 1000}));
  EXPECT_EQ(round_ticks(3, 60, 6, true), (std::vector<double>{5, 10, 20, 50}));
  for (const double high : {1e-9, 1e-3, 7.0, 1e12}) {
    const auto ticks = round_ticks(0, high, 6, false);
    EXPECT_GE(ticks.size(), 3U) << high;
    EXPECT_LE(ticks.size(), 8U) << high;
  }
  Figure figure = example();
  figure.x = {.title = "seen", .log = true, .low = 1, .high = 1e8};
  EXPECT_NE(to_svg(figure).find("10⁶"), std::string::npos);
}

TEST(Figure, WrapsNamesOfBothScripts) {
  EXPECT_EQ(wrap_words("one two three", 60, 3).size(), 2U);
  EXPECT_EQ(wrap_words("一二三四五六", 36, 3), (std::vector<std::string>{"一二三", "四五六"}));
  EXPECT_TRUE(wrap_words("一二三四五六七八九", 24, 2).back().ends_with("…"));
  EXPECT_GT(text_width("日本"), text_width("il"));
}

}  // namespace
}  // namespace genkai::stats
