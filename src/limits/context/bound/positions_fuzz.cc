// Lengths from outside: any bytes give a histogram or an error, and frequencies that fall.

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "limits/context/bound/positions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::limits::context::bound;
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto lengths = read_lengths(in);
  if (!lengths) return 0;
  for (const Windows& windows : {Windows{}, Windows{64, false}, Windows{64, true}}) {
    const auto practice = position_frequency(*lengths, windows);
    if (!practice) continue;
    if (practice->relative(1) > 1 || practice->at(practice->longest()) != 0) __builtin_trap();
    const std::uint64_t tenth = practice->within(0.1);
    if (tenth > practice->longest() || practice->relative(tenth) >= 0.1) __builtin_trap();
  }
  return 0;
}
