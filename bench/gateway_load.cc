// What the gateway adds to a request, and what it carries. On loopback: a test upstream, genkai in front of
// it, and nginx in front of it as the floor of what a proxy costs (Debian package nginx-light; without it the
// column is left out).
//
//   cmake --preset release && cmake --build --preset release --target genkai test_upstream gateway_load
//   build/release/bench/gateway_load --genkai build/release/genkai
//     --upstream build/release/tests/upstream/test_upstream --json load.json
//
// Three measurements:
//   rate     open loop at --rate requests a second on kept connections; a time counts from when the request
//            was due. The ways are measured in turn, --rounds times. What is added is the difference of the
//            quantiles to the same load straight at the upstream. genkai parses and writes the JSON of every
//            request and answer; nginx does not.
//   fastest  32 connections, each sending as soon as it has its answer.
//   streams  --streams at once of --events numbered events each, --event-delay microseconds apart: none may
//            be lost, doubled or out of order. Memory is the highest during the streams less that before.
// --peer NAME=PORT measures another proxy beside them that was started by hand in front of the upstream at
// --upstream-port, for its model "test-model"; without its streams, processor time and memory.
// Processor time and memory are those of the process (nginx: of all its processes), from /proc.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/json.h"
#include "gateway_load_programs.h"
#include "upstream/client.h"
#include "upstream/load.h"

namespace genkai::bench {
namespace {

using base::Json;
using test::LoadResult;
using test::StreamResult;

struct Options {
  std::string genkai = "genkai", upstream = "test_upstream", json = {};
  double rate = 1'000;
  std::size_t seconds = 5, rounds = 3, streams = 1'000, events = 200, event_delay = 20'000, nginx_workers = 1;
  bool no_peer = false;
  std::uint16_t upstream_port = 0;  // 0: any free one
  std::string peer = {};            // NAME=PORT of another proxy that is running already
};

/// One way to the upstream.
struct Way {
  std::string name;
  std::uint16_t port = 0, slow_port = 0;
  const Program* program = nullptr;  // none: straight
  LoadResult rate = {}, fastest = {};
  StreamResult streams = {};
  double rate_cpu = 0, fastest_cpu = 0, streams_cpu = 0;  // seconds
  double stream_mib = 0;
};

double cpu_of(const Way& way) {
  return way.program == nullptr ? 0 : way.program->used().cpu_seconds;
}

/// The highest memory of a program while this lives.
class Highest {
 public:
  explicit Highest(const Program* program)
      : program_(program),
        first_(program == nullptr ? 0 : program->used().resident_mib),
        watcher_([this] { watch(); }) {}
  ~Highest() {
    if (watcher_.joinable()) stop();
  }
  /// In MiB above what it was at the beginning.
  double stop() {
    stop_ = true;
    watcher_.join();
    return highest_ - first_;
  }

 private:
  void watch() {
    while (!stop_) {
      if (program_ != nullptr) highest_ = std::max(highest_, program_->used().resident_mib);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  const Program* program_;
  double first_, highest_ = 0;
  std::atomic<bool> stop_{false};
  std::thread watcher_;
};

void measure(Way& way, const Options& options, bool streams_too) {
  const std::string chat = "/v1/chat/completions";
  const std::string request = test::request_text(
      "POST", chat,
      test::chat_request("test-model", "What are the opening hours of the museum on Saturdays?"));
  const std::chrono::milliseconds time = std::chrono::seconds(options.seconds);
  base::run_blocking(
      test::as_fast_as_possible(way.port, request, 8, std::chrono::milliseconds(300)));  // warm

  double before = cpu_of(way);
  way.rate.add(base::run_blocking(test::at_rate(way.port, request, options.rate, time)));
  way.rate_cpu += cpu_of(way) - before;

  before = cpu_of(way);
  way.fastest.add(base::run_blocking(test::as_fast_as_possible(way.port, request, 32, time)));
  way.fastest_cpu += cpu_of(way) - before;

  if (!streams_too || way.slow_port == 0) return;
  before = cpu_of(way);
  Highest highest(way.program);
  way.streams = base::run_blocking(test::many_streams(way.slow_port, "slow-model", options.streams,
                                                      options.events, std::chrono::minutes(5)));
  way.stream_mib = highest.stop();
  way.streams_cpu = cpu_of(way) - before;
}

Json report(const Way& way, const Way& direct) {
  const auto each = [](double seconds, std::size_t count) {
    return count == 0 ? 0 : seconds * 1e6 / static_cast<double>(count);
  };
  return Json::object(
      {{"way", way.name},
       {"rate_p50_us", way.rate.quantile(0.5)},
       {"rate_p99_us", way.rate.quantile(0.99)},
       {"added_p50_us", way.rate.quantile(0.5) - direct.rate.quantile(0.5)},
       {"added_p99_us", way.rate.quantile(0.99) - direct.rate.quantile(0.99)},
       {"rate_failed", way.rate.failed},
       {"rate_cpu_us_per_request", each(way.rate_cpu, way.rate.microseconds.size())},
       {"fastest_per_second", way.fastest.per_second()},
       {"fastest_failed", way.fastest.failed},
       {"fastest_cpu_us_per_request", each(way.fastest_cpu, way.fastest.microseconds.size())},
       {"streams", way.streams.streams},
       {"streams_whole", way.streams.whole},
       {"stream_events", way.streams.events},
       {"stream_seconds", way.streams.seconds},
       {"stream_cpu_us_per_event", each(way.streams_cpu, way.streams.events)},
       {"stream_kib_each",
        way.streams.streams == 0 ? 0 : way.stream_mib * 1024 / static_cast<double>(way.streams.streams)}});
}

void print(const std::vector<Json>& rows, const Options& options) {
  std::printf("\n%zu rounds of %zu s; %.0f requests/s, then 32 connections at full speed\n", options.rounds,
              options.seconds, options.rate);
  std::printf("%-8s %9s %9s %10s %10s %10s %12s %12s\n", "way", "p50 us", "p99 us", "added p50", "added p99",
              "cpu us/req", "full speed/s", "cpu us/req");
  for (const Json& row : rows)
    std::printf("%-8s %9.0f %9.0f %10.0f %10.0f %10.1f %12.0f %12.1f\n", row.string("way").c_str(),
                row.number("rate_p50_us"), row.number("rate_p99_us"), row.number("added_p50_us"),
                row.number("added_p99_us"), row.number("rate_cpu_us_per_request"),
                row.number("fastest_per_second"), row.number("fastest_cpu_us_per_request"));
  std::printf("\n%zu streams at once, %zu events each, %zu us apart\n", options.streams, options.events,
              options.event_delay);
  std::printf("%-8s %9s %9s %10s %12s %14s\n", "way", "whole", "events", "seconds", "KiB/stream",
              "cpu us/event");
  for (const Json& row : rows)
    std::printf("%-8s %9.0f %9.0f %10.2f %12.1f %14.2f\n", row.string("way").c_str(),
                row.number("streams_whole"), row.number("stream_events"), row.number("stream_seconds"),
                row.number("stream_kib_each"), row.number("stream_cpu_us_per_event"));
}

int run(const Options& options) {
  raise_file_limit();
  std::string pattern = (std::filesystem::temp_directory_path() / "genkai-load-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::string folder = pattern, log = folder + "/log";
  const std::uint16_t fast = options.upstream_port != 0 ? options.upstream_port : free_port(),
                      slow = free_port(), gateway = free_port(), peer = free_port(), slow_peer = free_port();
  Program fast_upstream({options.upstream, "--port", std::to_string(fast)}, log);
  Program slow_upstream({options.upstream, "--port", std::to_string(slow), "--model", "slow-model",
                         "--event-delay-us", std::to_string(options.event_delay)},
                        log);
  wait_for_port(fast, fast_upstream, "the upstream");
  wait_for_port(slow, slow_upstream, "the slow upstream");
  write_file(folder + "/genkai.toml", genkai_config(gateway, fast, slow));
  Program genkai({options.genkai, "serve", "--config", folder + "/genkai.toml"}, log,
                 {{"GENKAI_HOME", folder}});
  wait_for_port(gateway, genkai, "genkai");
  std::unique_ptr<Program> nginx;
  if (!options.no_peer && in_path("nginx")) {
    write_file(folder + "/nginx.conf",
               nginx_config(folder, options.nginx_workers, peer, fast, slow_peer, slow));
    nginx = std::make_unique<Program>(
        std::vector<std::string>{"/usr/sbin/nginx", "-p", folder, "-c", folder + "/nginx.conf"}, log);
    wait_for_port(peer, *nginx, "nginx");
  } else {
    std::printf("nginx is left out\n");
  }

  std::vector<Way> ways;
  ways.push_back({.name = "direct", .port = fast, .slow_port = slow});
  if (nginx) ways.push_back({.name = "nginx", .port = peer, .slow_port = slow_peer, .program = nginx.get()});
  if (!options.peer.empty()) {
    const std::size_t equals = options.peer.find('=');
    if (equals == options.peer.npos) throw std::runtime_error("--peer wants NAME=PORT");
    ways.push_back({.name = options.peer.substr(0, equals),
                    .port = static_cast<std::uint16_t>(std::stoul(options.peer.substr(equals + 1)))});
  }
  ways.push_back({.name = "genkai", .port = gateway, .slow_port = gateway, .program = &genkai});
  for (std::size_t round = 0; round < options.rounds; ++round)
    for (Way& way : ways) measure(way, options, round == 0);

  std::vector<Json> rows;
  bool good = true;
  for (const Way& way : ways) {
    rows.push_back(report(way, ways[0]));
    for (const std::string& problem : {way.rate.problem, way.fastest.problem, way.streams.problem})
      if (!problem.empty()) std::printf("%s: %s\n", way.name.c_str(), problem.c_str());
    good = good && way.rate.failed + way.fastest.failed == 0 && way.streams.whole == way.streams.streams;
  }
  print(rows, options);
  if (!options.json.empty())
    write_file(options.json, Json::object({{"rate", options.rate},
                                           {"seconds", options.seconds},
                                           {"rounds", options.rounds},
                                           {"nginx_workers", options.nginx_workers},
                                           {"ways", Json(Json::Array(rows.begin(), rows.end()))}})
                                 .dump(2));
  std::error_code ignored;
  if (good) std::filesystem::remove_all(folder, ignored);
  if (!good) std::printf("something failed; logs are in %s\n", folder.c_str());
  return good ? 0 : 1;
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  genkai::bench::Options options;
  CLI::App app("Added latency, throughput and streams of the gateway");
  app.add_option("--genkai", options.genkai, "the program");
  app.add_option("--upstream", options.upstream, "the test upstream");
  app.add_option("--json", options.json, "write the figures here");
  app.add_option("--rate", options.rate, "requests a second");
  app.add_option("--seconds", options.seconds, "of each measurement");
  app.add_option("--rounds", options.rounds);
  app.add_option("--streams", options.streams);
  app.add_option("--events", options.events);
  app.add_option("--event-delay", options.event_delay, "microseconds");
  app.add_option("--nginx-workers", options.nginx_workers);
  app.add_option("--upstream-port", options.upstream_port, "0: any free one");
  app.add_option("--peer", options.peer, "NAME=PORT of another proxy, in front of --upstream-port");
  app.add_flag("--no-peer", options.no_peer, "leave nginx out");
  CLI11_PARSE(app, argc, argv);
  try {
    return genkai::bench::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gateway_load: %s\n", error.what());
    return 1;
  }
}
