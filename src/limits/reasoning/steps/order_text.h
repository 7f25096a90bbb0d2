#pragma once
// A question about things in a fixed order ("The kiwis are less expensive than the oranges", "The owl is the
// third from the left"), and what steps say of their places.
//
//   const auto order = read_order(question);
//   for (const OrderFact& fact : facts_in(sentence, order->things)) ...
//   for (const Placement& place : placements_in(step, *order)) ...

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::limits::reasoning::steps {

/// Places count from the left, the newest, the most expensive, the first to finish: 0 to n - 1.
struct OrderFact {
  enum class Kind { at, not_at, before } kind = Kind::at;
  std::size_t thing = 0;
  std::size_t other = 0;  // of before: the other thing; else the place
  bool operator==(const OrderFact&) const = default;
};

struct OrderQuestion {
  std::vector<std::string> things;  // lower case, without articles
  std::vector<OrderFact> facts;
  std::vector<std::optional<OrderFact>> options;  // of (A), (B), ...
};

/// Nothing for other questions, for fewer than 2 or more than 7 things, and when a statement cannot be read.
std::optional<OrderQuestion> read_order(std::string_view question);

/// Of one sentence: what it states, in order. "must be" states a place, "cannot be" that it is not there.
std::vector<OrderFact> facts_in(std::string_view sentence, const std::vector<std::string>& things);

/// A list of places: "from left to right: first is the owl, then second can be any bird".
struct Placement {
  std::size_t thing = 0;
  std::size_t place = 0;  // n or more: there is no such place
};
std::vector<Placement> placements_in(std::string_view step, const OrderQuestion& order);

}  // namespace genkai::limits::reasoning::steps
