#pragma once
// Where a value lies on an axis of a figure, and what is written there. Inside of figure.h.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stats/figure.h"

namespace genkai::stats {

class FigureScale {
 public:
  FigureScale() = default;
  /// The axis as told, else over all values of the figure with a little room; bars reach down to 0.
  static FigureScale over(const Figure& figure, bool vertical, bool bars);

  double share(double value) const;  // 0 at its low end, 1 at its high end
  bool holds(double value) const;    // finite, and positive on a log axis
  std::vector<double> ticks(std::size_t wanted) const;
  std::string label(double tick) const;
  std::string exact(double value) const;  // three digits
  bool log() const { return axis_ && axis_->log; }
  bool categorical() const { return axis_ && !axis_->categories.empty(); }
  const std::vector<std::string>& names() const { return axis_->categories; }

 private:
  const FigureAxis* axis_ = nullptr;
  double low_ = 0, high_ = 1;
};

/// Estimated pixels of a text at 12 pixels: wide characters of CJK, narrow ones of Latin.
double text_width(std::string_view utf8);
/// In at most `most` lines that fit into `width` where they can; the rest of the last is cut.
std::vector<std::string> wrap_words(std::string_view utf8, double width, std::size_t most);

}  // namespace genkai::stats
