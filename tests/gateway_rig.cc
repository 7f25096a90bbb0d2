#include "gateway_rig.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "knowledge/store/knowledge_base.h"
#include "serve/risk_metrics.h"

namespace genkai::test {
namespace {

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

void must(const base::Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

knowledge::ParsedDocument document(std::string id, std::string title, std::vector<std::string> paragraphs) {
  knowledge::ParsedDocument parsed;
  parsed.info = {std::move(id), std::move(title), "Bridge office", "2026-01-05", "en"};
  std::uint32_t line = 1;
  for (std::string& text : paragraphs) {
    knowledge::Block block;
    block.kind = knowledge::Block::Kind::paragraph;
    block.text = std::move(text);
    block.line = line++;
    parsed.blocks.push_back(std::move(block));
  }
  return parsed;
}

}  // namespace

RigHome::RigHome() {
  std::string pattern = (std::filesystem::temp_directory_path() / "genkai-rig-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  ::setenv("GENKAI_HOME", folder_.c_str(), 1);
  knowledge::OpenOptions options;
  options.create = true;
  auto base = must(knowledge::KnowledgeBase::open(folder_ + "/bridges", options));
  must(base->add(document("harbour.md", "The harbour bridge",
                          {"The harbour bridge was opened in 1931.", "The harbour bridge is painted red.",
                           "A ferry crosses below it every hour."})));
  must(base->add(document("mill.md", "The mill bridge",
                          {"The mill bridge was opened in 1874.", "It carries no cars since 1990."})));
  must(base->commit());
}

RigHome::~RigHome() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

model::UpstreamOptions rig_model(std::string name, const TestUpstream& upstream,
                                 std::vector<std::string> fallback) {
  using std::chrono::milliseconds;
  model::UpstreamOptions options;
  options.name = std::move(name);
  options.base_url = upstream.url();
  options.model = "test-model";
  options.fallback = std::move(fallback);
  options.retries = 1;
  options.first_backoff = milliseconds(20);
  options.longest_backoff = milliseconds(100);
  options.connect_timeout = milliseconds(500);
  options.headers_timeout = milliseconds(500);
  options.idle_timeout = milliseconds(500);
  options.deadline = milliseconds(2'000);
  options.concurrency = 4'096;
  options.breaker_failures = 1'000'000;
  options.body_limit = 1 << 20;
  options.capabilities = model::Capabilities{.streaming = true,
                                             .logprobs = true,
                                             .multiple_samples = true,
                                             .seed = true,
                                             .json_schema = true,
                                             .tools = true,
                                             .images = true,
                                             .embeddings = true,
                                             .context_tokens = 8'192};
  return options;
}

GatewayRig::GatewayRig(RigOptions options) {
  models_ = must(model::Models::create(options.models, model::curl_transport()));
  knowledge_ = serve::KnowledgeBases::create({});
  access_ = must(serve::Access::open(options.key_file));
  serve::TelemetryOptions telemetry;
  telemetry.access_log = false;
  telemetry_ = serve::Telemetry::create(telemetry);
  risks_ = must(serve::RiskWatch::open(options.feedback));
  telemetry_->collect([this](std::string& out) { serve::write_risks(out, *risks_); });
  serve::GatewayOptions gateway;
  gateway.default_model = options.default_model;
  gateway.showing = std::move(options.showing);
  gateway.earlier_answers = options.earlier_answers;
  gateway.admin_routes = options.admin_routes;
  gateway.deadline = options.deadline;
  gateway.keep_alive = options.keep_alive;
  gateway.workers = 2;
  gateway.today = "2026-06-15";
  gateway_ = std::make_unique<serve::Gateway>(
      gateway, serve::GatewayParts{*models_, *knowledge_, *access_, *telemetry_,
                                   [this] { return server_ && server_->draining(); }, risks_.get()});
  serve::HttpServerOptions http;
  http.port = 0;
  http.threads = options.threads;
  server_ = must(serve::HttpServer::start(http, *gateway_));
}

GatewayRig::~GatewayRig() {
  server_->stop(std::chrono::seconds(5));
  gateway_.reset();  // before the server: a worker may still let go of one of its io_contexts
}

bool GatewayRig::comes_to_rest() {
  const auto busy = [this] {
    const serve::HttpServerCounters counters = server_->counters();
    if (counters.requests_active + counters.connections_open > 0) return true;
    for (model::ChatModel* chat : models_->all())
      for (const model::Upstream* upstream : chat->chain()) {
        const model::Usage reserved = upstream->budget().reserved();
        if (upstream->counters().in_flight != 0 || upstream->counters().waiting != 0 ||
            reserved.prompt_tokens + reserved.completion_tokens != 0)
          return true;
      }
    return false;
  };
  for (int i = 0; i < 1'000; ++i) {
    if (!busy()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace genkai::test
