#pragma once
// Pictures of measured values as SVG: lines, points with error bars, bars with intervals, reference lines. No
// scripts, light and dark, with a text for those who do not see it. The same figure gives the same bytes.
//
//   Figure figure{.title = "Reliability", .description = "Stated probability against share right.",
//                 .x = {.title = "stated", .percent = true, .low = 0, .high = 1},
//                 .y = {.title = "right", .percent = true, .low = 0, .high = 1}};
//   figure.series.push_back({"ideal", {{0, 0}, {1, 1}}, SeriesStyle::reference});
//   figure.series.push_back({"model", {{.x = 0.9, .y = 0.7, .low = 0.6, .high = 0.8}}, SeriesStyle::points});
//   std::string svg = to_svg(figure);                     // a whole file, or a part of an HTML page

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::stats {

/// `low` and `high` are the ends of its interval on the y axis. What is not finite is not drawn.
struct FigurePoint {
  double x = 0, y = 0;
  std::optional<double> low{}, high{};
  std::string label{};  // shown with its numbers when pointed at
};

enum class SeriesStyle {
  points,     // markers, with error bars where intervals are given
  line,       // through the points, in order of x; intervals become a band
  line_dots,  // both markers and a line
  bars,       // from 0 (linear axes), beside those of other series at the same x
  reference,  // a thin dashed line: a diagonal, a baseline
};

struct FigureSeries {
  std::string name;  // in the legend, which there is for two and more
  std::vector<FigurePoint> points;
  SeriesStyle style = SeriesStyle::points;
};

struct FigureAxis {
  std::string title{};
  bool percent = false;                   // shares: 0.25 is shown as 25%
  bool log = false;                       // values that are not positive are not drawn
  std::optional<double> low{}, high{};    // else what the values need
  std::vector<std::string> categories{};  // names at 0, 1, 2 ... in place of numbers
};

/// Sizes are in CSS pixels; a page may scale it.
struct Figure {
  std::string title;
  std::string description;  // what it shows, in a sentence or two, for those who do not see it
  FigureAxis x{}, y{};
  std::vector<FigureSeries> series{};
  double width = 640, height = 400;
};

/// Round places for ticks on [low, high]: steps of 1, 2 or 5 times a power of ten, about `wanted` of them; on
/// a log axis the powers of ten, with 2 and 5 times them where there are few. REQUIRES: low < high, and
/// low > 0 for log.
std::vector<double> round_ticks(double low, double high, std::size_t wanted, bool log);

/// Text may be anything: it is escaped, and what XML forbids becomes U+FFFD.
std::string to_svg(const Figure& figure);

/// `text` for the content and the attributes of XML and HTML.
std::string escape_xml(std::string_view text);

}  // namespace genkai::stats
