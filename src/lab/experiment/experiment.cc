#include "lab/experiment/experiment.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace genkai::lab::experiment {

std::string_view to_string(Scale scale) {
  return scale == Scale::ci ? "ci" : "full";
}

std::optional<Scale> scale_of(std::string_view name) {
  if (name == "ci") return Scale::ci;
  if (name == "full") return Scale::full;
  return std::nullopt;
}

std::string number(double value, int digits) {
  if (!std::isfinite(value)) return "none";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  std::string text = buffer;
  if (const double read = std::strtod(buffer, nullptr); read == 0 && text.starts_with('-')) text.erase(0, 1);
  if (digits > 0) {
    if (text.starts_with("0.")) text.erase(0, 1);
    if (text.starts_with("-0.")) text.erase(1, 1);
  }
  return text;
}

Estimate Estimate::within(double low, double high) const {
  Estimate out = *this;
  out.interval = {std::clamp(interval.low, low, high), std::clamp(interval.high, low, high)};
  return out;
}

std::string Estimate::text(int digits) const {
  if (n == 0) return "none";
  if (n == 1) return number(mean, digits);
  return number(mean, digits) + " (" + number(interval.low, digits) + " to " + number(interval.high, digits) +
         ")";
}

stats::FigurePoint Estimate::at(double x) const {
  stats::FigurePoint point{.x = x, .y = mean};
  if (n > 1) {
    point.low = interval.low;
    point.high = interval.high;
  }
  return point;
}

Estimate estimate(const std::vector<double>& values) {
  Estimate out;
  out.n = values.size();
  if (out.n == 0) return out;
  for (const double value : values) out.mean += value;
  out.mean /= static_cast<double>(out.n);
  out.interval = {out.mean, out.mean};
  if (out.n == 1) return out;
  double squares = 0;
  for (const double value : values) squares += (value - out.mean) * (value - out.mean);
  const double degrees = static_cast<double>(out.n - 1);
  // P(|T| > t) = I_x(v/2, 1/2) at x = v / (v + t^2).
  const double x = stats::incomplete_beta_inverse(0.05, degrees / 2, 0.5);
  const double t = std::sqrt(degrees * (1 - x) / x);
  const double half = t * std::sqrt(squares / degrees / static_cast<double>(out.n));
  out.interval = {out.mean - half, out.mean + half};
  return out;
}

std::vector<double> Results::values(std::string_view condition, const std::string& name) const {
  std::vector<double> out;
  for (const Cell& cell : cells_) {
    if (cell.key.condition != condition) continue;
    if (const auto found = cell.numbers.find(name); found != cell.numbers.end()) out.push_back(found->second);
  }
  return out;
}

Estimate Results::over_seeds(std::string_view condition, const std::string& name) const {
  return estimate(values(condition, name));
}

}  // namespace genkai::lab::experiment
