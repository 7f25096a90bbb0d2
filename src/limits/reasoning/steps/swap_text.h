#pragma once
// A question about people who swap things, and what steps say of it.
//
//   const auto world = read_swaps(question);
//   for (const Swap& swap : swaps_in(step, *world)) ...
//   for (const Holding& holding : holdings_in(step, *world)) ...

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace genkai::limits::reasoning::steps {

using Swap = std::pair<std::size_t, std::size_t>;  // two people, the lower first

/// `person` has `thing`: places in the world's lists. A thing that is none of them is kNoThing.
struct Holding {
  std::size_t person = 0, thing = 0;
  bool operator==(const Holding&) const = default;
};
constexpr std::size_t kNoThing = static_cast<std::size_t>(-1);

struct SwapWorld {
  std::vector<std::string> people;     // as in the question
  std::vector<std::string> things;     // lower case, of each person at the start
  std::vector<Swap> swaps;             // in order
  std::vector<std::size_t> options;    // things of the options (A), (B), ...; kNoThing for another text
  std::optional<std::size_t> asked{};  // whose thing is asked for
};

/// Nothing when the question is of another kind, or does not say what everybody has at the start.
std::optional<SwapWorld> read_swaps(std::string_view question);

std::vector<Swap> swaps_in(std::string_view step, const SwapWorld& world);
/// "Alice: green", "A: green", "Alice has the green ball", "Alice is dancing with Izzi".
std::vector<Holding> holdings_in(std::string_view step, const SwapWorld& world);

}  // namespace genkai::limits::reasoning::steps
