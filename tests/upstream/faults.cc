#include <algorithm>
#include <array>
#include <utility>

#include "test_upstream.h"

namespace genkai::test {
namespace {

constexpr std::array<std::pair<Fault, std::string_view>, 20> kNames{{
    {Fault::none, "none"},
    {Fault::refused, "refused"},
    {Fault::reset_before_headers, "reset-before-headers"},
    {Fault::reset_after_headers, "reset-after-headers"},
    {Fault::cut_stream, "cut-stream"},
    {Fault::hang_before_headers, "hang-before-headers"},
    {Fault::hang_in_stream, "hang-in-stream"},
    {Fault::limited_with_delay, "429-retry-after"},
    {Fault::limited, "429"},
    {Fault::internal_error, "500"},
    {Fault::unavailable, "503"},
    {Fault::slow_drip, "slow-drip"},
    {Fault::malformed_json, "malformed-json"},
    {Fault::malformed_sse, "malformed-sse"},
    {Fault::wrong_content_type, "wrong-content-type"},
    {Fault::huge_body, "huge-body"},
    {Fault::empty_choices, "empty-choices"},
    {Fault::truncated_as_success, "truncated-as-success"},
    {Fault::invalid_utf8, "invalid-utf8"},
    {Fault::clock_skew, "clock-skew"},
}};

}  // namespace

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> all = [] {
    std::vector<Fault> faults;
    for (const auto& [fault, name] : kNames)
      if (fault != Fault::none) faults.push_back(fault);
    return faults;
  }();
  return all;
}

std::string_view fault_name(Fault fault) {
  return std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == fault; })
      ->second;
}

std::optional<Fault> fault_named(std::string_view name) {
  for (const auto& [fault, its_name] : kNames)
    if (its_name == name) return fault;
  return std::nullopt;
}

}  // namespace genkai::test
