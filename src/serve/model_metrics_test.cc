#include "serve/model_metrics.h"

#include <gmock/gmock.h>

#include "model/upstream/transport_test_server.h"

namespace genkai::serve {
namespace {

using ::testing::HasSubstr;

TEST(ModelMetricsTest, AnEndpointIsCountedOnceAlsoWhenOthersFallBackToIt) {
  model::TestServer server([](model::TestConnection& client) -> base::Task<void> {
    while (!(co_await client.read_request()).empty())
      co_await client.write(model::whole("{}", "503 Service Unavailable"));
  });
  model::UpstreamOptions first, second;
  first.name = "first";
  first.base_url = second.base_url = server.url("/v1");
  first.retries = 1;
  second.retries = 0;
  first.first_backoff = std::chrono::milliseconds(1);
  second.name = "second";
  first.fallback = {"second"};
  const auto models = model::Models::create({first, second}, model::curl_transport());
  ASSERT_TRUE(models);
  model::Upstream::Call call;
  call.path = "/chat/completions";
  (void)base::run_blocking(
      (*models)->find("first")->call(std::move(call), [](const std::string&) { return "{}"; }));
  std::string out;
  write_models(out, **models);
  for (const char* line :
       {"genkai_upstream_tries_total{model=\"first\"} 2\n",
        "genkai_upstream_retries_total{model=\"first\"} 1\n",
        "genkai_upstream_failures_total{model=\"first\"} 2\n",
        "genkai_upstream_tries_total{model=\"second\"} 1\n", "genkai_upstream_in_flight{model=\"first\"} 0\n",
        "# TYPE genkai_upstream_circuit_open gauge\n"})
    EXPECT_THAT(out, HasSubstr(line));
  EXPECT_EQ(out.find("genkai_upstream_calls_total{model=\"second\"}"),
            out.rfind("genkai_upstream_calls_total{model=\"second\"}"));
}

}  // namespace
}  // namespace genkai::serve
