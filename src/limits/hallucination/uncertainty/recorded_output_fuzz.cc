#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "limits/hallucination/uncertainty/sampling.h"
#include "limits/hallucination/uncertainty/uncertainty.h"

// A recorded line that is read is written so that it reads the same, and every measure of it is a number.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai::limits::hallucination;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)read_confidence(text);
  (void)read_relation(text);
  const auto line = genkai::base::Json::parse(text);
  if (!line) return 0;
  const auto output = parse_recorded_output(*line);
  if (!output) return 0;
  const auto again = parse_recorded_output(to_json(*output));
  if (!again || to_json(*again).dump() != to_json(*output).dump()) std::abort();
  if (output->samples.size() > 20) return 0;
  const Assessment scored = assess(*output);
  for (const MeasureInfo& one : measure_table()) {
    const auto& value = scored.measures.*one.value;
    if (!value) continue;
    if (std::isnan(*value)) std::abort();
    if (one.probability && !(*value >= 0 && *value <= 1)) std::abort();
  }
  return 0;
}
