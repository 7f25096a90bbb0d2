#include "stats/figure_scale.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>

namespace genkai::stats {
namespace {

std::string plain(double value, int digits) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
  return std::string(buffer) == "-0" ? "0" : buffer;
}

// 10⁶ in place of 1e+06.
std::string power_of_ten(int exponent) {
  static constexpr std::string_view kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = "10";
  if (exponent < 0) out += "⁻";
  for (const char digit : std::to_string(std::abs(exponent))) out += kDigits[digit - '0'];
  return out;
}

// Bytes of the character at `at`; the text may be broken.
std::size_t length_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t wanted = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::size_t n = 1;
  while (n < wanted && at + n < text.size() && (static_cast<unsigned char>(text[at + n]) & 0xC0) == 0x80) ++n;
  return n;
}

double width_of(std::string_view character) {
  if (character.size() >= 3) return 12;
  constexpr std::string_view kNarrow = "iljtf.,:;'|!()[] 1", kWide = "mwMWGOQ%@";
  if (kNarrow.find(character) != std::string_view::npos) return 4.5;
  return kWide.find(character) != std::string_view::npos ? 9.5 : 6.9;
}

}  // namespace

double text_width(std::string_view utf8) {
  double width = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t n = length_at(utf8, at);
    width += width_of(utf8.substr(at, n));
    at += n;
  }
  return width;
}

std::vector<std::string> wrap_words(std::string_view utf8, double width, std::size_t most) {
  // Pieces end after a space or a wide character.
  std::vector<std::string> lines(1);
  for (std::size_t at = 0; at < utf8.size();) {
    std::size_t end = at;
    while (end < utf8.size()) {
      const std::size_t n = length_at(utf8, end);
      end += n;
      if (n >= 3 || utf8[end - 1] == ' ') break;
    }
    const std::string_view piece = utf8.substr(at, end - at);
    if (!lines.back().empty() && text_width(lines.back()) + text_width(piece) > width) {
      if (lines.size() == most) {
        lines.back() += "…";
        return lines;
      }
      lines.emplace_back();
    }
    lines.back() += piece;
    at = end;
  }
  return lines;
}

std::vector<double> round_ticks(double low, double high, std::size_t wanted, bool log) {
  std::vector<double> ticks;
  if (log) {
    const double decades = std::log10(high / low);
    const auto first = static_cast<int>(std::floor(std::log10(low)));
    const auto last = static_cast<int>(std::ceil(std::log10(high)));
    const int step = std::max(1, static_cast<int>(std::ceil(decades / static_cast<double>(wanted))));
    for (int power = first; power <= last; power += step)
      for (const double times : {1.0, 2.0, 5.0}) {
        if (times > 1 && decades > 2.5) continue;
        const double at = times * std::pow(10.0, power);
        if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9)) ticks.push_back(at);
      }
    return ticks;
  }
  const double rough = (high - low) / static_cast<double>(std::max<std::size_t>(1, wanted));
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double times : {1.0, 2.0, 5.0})
    if (times * power >= rough * (1 - 1e-9)) {
      step = times * power;
      break;
    }
  // Whole multiples, so that no rounding adds up.
  const double first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
  for (double k = first; k <= last && ticks.size() < 100; ++k) ticks.push_back(k * step);
  return ticks;
}

FigureScale FigureScale::over(const Figure& figure, bool vertical, bool bars) {
  FigureScale scale;
  const FigureAxis& axis = vertical ? figure.y : figure.x;
  scale.axis_ = &axis;
  if (!axis.categories.empty()) {
    scale.low_ = -0.5;
    scale.high_ = static_cast<double>(axis.categories.size()) - 0.5;
    return scale;
  }
  double low = std::numeric_limits<double>::infinity(), high = -low;
  const auto see = [&](double value) {
    if (!scale.holds(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  };
  for (const auto& series : figure.series)
    for (const auto& point : series.points) {
      see(vertical ? point.y : point.x);
      if (vertical && point.low) see(*point.low);
      if (vertical && point.high) see(*point.high);
    }
  if (bars && vertical && !axis.log) see(0);
  if (low > high) low = axis.log ? 1 : 0, high = axis.log ? 10 : 1;
  if (axis.log) {
    const double room = std::max(1.08, std::pow(high / low, 0.04));
    low /= room, high *= room;
  } else {
    const double room = low == high ? std::max(0.5, std::abs(low) * 0.1) : 0.04 * (high - low);
    if (!(bars && vertical && low == 0)) low -= room;
    if (!(bars && vertical && high == 0)) high += room;
  }
  if (axis.low && scale.holds(*axis.low)) low = *axis.low;
  if (axis.high && scale.holds(*axis.high)) high = *axis.high;
  if (!(low < high)) high = axis.log ? low * 10 : low + 1;
  scale.low_ = low;
  scale.high_ = high;
  return scale;
}

bool FigureScale::holds(double value) const {
  return std::isfinite(value) && (!log() || value > 0);
}

double FigureScale::share(double value) const {
  return log() ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
}

std::vector<double> FigureScale::ticks(std::size_t wanted) const {
  return round_ticks(low_, high_, wanted, log());
}

std::string FigureScale::label(double tick) const {
  if (axis_ && axis_->percent) return plain(tick * 100, 4) + "%";
  const double size = std::abs(tick);
  if (log() && (size >= 1e5 || size < 1e-3)) {
    const double power = std::floor(std::log10(size) + 1e-9);
    const double times = std::round(tick / std::pow(10.0, power));
    return (times == 1 ? "" : plain(times, 2) + "·") + power_of_ten(static_cast<int>(power));
  }
  // Rounding noise around 0 of a linear axis.
  return plain(size < (high_ - low_) * 1e-9 ? 0 : tick, 6);
}

std::string FigureScale::exact(double value) const {
  return axis_ && axis_->percent ? plain(value * 100, 3) + "%" : plain(value, 4);
}

std::string escape_xml(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t n = length_at(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::string_view character = text.substr(at, n);
    at += n;
    if (byte >= 0x80) {
      // A lone or short sequence, a surrogate and the two that are no characters.
      const bool whole = byte >= 0xC2 && byte <= 0xF4 && n == (byte < 0xE0 ? 2U : byte < 0xF0 ? 3U : 4U);
      const auto second = n > 1 ? static_cast<unsigned char>(character[1]) : 0;
      const bool bad = (byte == 0xE0 && second < 0xA0) || (byte == 0xED && second > 0x9F) ||
                       (byte == 0xF0 && second < 0x90) || (byte == 0xF4 && second > 0x8F) ||
                       character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
      out += whole && !bad ? character : std::string_view("\xEF\xBF\xBD");
      continue;
    }
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (byte >= 0x20 || byte == '\t' || byte == '\n')
          out += static_cast<char>(byte);
        else
          out += "\xEF\xBF\xBD";
    }
  }
  return out;
}

}  // namespace genkai::stats
