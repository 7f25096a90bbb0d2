#pragma once
// Values on a grid as SVG: one cell for each pair of names, its shade and its number. As figure.h: no
// scripts, light and dark, with a text for those who do not see it; the same map gives the same bytes.
//
//   HeatMap map{.title = "Right by length and depth", .description = "...", .x_title = "tokens",
//               .y_title = "depth", .columns = {"1,000", "2,000"}, .rows = {"0 %", "100 %"},
//               .cells = {{{1.0, "20 of 20"}, {0.9, "18 of 20"}}, {{1.0, ""}, {}}}};
//   std::string svg = to_svg(map);

#include <optional>
#include <string>
#include <vector>

namespace genkai::stats {

/// A share, 0 to 1; without one the cell is empty.
struct HeatCell {
  std::optional<double> share{};
  std::string label{};  // shown when pointed at
};

struct HeatMap {
  std::string title, description;
  std::string x_title{}, y_title{};
  std::vector<std::string> columns, rows;
  std::vector<std::vector<HeatCell>> cells;  // [row][column]; what is missing is empty
};

std::string to_svg(const HeatMap& map);

}  // namespace genkai::stats
