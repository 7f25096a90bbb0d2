#include "serve/gateway.h"

#include <sys/resource.h>
#include <CLI/CLI.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "app/command.h"
#include "app/config.h"
#include "app/exit_codes.h"
#include "app/transports.h"
#include "base/log.h"
#include "model/upstream/chat_model.h"
#include "serve/metrics.h"
#include "serve/model_metrics.h"
#include "serve/risk_metrics.h"

namespace genkai::app {
namespace {

using base::Result;
using base::Status;

struct ServeArguments {
  std::string config, address, key_file;
  std::optional<std::uint16_t> port;
  std::vector<std::string> models, bases;
};

// What the command line says goes before what the file says.
Result<Config> configure(const ServeArguments& arguments) {
  Config config;
  if (!arguments.config.empty()) {
    GENKAI_ASSIGN_OR_RETURN(config, read_config(arguments.config));
  }
  if (!arguments.address.empty()) config.http.address = arguments.address;
  if (arguments.port) config.http.port = *arguments.port;
  if (!arguments.key_file.empty()) config.key_file = arguments.key_file;
  if (!arguments.bases.empty()) config.knowledge = arguments.bases;
  for (const std::string& url : arguments.models) {
    GENKAI_ASSIGN_OR_RETURN(model::UpstreamOptions one, model::parse_model_url(url));
    if (config.gateway.default_model.empty()) config.gateway.default_model = one.name;
    config.models.push_back(std::move(one));
  }
  if (const char* date = std::getenv("GENKAI_TODAY"); date && *date) config.gateway.today = date;
  GENKAI_RETURN_IF_ERROR(check(config));
  return config;
}

// A connection is a file descriptor, and the usual soft limit is far below the limit of connections.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// SIGINT and SIGTERM are held back from every thread until the main one waits for them. A second one ends
// the process at once.
class Signals {
 public:
  Signals() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGINT);
    ::sigaddset(&set_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  void wait() {
    int signal = 0;
    while (::sigwait(&set_, &signal) != 0) {
    }
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
  }

 private:
  sigset_t set_{};
};

void write_connections(std::string& out, const serve::HttpServerCounters& counters) {
  const auto line = [&](const char* name, const char* type, const char* help, std::uint64_t value) {
    serve::write_metric_header(out, name, type, help);
    serve::write_metric(out, name, "", static_cast<double>(value));
  };
  line("genkai_connections_open", "gauge", "Connections of clients.", counters.connections_open);
  line("genkai_connections_total", "counter", "Connections that were taken.", counters.connections_total);
  line("genkai_connections_refused_total", "counter", "Connections beyond the limit.", counters.refused);
}

std::string listed(const char* what, const std::vector<std::string>& names) {
  std::string line = std::string("  ") + what + ": ";
  for (std::size_t i = 0; i < names.size(); ++i) line += (i ? ", " : "") + names[i];
  return line + (names.empty() ? "none" : "") + "\n";
}

void announce(const Config& config, std::uint16_t port, const std::vector<std::string>& bases) {
  const bool six = config.http.address.find(':') != std::string::npos;
  std::vector<std::string> models;
  for (const auto& one : config.models) models.push_back(one.name);
  std::string text =
      "genkai serves http://" + (six ? "[" + config.http.address + "]" : config.http.address) + ":" +
      std::to_string(port) + "/\n" + listed("models", models) + listed("knowledge bases", bases) +
      "  keys: " +
      (config.key_file.empty() ? "none, everybody on this machine may ask" : config.key_file.string()) + "\n";
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

int run_server(const ServeArguments& arguments) {
  Signals signals;
  raise_file_limit();
  auto configured = configure(arguments);
  if (!configured) return report(configured.error(), false);
  const Config config = std::move(*configured);
  auto access = serve::Access::open(config.key_file);
  if (!access) return report(access.error(), false);
  auto models = model::Models::create(config.models, every_transport());
  if (!models) return report(models.error(), false);
  auto risks = serve::RiskWatch::open(config.feedback);
  if (!risks) return report(risks.error(), false);
  const auto knowledge = serve::KnowledgeBases::create(config.knowledge);
  const auto telemetry = serve::Telemetry::create(config.telemetry);

  std::atomic<serve::HttpServer*> running = nullptr;  // requests come before start() has returned
  auto gateway = std::make_unique<serve::Gateway>(
      config.gateway, serve::GatewayParts{**models, *knowledge, **access, *telemetry,
                                          [&running] {
                                            const serve::HttpServer* server = running;
                                            return server && server->draining();
                                          },
                                          risks->get()});
  telemetry->collect([&running](std::string& out) {
    if (const serve::HttpServer* server = running) write_connections(out, server->counters());
  });
  telemetry->collect([&risks](std::string& out) { serve::write_risks(out, **risks); });
  telemetry->collect([&models](std::string& out) { serve::write_models(out, **models); });
  auto server = serve::HttpServer::start(config.http, *gateway);
  if (!server) return report(server.error(), false);
  running = server->get();
  for (const std::string& name : config.knowledge)
    if (const auto view = knowledge->view(name); !view) base::log::warning(view.error().message);
  announce(config, (*server)->port(), knowledge->names());
  signals.wait();
  std::fputs("genkai stops: requests in flight go on to their end, another signal ends them\n", stderr);
  (*server)->stop(config.drain);
  running = nullptr;
  gateway.reset();  // before the server: a worker may still let go of one of its io_contexts
  return kOk;
}

}  // namespace

void add_serve(CLI::App& program, Action& run) {
  auto arguments = std::make_shared<ServeArguments>();
  CLI::App* verb = program.add_subcommand(
      "serve", "Serve the OpenAI protocol over HTTP: your knowledge bases and models, and a page at /");
  verb->add_option("--config", arguments->config, "TOML file with all settings (docs/configuration.md)")
      ->type_name("FILE");
  verb->add_option("--port", arguments->port,
                   "Port, 8080 by default; 0 is any free one, printed at the start")
      ->check(CLI::Range(0, 65'535));
  verb->add_option("--address", arguments->address,
                   "IP address, 127.0.0.1 by default; one that others can reach needs a key file");
  verb->add_option("--model", arguments->models,
                   "Serve a language model too: http://host:port/v1#name of an OpenAI-compatible server. The "
                   "first drafts for the knowledge bases. The key comes from $GENKAI_API_KEY")
      ->type_name("URL")
      ->allow_extra_args(false);
  verb->add_option(
          "--kb", arguments->bases,
          "Knowledge base to serve: a name, or a folder when it has a slash; all named ones by default")
      ->type_name("NAME")
      ->allow_extra_args(false);
  verb->add_option("--key-file", arguments->key_file, "API keys (genkai key create makes them)")
      ->type_name("FILE");
  verb->callback([arguments, &run] { run = [arguments] { return run_server(*arguments); }; });
}

}  // namespace genkai::app
