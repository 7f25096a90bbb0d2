#include "serve/telemetry.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/json.h"
#include "model/upstream/transport_test_server.h"
#include "serve/access_log.h"
#include "serve/metrics.h"
#include "serve/otlp.h"

namespace genkai::serve {
namespace {

using base::Json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr const char* kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

// What a collector was sent, each request's head and body.
class Collector {
 public:
  explicit Collector(std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
      : answer_(std::move(answer)),
        server_([this](model::TestConnection& client) { return serve(client); }) {}
  std::string url() { return server_.url(""); }
  std::vector<std::string> wait_for(std::size_t n) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, 20s, [&] { return requests_.size() >= n; });
    return requests_;
  }

 private:
  base::Task<void> serve(model::TestConnection& client) {
    for (;;) {
      std::string request = co_await client.read_request();
      if (request.empty()) co_return;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
      }
      came_.notify_all();
      if (answer_.empty()) {
        co_await client.wait_for_close();
        co_return;
      }
      std::string answer = answer_;
      if (!co_await client.write(std::move(answer))) co_return;
    }
  }
  const std::string answer_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> requests_;
  model::TestServer server_;
};

std::vector<Json> spans_of(const std::string& request) {
  const auto body = Json::parse(std::string_view(request).substr(request.find("\r\n\r\n") + 4));
  EXPECT_TRUE(body) << request;
  const Json& resource = body->find("resourceSpans")->items().at(0);
  return resource.find("scopeSpans")->items().at(0).find("spans")->items();
}

std::map<std::string, std::string> attributes_of(const Json& span) {
  std::map<std::string, std::string> all;
  for (const Json& attribute : span.find("attributes")->items())
    all[attribute.string("key")] = attribute.find("value")->members().at(0).second.dump();
  return all;
}

TelemetryOptions quiet(std::string endpoint = {}) {
  TelemetryOptions options;
  options.otlp_endpoint = std::move(endpoint);
  options.access_log = false;
  return options;
}

core::Answer abstention() {
  core::Answer answer;
  answer.question = "a secret question";
  answer.outcome = core::Outcome::abstained;
  answer.reason = core::Reason::low_confidence;
  return answer;
}

TEST(TelemetryTest, SpansReachACollectorWithTheirParentAndTheGenAiAttributes) {
  Collector collector;
  const auto telemetry = Telemetry::create(quiet(collector.url()));
  auto request = telemetry->begin("POST /v1/chat/completions", kParent, "req-1");
  const std::string traceparent = request->traceparent();
  EXPECT_THAT(traceparent, StartsWith("00-0af7651916cd43dd8448eb211c80319c-"));
  EXPECT_EQ(traceparent.size(), 55U);
  EXPECT_EQ(traceparent.find("b7ad6b7169203331"), std::string::npos);
  core::Trace trace;
  { auto stage = trace.stage("gather"); }
  { auto stage = trace.stage("draft"); }
  request->model("genkai/handbook", "llama");
  request->usage({.prompt_tokens = 20, .completion_tokens = 5});
  request->usage({.prompt_tokens = 1, .completion_tokens = 1});
  request->answer(abstention());
  request->stages(trace);
  request->first_token();
  request->end(200, "5f0c9a1e");
  const auto requests = collector.wait_for(1);
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_THAT(requests[0], StartsWith("POST /v1/traces HTTP/1.1"));
  EXPECT_THAT(requests[0], HasSubstr(R"("service.name","value":{"stringValue":"genkai"})"));
  EXPECT_THAT(requests[0], Not(HasSubstr("secret question")));
  const auto spans = spans_of(requests[0]);
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_EQ(spans[0].string("traceId"), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(spans[0].string("parentSpanId"), "b7ad6b7169203331");
  EXPECT_EQ(spans[0].string("spanId"), traceparent.substr(36, 16));
  EXPECT_EQ(spans[0].number("kind"), 2);
  auto attributes = attributes_of(spans[0]);
  EXPECT_EQ(attributes["gen_ai.operation.name"], "\"chat\"");
  EXPECT_EQ(attributes["gen_ai.request.model"], "\"genkai/handbook\"");
  EXPECT_EQ(attributes["gen_ai.response.model"], "\"llama\"");
  EXPECT_EQ(attributes["gen_ai.usage.input_tokens"], "\"21\"");
  EXPECT_EQ(attributes["gen_ai.usage.output_tokens"], "\"6\"");
  EXPECT_EQ(attributes["http.request.method"], "\"POST\"");
  EXPECT_EQ(attributes["http.route"], "\"/v1/chat/completions\"");
  EXPECT_EQ(attributes["http.response.status_code"], "\"200\"");
  EXPECT_EQ(attributes["genkai.reason"], "\"low_confidence\"");
  EXPECT_FALSE(attributes.contains("error.type"));
  EXPECT_GE(std::stoll(spans[0].string("endTimeUnixNano")), std::stoll(spans[0].string("startTimeUnixNano")));
  EXPECT_EQ(spans[1].string("name"), "gather");
  EXPECT_EQ(spans[2].string("name"), "draft");
  EXPECT_EQ(spans[2].string("parentSpanId"), spans[0].string("spanId"));
  EXPECT_EQ(spans[2].string("traceId"), spans[0].string("traceId"));
}

TEST(TelemetryTest, WhatTheClientDoesNotSampleIsNotSentButHandedOn) {
  Collector collector;
  {
    const auto telemetry = Telemetry::create(quiet(collector.url()));
    std::string unsampled = kParent;
    unsampled.back() = '0';
    auto request = telemetry->begin("GET /v1/models", unsampled, "1");
    EXPECT_THAT(request->traceparent(), ::testing::EndsWith("-00"));
    request->end(200, "a");
    auto other = telemetry->begin("GET /v1/models", "garbage", "2");
    EXPECT_THAT(other->traceparent(), ::testing::EndsWith("-01"));
    other->end(503, "a", "unavailable");
  }  // and what waits at the end is still sent
  const auto requests = collector.wait_for(1);
  ASSERT_EQ(requests.size(), 1U);
  const auto spans = spans_of(requests[0]);
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].find("parentSpanId"), nullptr);
  EXPECT_EQ(attributes_of(spans[0])["error.type"], "\"unavailable\"");
  EXPECT_EQ(spans[0].find("status")->number("code"), 2);
}

TEST(TelemetryTest, ACollectorThatFailsOrHangsCostsSpansOnly) {
  for (const char* answer : {"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", ""}) {
    Collector collector(answer);
    auto telemetry = Telemetry::create(quiet(collector.url()));
    telemetry->begin("GET /v1/models", "", "1")->end(200, "a");
    ASSERT_EQ(collector.wait_for(1).size(), 1U);
    for (int i = 0;
         *answer && i < 1'000 && telemetry->metrics().find("{from=\"traces\"} 1\n") == std::string::npos; ++i)
      std::this_thread::sleep_for(10ms);
    const std::string page = telemetry->metrics();
    if (*answer) {
      EXPECT_THAT(page, HasSubstr("genkai_telemetry_dropped_total{from=\"traces\"} 1\n"));
    }
    EXPECT_THAT(page, HasSubstr("genkai_telemetry_traced_total 0\n"));
    telemetry.reset();  // gives a hanging one up
  }
}

TEST(TelemetryTest, MetricsCountWhatHappened) {
  const auto telemetry = Telemetry::create(quiet());
  telemetry->collect([](std::string& out) { write_metric(out, "mine", "", 7); });
  for (int i = 0; i < 3; ++i) {
    auto request = telemetry->begin("POST /v1/chat/completions", kParent, "1");
    EXPECT_THAT(request->traceparent(), IsEmpty());
    request->model("llama");
    request->usage({.prompt_tokens = 10, .completion_tokens = 2, .money = 0.5});
    request->answer(abstention());
    request->first_token();
    request->end(200, "a");
    request->end(500, "a");  // counts once
  }
  telemetry->begin("GET /v1/models", "", "1");  // left without an end
  auto open = telemetry->begin("GET /v1/models", "", "1");
  const std::string page = telemetry->metrics();
  for (const char* line :
       {"genkai_requests_total{route=\"POST /v1/chat/completions\",status=\"200\"} 3\n",
        "genkai_requests_total{route=\"GET /v1/models\",status=\"499\"} 1\n", "genkai_requests_in_flight 1\n",
        "genkai_tokens_total{model=\"llama\",kind=\"prompt\"} 30\n",
        "genkai_money_total{model=\"llama\"} 1.5\n",
        "genkai_answers_total{outcome=\"abstained\",reason=\"low_confidence\"} 3\n",
        "genkai_time_to_first_token_seconds_count{route=\"POST /v1/chat/completions\"} 3\n",
        "genkai_request_duration_seconds_bucket{route=\"POST /v1/chat/completions\",le=\"+Inf\"} 3\n",
        "# TYPE genkai_request_duration_seconds histogram\n", "mine 7\n"})
    EXPECT_THAT(page, HasSubstr(line));
  EXPECT_THAT(page, Not(HasSubstr("500")));
}

TEST(TelemetryTest, UnknownModelsAreOneLabel) {
  const auto telemetry = Telemetry::create(quiet());
  for (int i = 0; i < 1'000; ++i) {
    auto request = telemetry->begin("POST /v1/chat/completions", "", "1");
    request->model("made up " + std::to_string(i));
    request->usage({.prompt_tokens = 1});
    request->end(404, "a", "not_found");
  }
  const std::string page = telemetry->metrics();
  EXPECT_THAT(page, HasSubstr("genkai_tokens_total{model=\"other\",kind=\"prompt\"} 1000\n"));
  EXPECT_THAT(page, Not(HasSubstr("made up")));
}

TEST(MetricsTest, HistogramsAreCumulativeAndLabelsEscaped) {
  Histogram histogram;
  for (const double seconds : {0.0005, 0.3, 0.3, 1'000.0}) histogram.add(seconds);
  std::string out;
  histogram.write(out, "h", metric_label("route", "a\"b\\c\nd"));
  EXPECT_THAT(out, HasSubstr("h_bucket{route=\"a\\\"b\\\\c\\nd\",le=\"0.001\"} 1\n"));
  EXPECT_THAT(out, HasSubstr("le=\"0.25\"} 1\n"));
  EXPECT_THAT(out, HasSubstr("le=\"0.5\"} 3\n"));
  EXPECT_THAT(out, HasSubstr("le=\"120\"} 3\n"));
  EXPECT_THAT(out, HasSubstr("le=\"+Inf\"} 4\n"));
  EXPECT_THAT(out, HasSubstr("h_count{route=\"a\\\"b\\\\c\\nd\"} 4\n"));
}

TEST(TraceContextTest, OnlyValidHeadersAreTaken) {
  ASSERT_TRUE(parse_traceparent(kParent));
  EXPECT_TRUE(parse_traceparent("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"));
  for (const char* bad : {"", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                          "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                          "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"})
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
  EXPECT_NE(new_span(std::nullopt).trace_id, new_span(std::nullopt).trace_id);
  EXPECT_TRUE(parse_traceparent(to_traceparent(new_span(std::nullopt))));
}

class AccessLogTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe(ends_), 0); }
  void TearDown() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  std::string read_some() {
    std::string text(1 << 16, '\0');
    const ssize_t n = ::read(ends_[0], text.data(), text.size());
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
  }
  static RequestRecord record() {
    RequestRecord record;
    record.route = "POST /v1/chat/completions";
    record.request_id = std::string(5'000, 'r') + "\xff\n";
    record.status = 200;
    record.caller = "5f0c9a1e";
    record.started_ns = 1'767'571'200'123'000'000;
    record.seconds = 0.0123456;
    record.usage = model::Usage{7, 3};
    return record;
  }
  int ends_[2] = {-1, -1};
};

TEST_F(AccessLogTest, ALineIsJsonOnOneLineWithShortFields) {
  { AccessLog(ends_[1]).write(record()); }
  const std::string text = read_some();
  ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const auto line = Json::parse(text);
  ASSERT_TRUE(line) << text;
  EXPECT_EQ(line->string("time"), "2026-01-05T00:00:00.123Z");
  EXPECT_EQ(line->number("milliseconds"), 12.346);
  EXPECT_EQ(line->number("prompt_tokens"), 7);
  EXPECT_EQ(line->string("request").size(), 200U);
}

TEST_F(AccessLogTest, AReaderThatStopsCostsLinesOnly) {
  AccessLog log(ends_[1]);
  for (int i = 0; i < 20'000; ++i) log.write(record());  // far more than the pipe and the queue hold
  EXPECT_GT(log.dropped(), 10'000U);
}  // and the end does not hang

}  // namespace
}  // namespace genkai::serve
