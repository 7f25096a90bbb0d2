#include "core/grounds.h"

#include <fmt/format.h>

namespace genkai::core {

base::Status check_probability(std::string_view what, double value) {
  if (is_probability(value)) return {};
  return base::fail(base::Code::invalid_argument, fmt::format("{} is {}, not a probability", what, value),
                    "give a number from 0 to 1");
}

base::Status check_inside(std::string_view what, double value) {
  if (value > 0 && value < 1) return {};
  return base::fail(base::Code::invalid_argument, fmt::format("{} is {}, not between 0 and 1", what, value),
                    "give a number above 0 and below 1");
}

}  // namespace genkai::core
