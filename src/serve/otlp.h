#pragma once
// Spans to an OpenTelemetry collector: OTLP over HTTP as JSON, with the GenAI semantic conventions. They are
// sent in batches by a thread with an io_context of its own; a collector that is slow or away costs spans,
// never requests.

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "model/upstream/transport.h"
#include "serve/record_queue.h"
#include "serve/request_record.h"

namespace genkai::serve {

/// The body of one export: a server span for each record, a child span for each of its stages.
std::string to_otlp(const std::vector<RequestRecord>& records, const std::string& service_name);

/// Thread-safe.
class OtlpExporter {
 public:
  /// `endpoint` without "/v1/traces".
  OtlpExporter(const std::string& endpoint, std::string service_name);
  /// Sends what waits, for at most a second.
  ~OtlpExporter();
  void add(const RequestRecord& record);
  std::uint64_t sent() const { return sent_; }                // requests whose spans the collector took
  std::uint64_t dropped() const { return queue_.dropped(); }  // and those whose spans are lost

 private:
  void work();
  bool send(const std::string& body);
  const std::string url_, service_name_;
  RecordQueue queue_;
  std::atomic<std::uint64_t> sent_ = 0;
  boost::asio::io_context context_{1};
  std::shared_ptr<model::Transport> transport_;
  std::thread thread_;
};

}  // namespace genkai::serve
