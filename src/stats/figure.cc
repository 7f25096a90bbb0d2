#include "stats/figure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/hash.h"
#include "stats/figure_scale.h"

namespace genkai::stats {
namespace {

// Colours of Okabe and Ito (2008), which people with any colour vision tell apart, darker on light ground and
// lighter on dark. Markers and dashes differ too, so that nothing rests on colour alone.
constexpr std::string_view kStyle =
    ".gk{font:12px system-ui,-apple-system,'Segoe UI','Hiragino Sans','Noto Sans CJK JP',sans-serif;"
    "--ink:#1f2430;--faint:#5b6472;--grid:#e3e6eb;"
    "--c0:#0062a3;--c1:#b84a00;--c2:#00795a;--c3:#8c3f78;--c4:#7a5c00;--c5:#3d4a5c}"
    ".gk text{fill:var(--ink)}.gk .gk-f{fill:var(--faint)}"
    ".gk .gk-t{font-size:15px;font-weight:600}.gk .gk-g{stroke:var(--grid);stroke-width:1}"
    ".gk .gk-a{stroke:var(--faint);stroke-width:1}"
    ".gk .gk-r{stroke:var(--faint);stroke-width:1.5;stroke-dasharray:5 4;fill:none}"
    ".gk .gk-l{stroke-width:2;fill:none;stroke-linejoin:round}.gk .gk-e{stroke-width:1.5;fill:none}"
    ".gk .gk-b{fill-opacity:.75}.gk .gk-w{fill-opacity:.15;stroke:none}"
    "@media (prefers-color-scheme:dark){.gk{--ink:#e8eaf0;--faint:#a0a8b6;--grid:#363c48;"
    "--c0:#5cb8f2;--c1:#f29a5c;--c2:#4fd1a5;--c3:#dc92c6;--c4:#e0c04a;--c5:#b3bfcf}}";
constexpr std::size_t kColours = 6;
constexpr std::array<std::string_view, 4> kDashes{"none", "7 3", "2 3", "9 3 2 3"};
constexpr double kLineHeight = 15, kMargin = 12, kEntry = 26;

std::string number(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", value);
  std::string out = buffer;
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string colour(std::size_t series) {
  return "var(--c" + std::to_string(series % kColours) + ")";
}

struct Line {
  double x1, y1, x2, y2;
};
std::string draw(const Line& line, std::string_view css, std::string_view more = {}) {
  return "<line class=\"" + std::string(css) + "\" x1=\"" + number(line.x1) + "\" y1=\"" + number(line.y1) +
         "\" x2=\"" + number(line.x2) + "\" y2=\"" + number(line.y2) + "\"" + std::string(more) + "/>\n";
}

std::string words(double x, double y, std::string_view anchor, std::string_view css, std::string_view text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + std::string(anchor) +
         "\" class=\"" + std::string(css) + "\">" + escape_xml(text) + "</text>\n";
}

std::string marker(double x, double y, std::size_t series, const std::string& title) {
  const std::string fill = " fill=\"" + colour(series) + "\">" + title;
  const auto shape = [&](double dx, double dy) { return number(x + dx) + "," + number(y + dy) + " "; };
  switch (series % 4) {
    case 1:
      return "<rect x=\"" + number(x - 4) + "\" y=\"" + number(y - 4) + "\" width=\"8\" height=\"8\"" + fill +
             "</rect>\n";
    case 2:
      return "<polygon points=\"" + shape(0, -5.5) + shape(5, 4) + shape(-5, 4) + "\"" + fill +
             "</polygon>\n";
    case 3:
      return "<polygon points=\"" + shape(0, -6) + shape(6, 0) + shape(0, 6) + shape(-6, 0) + "\"" + fill +
             "</polygon>\n";
    default:
      return "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"4.5\"" + fill + "</circle>\n";
  }
}

std::string error_bar(double x, double low, double high, const std::string& stroke) {
  const std::string more = " stroke=\"" + stroke + "\"";
  return draw({x, low, x, high}, "gk-e", more) + draw({x - 4, low, x + 4, low}, "gk-e", more) +
         draw({x - 4, high, x + 4, high}, "gk-e", more);
}

class Drawing {
 public:
  explicit Drawing(const Figure& figure) : figure_(figure) {
    const bool bars = std::any_of(figure.series.begin(), figure.series.end(),
                                  [](const auto& one) { return one.style == SeriesStyle::bars; });
    x_ = FigureScale::over(figure, false, bars);
    y_ = FigureScale::over(figure, true, bars);
    y_ticks_ = y_.ticks(6);
    place();
  }

  std::string svg() const {
    const std::string id =
        "gk" + base::content_hash(figure_.title + "\n" + figure_.description).substr(0, 10);
    std::string out =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gk\" role=\"img\" aria-labelledby=\"" + id +
        "-t " + id + "-d\" viewBox=\"0 0 " + number(figure_.width) + " " + number(figure_.height) +
        "\" width=\"" + number(figure_.width) + "\" height=\"" + number(figure_.height) +
        "\">\n<title id=\"" + id + "-t\">" + escape_xml(figure_.title) + "</title>\n<desc id=\"" + id +
        "-d\">" + escape_xml(figure_.description) + "</desc>\n<style>" + std::string(kStyle) + "</style>\n";
    out += words(kMargin, 24, "start", "gk-t", figure_.title);
    out += legend_ + axes();
    for (const SeriesStyle first : {SeriesStyle::bars, SeriesStyle::reference})
      for (std::size_t i = 0; i < figure_.series.size(); ++i)
        if (figure_.series[i].style == first) out += series(i);
    for (std::size_t i = 0; i < figure_.series.size(); ++i) {
      const SeriesStyle style = figure_.series[i].style;
      if (style != SeriesStyle::bars && style != SeriesStyle::reference) out += series(i);
    }
    return out + "</svg>\n";
  }

 private:
  // Title, then the legend in as many rows as it needs, then the plot with room for what its ticks say.
  void place() {
    double at = kMargin, row = 44;
    const auto named = std::count_if(figure_.series.begin(), figure_.series.end(),
                                     [](const auto& one) { return !one.name.empty(); });
    for (std::size_t i = 0; i < figure_.series.size(); ++i) {
      const auto& one = figure_.series[i];
      if (one.name.empty() || named < 2) continue;
      const double wide = kEntry + text_width(one.name) + 18;
      if (at > kMargin && at + wide > figure_.width - kMargin) at = kMargin, row += kLineHeight + 3;
      legend_ += sample(i, at, row - 4) + words(at + kEntry, row, "start", "", one.name);
      at += wide;
    }
    top_ = legend_.empty() ? 40 : row + 16;
    double widest = 0;
    for (const double tick : y_ticks_) widest = std::max(widest, text_width(y_.label(tick)));
    left_ = kMargin + (figure_.y.title.empty() ? 0 : 20) + widest + 10;
    right_ = figure_.width - kMargin - 10;
    std::size_t lines = 1;
    if (x_.categorical()) {
      const double slot = (right_ - left_) / std::max<double>(1, static_cast<double>(x_.names().size()));
      for (const std::string& name : x_.names()) {
        names_.push_back(wrap_words(name, slot - 6, 3));
        lines = std::max(lines, names_.back().size());
      }
    }
    bottom_ = figure_.height - kMargin - (figure_.x.title.empty() ? 0 : 20) -
              kLineHeight * static_cast<double>(lines) - 4;
  }

  std::string sample(std::size_t i, double x, double y) const {
    const std::string stroke = " stroke=\"" + colour(i) + "\" stroke-dasharray=\"" +
                               std::string(kDashes[(i / 2) % kDashes.size()]) + "\"";
    switch (figure_.series[i].style) {
      case SeriesStyle::reference:
        return draw({x, y, x + 20, y}, "gk-r");
      case SeriesStyle::bars:
        return "<rect class=\"gk-b\" x=\"" + number(x + 4) + "\" y=\"" + number(y - 6) +
               "\" width=\"12\" height=\"12\" fill=\"" + colour(i) + "\"/>\n";
      case SeriesStyle::line:
        return draw({x, y, x + 20, y}, "gk-l", stroke);
      case SeriesStyle::line_dots:
        return draw({x, y, x + 20, y}, "gk-l", stroke) + marker(x + 10, y, i, "");
      case SeriesStyle::points:
        return marker(x + 10, y, i, "");
    }
    return {};
  }

  double px(double x) const { return left_ + x_.share(x) * (right_ - left_); }
  double py(double y) const { return bottom_ - std::clamp(y_.share(y), -0.02, 1.02) * (bottom_ - top_); }

  std::string axes() const {
    std::string out;
    for (const double tick : y_ticks_) {
      out += draw({left_, py(tick), right_, py(tick)}, "gk-g");
      out += words(left_ - 8, py(tick) + 4, "end", "gk-f", y_.label(tick));
    }
    if (x_.categorical()) {
      for (std::size_t i = 0; i < names_.size(); ++i)
        for (std::size_t line = 0; line < names_[i].size(); ++line)
          out += words(px(static_cast<double>(i)), bottom_ + 17 + kLineHeight * static_cast<double>(line),
                       "middle", "gk-f", names_[i][line]);
    } else {
      for (const double tick : x_.ticks(7)) {
        out += draw({px(tick), bottom_, px(tick), bottom_ + 5}, "gk-a");
        out += words(px(tick), bottom_ + 18, "middle", "gk-f", x_.label(tick));
      }
    }
    out += draw({left_, bottom_, right_, bottom_}, "gk-a");
    if (!figure_.x.title.empty())
      out += words((left_ + right_) / 2, figure_.height - kMargin, "middle", "", figure_.x.title);
    if (!figure_.y.title.empty()) {
      const std::string middle = number((top_ + bottom_) / 2);
      out += "<text x=\"" + number(kMargin + 8) + "\" y=\"" + middle +
             "\" text-anchor=\"middle\" transform=\"rotate(-90 " + number(kMargin + 8) + " " + middle +
             ")\">" + escape_xml(figure_.y.title) + "</text>\n";
    }
    return out;
  }

  bool drawable(const FigurePoint& point) const { return x_.holds(point.x) && y_.holds(point.y); }
  bool has_interval(const FigurePoint& point) const {
    return point.low && point.high && y_.holds(*point.low) && y_.holds(*point.high);
  }

  std::string tooltip(const FigureSeries& one, const FigurePoint& point) const {
    std::string text = point.label.empty() ? one.name : point.label;
    if (!text.empty()) text += ": ";
    text += y_.exact(point.y);
    if (has_interval(point)) text += " (" + y_.exact(*point.low) + " – " + y_.exact(*point.high) + ")";
    return "<title>" + escape_xml(text) + "</title>";
  }

  std::string series(std::size_t i) const {
    const FigureSeries& one = figure_.series[i];
    std::vector<FigurePoint> points;
    for (const auto& point : one.points)
      if (drawable(point)) points.push_back(point);
    if (one.style == SeriesStyle::bars) return bars(i, points);
    std::string out, path, above, below;
    if (one.style != SeriesStyle::points)
      std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    bool band = points.size() > 1;
    for (const auto& point : points) {
      path += number(px(point.x)) + "," + number(py(point.y)) + " ";
      band = band && has_interval(point);
    }
    if (one.style == SeriesStyle::reference) return "<polyline class=\"gk-r\" points=\"" + path + "\"/>\n";
    const bool line = one.style == SeriesStyle::line;
    if (line && band) {
      for (const auto& point : points) {
        above += number(px(point.x)) + "," + number(py(*point.high)) + " ";
        below.insert(0, number(px(point.x)) + "," + number(py(*point.low)) + " ");
      }
      out += "<polygon class=\"gk-w\" points=\"" + above + below + "\" fill=\"" + colour(i) + "\"/>\n";
    }
    if (one.style != SeriesStyle::points)
      out += "<polyline class=\"gk-l\" points=\"" + path + "\" stroke=\"" + colour(i) +
             "\" stroke-dasharray=\"" + std::string(kDashes[(i / 2) % kDashes.size()]) + "\"/>\n";
    if (line) return out;
    for (const auto& point : points) {
      if (has_interval(point)) out += error_bar(px(point.x), py(*point.low), py(*point.high), colour(i));
      out += marker(px(point.x), py(point.y), i, tooltip(one, point));
    }
    return out;
  }

  std::string bars(std::size_t i, const std::vector<FigurePoint>& points) const {
    std::size_t many = 0, own = 0;
    double gap = x_.categorical() ? 1 : std::numeric_limits<double>::infinity();
    for (std::size_t other = 0; other < figure_.series.size(); ++other) {
      if (figure_.series[other].style != SeriesStyle::bars) continue;
      if (other == i) own = many;
      ++many;
    }
    for (std::size_t k = 1; k < points.size(); ++k)
      if (points[k].x != points[k - 1].x) gap = std::min(gap, std::abs(points[k].x - points[k - 1].x));
    const double slot = std::isfinite(gap) && !x_.log() ? px(gap) - px(0) : (right_ - left_) / 10;
    const double wide = std::min(44.0, 0.72 * slot / static_cast<double>(many));
    std::string out;
    for (const auto& point : points) {
      const double middle =
          px(point.x) + (static_cast<double>(own) - (static_cast<double>(many) - 1) / 2) * wide;
      const double from = y_.log() ? bottom_ : py(0), to = py(point.y);
      out += "<rect class=\"gk-b\" x=\"" + number(middle - wide / 2 + 1) + "\" y=\"" +
             number(std::min(from, to)) + "\" width=\"" + number(wide - 2) + "\" height=\"" +
             number(std::max(0.5, std::abs(from - to))) + "\" fill=\"" + colour(i) + "\">" +
             tooltip(figure_.series[i], point) + "</rect>\n";
      if (has_interval(point)) out += error_bar(middle, py(*point.low), py(*point.high), "var(--ink)");
    }
    return out;
  }

  const Figure& figure_;
  FigureScale x_, y_;
  std::vector<double> y_ticks_;
  std::vector<std::vector<std::string>> names_;  // of categories, in lines
  std::string legend_;
  double top_ = 0, bottom_ = 0, left_ = 0, right_ = 0;
};

}  // namespace

std::string to_svg(const Figure& figure) {
  return Drawing(figure).svg();
}

}  // namespace genkai::stats
