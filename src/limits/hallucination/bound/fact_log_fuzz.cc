// Logs, tables and distributions of any bytes: an error or consistent counts, never a crash.

#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "limits/hallucination/bound/fact_log.h"
#include "limits/hallucination/bound/missing_mass.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace bound = genkai::limits::hallucination::bound;
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::istringstream in(bytes);
  if (data[0] % 4 == 0) {
    if (const auto probabilities = bound::read_distribution(in))
      static_cast<void>(bound::exact_missing_mass(*probabilities, 10));
    return 0;
  }
  bound::FactCounts counts;
  bound::LogOptions options;
  options.fold = (data[0] & 0x10) != 0;
  if (data[0] % 4 == 1) options.column = "fact";
  const auto report = data[0] % 4 == 3 ? bound::read_fact_table(in, options, counts)
                                       : bound::read_fact_log(in, options, counts);
  if (!report) return 0;
  const bound::Frequencies seen = counts.frequencies();
  if (seen.n != report->facts || !bound::estimate_missing_mass(seen)) std::abort();
  return 0;
}
