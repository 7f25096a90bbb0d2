#include "logic/program/inputs.h"

namespace genkai::logic {
namespace {

std::string number(std::int64_t value) {
  return std::to_string(value);
}

std::string draw(Domain domain, std::size_t round, base::Rng& rng) {
  if (domain == Domain::integers) {
    const std::uint64_t wide = round < 64 ? 40 : round < 128 ? 2000 : 4'000'000'000;
    return number(static_cast<std::int64_t>(rng.below(wide)) - static_cast<std::int64_t>(wide / 4));
  }
  const std::size_t size = rng.below(round < 32 ? 4 : 9);
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    if (domain == Domain::strings)
      out += static_cast<char>((rng.below(8) == 0 ? 'A' : 'a') + static_cast<int>(rng.below(3)));
    else
      out += (i > 0 ? ", " : "") + number(static_cast<std::int64_t>(rng.below(12)) - 3);
  }
  return domain == Domain::strings ? "'" + out + "'" : "[" + out + "]";
}

}  // namespace

std::vector<std::string> sample_arguments(Domain domain, std::size_t round, std::size_t parameters,
                                          base::Rng& rng) {
  constexpr std::size_t kSmall = 16;  // -3 to 12
  std::vector<std::string> out;
  std::size_t rest = round;
  const std::size_t systematic = parameters == 1 ? kSmall : kSmall * 4;
  for (std::size_t i = 0; i < parameters; ++i) {
    if (domain == Domain::integers && round < systematic) {
      const std::size_t base = parameters == 1 ? kSmall : 8;  // -1 to 6 in each of several
      out.push_back(number(static_cast<std::int64_t>(rest % base) - (parameters == 1 ? 3 : 1)));
      rest /= base;
    } else {
      out.push_back(draw(domain, round, rng));
    }
  }
  return out;
}

}  // namespace genkai::logic
