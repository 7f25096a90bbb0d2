#pragma once
// What is known of one request when it has ended: the source of metrics, spans and log lines. No text of a
// question, an answer or a document, and no key.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/language_model.h"

namespace genkai::serve {

/// W3C trace context: 32 and 16 hexadecimal digits.
struct TraceContext {
  std::string trace_id, span_id;
  bool sampled = true;
};

/// nullopt unless it is a valid traceparent.
std::optional<TraceContext> parse_traceparent(std::string_view header);
std::string to_traceparent(const TraceContext& context);
/// A span of its own in the caller's trace, or in a new one.
TraceContext new_span(const std::optional<TraceContext>& parent);
std::string new_span_id();

struct StageTime {
  std::string name;
  double seconds = 0;
  double offset = 0;  // seconds from the beginning of the request
};

struct RequestRecord {
  std::string route, request_id, caller, error_type;
  std::string requested_model, answered_model;
  std::string outcome, reason;
  int status = 0;
  std::int64_t started_ns = 0;  // since 1970
  double seconds = 0;
  std::optional<double> first_token;  // seconds from the beginning
  std::optional<model::Usage> usage;
  std::vector<StageTime> stages;
  std::optional<TraceContext> span;  // none: not traced
  std::string parent_span_id;
};

}  // namespace genkai::serve
