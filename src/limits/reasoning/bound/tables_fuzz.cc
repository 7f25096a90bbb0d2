// Tables of counts and pairs from outside: any bytes give a table or an error.

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "limits/reasoning/bound/majority.h"
#include "limits/reasoning/bound/tables.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::limits::reasoning::bound;
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream counts(text), pairs(text);
  if (const auto read = read_attempts(counts)) (void)majority(*read, 5);
  if (const auto set = read_exclusions(pairs)) {
    const auto found = fewest_wrong(*set);
    if (found && found->least > found->enough) __builtin_trap();
  }
  return 0;
}
