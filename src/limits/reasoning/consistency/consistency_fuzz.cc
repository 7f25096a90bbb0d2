// Whatever the files, reading claims and rules and holding one to the other ends, within bounds, and says the
// same twice. The input is claims and rules, parted by the first zero byte.

#include <cstdint>
#include <cstdlib>

#include "limits/reasoning/consistency/consistency.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai;
  using namespace genkai::limits::reasoning;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = input.find('\0');
  const std::string_view first = input.substr(0, zero);
  const std::string_view second =
      zero == std::string_view::npos ? std::string_view() : input.substr(zero + 1);
  const auto rules = parse_rules(second);
  if (!rules && rules.error().message.empty()) std::abort();
  auto claims = parse_claims(first);
  if (!claims) {
    if (claims.error().message.empty()) std::abort();
    claims = claims_of_text(first);
  }
  if (claims->size() > 100) claims->resize(100);
  ConsistencyOptions options;
  options.bounds = {2000, 5000};
  options.repair.seconds = 0.2;
  const auto report = check_consistency(*claims, rules ? *rules : std::vector<Rule>{}, options);
  if (report.network.claimed.size() != claims->size()) std::abort();
  if (report.network.constraints.size() > options.bounds.constraints + 40'000) std::abort();
  if (report.certificate.at_least > claims->size()) std::abort();
  if (report.repair.optimal && report.repair.lower != report.repair.upper) std::abort();
  (void)report.to_json(text::Language::japanese).dump();
  return 0;
}
