#include "stats/heat_map.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "stats/figure.h"
#include "stats/figure_scale.h"

namespace genkai::stats {
namespace {

// One hue whose strength is the share, weak enough for the number on it to be read.
constexpr std::string_view kStyle =
    ".gkh{font:12px system-ui,-apple-system,'Segoe UI','Hiragino Sans','Noto Sans CJK JP',sans-serif;"
    "--ink:#1f2430;--faint:#5b6472;--grid:#c9ced6;--heat:#0062a3}"
    ".gkh text{fill:var(--ink)}.gkh .f{fill:var(--faint)}.gkh .t{font-size:15px;font-weight:600}"
    ".gkh rect{fill:var(--heat);stroke:var(--grid);stroke-width:1}.gkh .n{fill:none;stroke-dasharray:2 3}"
    "@media (prefers-color-scheme:dark){.gkh{--ink:#e8eaf0;--faint:#a0a8b6;--grid:#4a5160;--heat:#5cb8f2}}";
constexpr double kWidth = 640, kMargin = 12, kRow = 30, kHead = 34, kStrongest = 0.5;

std::string number(double value) {
  return std::to_string(std::lround(value));
}

std::string words(double x, double y, std::string_view anchor, std::string_view css, std::string_view text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + std::string(anchor) +
         "\" class=\"" + std::string(css) + "\">" + escape_xml(text) + "</text>\n";
}

}  // namespace

std::string to_svg(const HeatMap& map) {
  double names = text_width(map.y_title);
  for (const std::string& row : map.rows) names = std::max(names, text_width(row));
  const double left = kMargin + std::min(names, kWidth / 3) + 10;
  const double cell =
      (kWidth - kMargin - left) / static_cast<double>(std::max<std::size_t>(1, map.columns.size()));
  const double bottom = kHead + 18 + kRow * static_cast<double>(map.rows.size());
  const std::string height = number(bottom + 46);
  const std::string id = "gkh" + base::content_hash(map.title + "\n" + map.description).substr(0, 8);
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gkh\" role=\"img\" aria-labelledby=\"" + id + "-t " +
      id + "-d\" width=\"" + number(kWidth) + "\" height=\"" + height + "\" viewBox=\"0 0 " + number(kWidth) +
      " " + height + "\">\n<title id=\"" + id + "-t\">" + escape_xml(map.title) + "</title>\n<desc id=\"" +
      id + "-d\">" + escape_xml(map.description) + "</desc>\n<style>" + std::string(kStyle) + "</style>\n";
  out += words(kMargin, 22, "start", "t", map.title);
  if (!map.y_title.empty()) out += words(left - 8, kHead + 10, "end", "f", map.y_title);
  for (std::size_t row = 0; row < map.rows.size(); ++row) {
    const double top = kHead + 18 + kRow * static_cast<double>(row);
    out += words(left - 8, top + kRow / 2 + 4, "end", "f", map.rows[row]);
    for (std::size_t column = 0; column < map.columns.size(); ++column) {
      const HeatCell* one =
          row < map.cells.size() && column < map.cells[row].size() ? &map.cells[row][column] : nullptr;
      const bool known = one && one->share && std::isfinite(*one->share);
      const double share = known ? std::clamp(*one->share, 0.0, 1.0) : 0;
      const double x = left + cell * static_cast<double>(column);
      out += "<g><rect x=\"" + number(x) + "\" y=\"" + number(top) + "\" width=\"" + number(cell - 2) +
             "\" height=\"" + number(kRow - 2) + "\"";
      out += known ? " fill-opacity=\"0." +
                         std::to_string(1000 + std::lround(1000 * kStrongest * share)).substr(1) + "\"/>"
                   : " class=\"n\"/>";
      if (known) {
        if (!one->label.empty()) out += "<title>" + escape_xml(one->label) + "</title>";
        out += words(x + cell / 2 - 1, top + kRow / 2 + 4, "middle", "", number(100 * share) + "%");
      }
      out += "</g>\n";
    }
  }
  for (std::size_t column = 0; column < map.columns.size(); ++column)
    out += words(left + cell * (static_cast<double>(column) + 0.5), bottom + 14, "middle", "f",
                 map.columns[column]);
  if (!map.x_title.empty())
    out += words((left + kWidth - kMargin) / 2, bottom + 34, "middle", "", map.x_title);
  return out + "</svg>\n";
}

}  // namespace genkai::stats
