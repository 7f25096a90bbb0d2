// Minutes of mixed load on `genkai serve`: answers, streams read and left, checked answers, a knowledge base,
// faults, wrong requests. Samples memory and open files every ten seconds and fails when memory is not flat,
// files pile up, or a request gets what it must not get.
//
//   build/release/bench/gateway_soak --genkai build/release/genkai
//     --upstream build/release/tests/upstream/test_upstream --documents examples/handbook --minutes 10
//
// Memory is flat when the line through the samples of the second half (least squares) rises by less than
// --allowed percent of the memory at its start over that half, or by less than 2 MiB.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <future>
#include <thread>

#include "gateway_load_programs.h"
#include "upstream/mixed_load.h"
#include "upstream/test_upstream.h"

namespace genkai::bench {
namespace {

struct Options {
  std::string genkai = "genkai", upstream = "test_upstream", documents = {};
  double minutes = 10, allowed = 3;
};

struct Sample {
  double seconds = 0, mib = 0;
  std::size_t descriptors = 0;
};

/// MiB a second of the line through the samples.
double slope_of(const std::vector<Sample>& samples) {
  double time = 0, memory = 0;
  for (const Sample& sample : samples) {
    time += sample.seconds / static_cast<double>(samples.size());
    memory += sample.mib / static_cast<double>(samples.size());
  }
  double above = 0, below = 0;
  for (const Sample& sample : samples) {
    above += (sample.seconds - time) * (sample.mib - memory);
    below += (sample.seconds - time) * (sample.seconds - time);
  }
  return below > 0 ? above / below : 0;
}

int run(const Options& options) {
  raise_file_limit();
  std::string pattern = (std::filesystem::temp_directory_path() / "genkai-soak-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::string folder = pattern, log = folder + "/log";
  const std::uint16_t fast = free_port(), slow = free_port(), gateway = free_port();
  Program fast_upstream({options.upstream, "--port", std::to_string(fast)}, log);
  Program faulty({options.upstream, "--port", std::to_string(slow)}, log);
  wait_for_port(fast, fast_upstream, "the upstream");
  wait_for_port(slow, faulty, "the faulty upstream");
  test::MixedLoad load{.port = gateway, .model = "test-model", .pause = std::chrono::milliseconds(5)};
  std::vector<std::string> faults;
  for (const test::Fault fault : test::all_faults()) faults.emplace_back(test::fault_name(fault));
  for (const std::string& fault : faults) load.faulty.push_back("faulty-" + fault);
  const std::vector<std::pair<std::string, std::string>> home{{"GENKAI_HOME", folder + "/home"}};
  if (!options.documents.empty()) {
    Program ingest({options.genkai, "ingest", options.documents, "--kb", "handbook"}, log, home);
    while (ingest.running()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    load.knowledge = "genkai/handbook";
    load.question = "When did the volcano last erupt?";
  }
  write_file(folder + "/genkai.toml", genkai_config(gateway, fast, slow, faults));
  Program genkai({options.genkai, "serve", "--config", folder + "/genkai.toml"}, log, home);
  wait_for_port(gateway, genkai, "genkai");

  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const std::chrono::milliseconds time(static_cast<long>(options.minutes * 60'000));
  auto result =
      std::async(std::launch::async, [&] { return base::run_blocking(test::mixed_load(load, time)); });
  std::vector<Sample> samples;
  std::printf("%8s %10s %8s\n", "second", "MiB", "files");
  while (result.wait_for(std::chrono::seconds(10)) != std::future_status::ready && genkai.running()) {
    const Used used = genkai.used();
    samples.push_back({elapsed(), used.resident_mib, used.descriptors});
    std::printf("%8.0f %10.1f %8zu\n", elapsed(), used.resident_mib, used.descriptors);
    std::fflush(stdout);
  }
  const test::MixedResult mixed = result.get();
  const bool alive = genkai.running();
  std::this_thread::sleep_for(std::chrono::seconds(3));  // the last connections go
  const Used rest = genkai.used();

  const std::vector<Sample> second_half(samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2),
                                        samples.end());
  if (second_half.size() < 3) throw std::runtime_error("too short for three samples in its second half");
  const double rise = slope_of(second_half) * (second_half.back().seconds - second_half.front().seconds);
  const double allowed = std::max(2.0, second_half.front().mib * options.allowed / 100);
  std::printf("%zu requests, %zu unexpected%s%s\n", mixed.requests, mixed.unexpected,
              mixed.problem.empty() ? "" : ": ", mixed.problem.c_str());
  std::printf("memory rises by %.2f MiB over the second half (allowed: %.2f), %zu files at rest\n", rise,
              allowed, rest.descriptors);
  const bool good = alive && mixed.unexpected == 0 && rise < allowed && rest.descriptors < 100;
  std::error_code ignored;
  if (good) std::filesystem::remove_all(folder, ignored);
  std::printf("%s\n", good ? "flat" : ("FAILED; logs are in " + folder).c_str());
  return good ? 0 : 1;
}

}  // namespace
}  // namespace genkai::bench

int main(int argc, char** argv) {
  genkai::bench::Options options;
  CLI::App app("Soak test of the gateway");
  app.add_option("--genkai", options.genkai, "the program");
  app.add_option("--upstream", options.upstream, "the test upstream");
  app.add_option("--documents", options.documents, "a folder to ask about");
  app.add_option("--minutes", options.minutes);
  app.add_option("--allowed", options.allowed, "percent");
  CLI11_PARSE(app, argc, argv);
  try {
    return genkai::bench::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gateway_soak: %s\n", error.what());
    return 1;
  }
}
