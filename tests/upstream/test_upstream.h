#pragma once
// A server that speaks the OpenAI protocol over a real socket, for the tests and benchmarks of what stands in
// front of such servers. The model behind it is simulated: it answers from the prompt by the rules of
// simulated_model.h and knows nothing. It can act out every fault that an upstream was seen to have.
//
//   auto upstream = TestUpstream::start({});
//   upstream->fail_next(Fault::cut_stream);              // the next request only
//   upstream->fail_all(Fault::internal_error);           // every request from now on
//   upstream->url()                                      // "http://127.0.0.1:40123/v1"
//
// A request chooses its own fault by the header `x-test-fault: 503` or the model name `fault:503`.
// Faults strike POST requests only, so that the list of models stays readable.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genkai::test {

enum class Fault {
  none,
  refused,               // the listener and all connections are closed
  reset_before_headers,  // TCP reset instead of an answer
  reset_after_headers,   // TCP reset after the headers of a 200
  cut_stream,            // closed in the middle of the body
  hang_before_headers,   // nothing, until the client goes away
  hang_in_stream,        // nothing more, in the middle of the body
  limited_with_delay,    // 429 with retry-after
  limited,               // 429 without
  internal_error,        // 500
  unavailable,           // 503
  slow_drip,             // the body byte by byte, for longer than any deadline of a test
  malformed_json,        // a 200, or an event, with half a JSON document
  malformed_sse,         // an event stream with lines that are none; or a stream that was not asked for
  wrong_content_type,    // a 200 with a page of HTML
  huge_body,             // more than anybody asked for
  empty_choices,         // a 200 without any choice
  truncated_as_success,  // half an answer, the HTTP body whole, without finish_reason or [DONE]
  invalid_utf8,          // bytes in the text that are not UTF-8
  clock_skew,            // 503, retry-after as a date, by a clock that is decades ahead
};

/// All but `none`.
const std::vector<Fault>& all_faults();
/// As scripts write it: "429-retry-after", "cut-stream".
std::string_view fault_name(Fault fault);
std::optional<Fault> fault_named(std::string_view name);

struct TestUpstreamOptions {
  std::uint16_t port = 0;   // 0: any free one
  std::size_t threads = 1;  // an io_context each
  std::vector<std::string> models{"test-model", "test-embedder"};
  std::string key = {};  // asked for as a bearer token when not empty
  bool images = true, logprobs = true, samples = true, json_schema = true, tools = true;
  std::size_t context_tokens = 8192;
  std::chrono::microseconds event_delay{0};  // before each event of a stream
  std::size_t fault_after_events = 3;        // faults in a stream strike after so many events
  std::size_t huge_bytes = 64 << 20;         // of huge_body
  std::size_t retry_after_seconds = 1;
  std::chrono::milliseconds refuse_for{1'000};  // how long a request's own `refused` lasts
  // Said instead of what the rules say; tells a fallback from its original. An object is said as it is, also
  // where a schema is asked for.
  std::string answer = {};
  // A model that does what it reads: a word of the prompt that begins so is what it answers, quoted from
  // passage 1. Tells whether planted words reached it.
  std::string obeys = {};
};

struct TestUpstreamCounters {
  std::uint64_t connections_open = 0, connections_total = 0, requests = 0, faults = 0, active = 0;
  std::uint64_t abandoned = 0;  // requests whose client went away before the end
  std::uint64_t obeyed = 0;     // requests that held a word of `obeys`
};

class TestUpstream {
 public:
  /// Listens and serves at once; throws when the port is taken.
  static std::unique_ptr<TestUpstream> start(const TestUpstreamOptions& options);
  /// Closes everything.
  virtual ~TestUpstream() = default;
  virtual std::uint16_t port() const = 0;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()) + "/v1"; }
  /// Queued: each fault takes one request, in order, before what fail_all says.
  virtual void fail_next(Fault fault) = 0;
  /// Until said otherwise; Fault::none heals, also from `refused`.
  virtual void fail_all(Fault fault) = 0;
  virtual TestUpstreamCounters counters() const = 0;
};

}  // namespace genkai::test
