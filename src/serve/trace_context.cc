#include <algorithm>
#include <random>

#include "serve/request_record.h"

namespace genkai::serve {
namespace {

bool is_id(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         text.find_first_not_of('0') != std::string_view::npos;
}

std::string random_id(int words) {
  // Trace ids need to be different, not secret.
  thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id;
  for (int i = 0; i < words; ++i) {
    const std::uint64_t bits = std::max<std::uint64_t>(1, random());
    for (int shift = 60; shift >= 0; shift -= 4) id += kDigits[bits >> shift & 15];
  }
  return id;
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header) {
  // version "-" trace-id "-" parent-id "-" flags; later versions may go on after another "-".
  if (header.size() < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const std::string_view version = header.substr(0, 2), flags = header.substr(53, 2);
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (version.find_first_not_of(kDigits) != std::string_view::npos || version == "ff" ||
      flags.find_first_not_of(kDigits) != std::string_view::npos)
    return std::nullopt;
  if (header.size() > 55 && (version == "00" || header[55] != '-')) return std::nullopt;
  TraceContext context;
  context.trace_id = header.substr(3, 32);
  context.span_id = header.substr(36, 16);
  if (!is_id(context.trace_id) || !is_id(context.span_id)) return std::nullopt;
  context.sampled = (kDigits.find(flags[1]) & 1) != 0;
  return context;
}

std::string to_traceparent(const TraceContext& context) {
  return "00-" + context.trace_id + "-" + context.span_id + (context.sampled ? "-01" : "-00");
}

TraceContext new_span(const std::optional<TraceContext>& parent) {
  if (parent) return {parent->trace_id, new_span_id(), parent->sampled};
  return {random_id(2), new_span_id(), true};
}

std::string new_span_id() {
  return random_id(1);
}

}  // namespace genkai::serve
