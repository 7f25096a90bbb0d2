// Speed of the built-in transformer: tokens/s decoding 1 and 16 sequences and reading a prompt, and the bytes
// of weights that a token at batch 1 touches as a share of what this machine reads in the same moments. A
// read of the same number of bytes, by as many threads, is measured between any two rounds; medians are
// printed. Compare before and after with
//
//   build/release/bench/native_engine [--threads 2] [--rounds 9] [--only TEXT]
//
// The models are random, as speed does not depend on what was learnt.

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "base/file.h"
#include "model/native/engine.h"
#include "model/native/team.h"
#include "rounds.h"

namespace {

using namespace genkai;
using namespace genkai::model::native;
using bench::median, bench::now;

/// Bytes/s of reading `bytes` of memory by the team: sums of 64-bit words, eight chains each.
double read_rate(Team& team, const std::vector<std::byte>& memory) {
  static volatile std::uint64_t sink;
  const std::size_t parts = 4 * team.size(), size = memory.size() / parts / 64 * 64;
  const double start = now();
  team.run(parts, [&](std::size_t part) {
    const std::byte* from = memory.data() + part * size;
    // Vector extensions: the widest loads the compiler has without flags; the rate is the memory's, not
    // theirs.
    using Word = std::uint64_t __attribute__((vector_size(16), aligned(1)));
    Word sum[4] = {};
    for (std::size_t i = 0; i < size; i += 64) {
      __builtin_prefetch(from + i + 4096);
      for (std::size_t j = 0; j < 4; ++j) sum[j] += *reinterpret_cast<const Word*>(from + i + 16 * j);
    }
    const Word all = sum[0] + sum[1] + sum[2] + sum[3];
    sink = sink ^ all[0] ^ all[1];
  });
  return static_cast<double>(size * parts) / (now() - start);
}

struct Sequences {
  std::vector<KvCache> caches;
  std::vector<TokenId> next;
};

/// Seconds of one step of all sequences, over `steps`.
double decode(Engine& engine, std::size_t batch, std::size_t steps) {
  KvCache prompt(engine.architecture());
  Output output;
  std::vector<TokenId> text(32);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<TokenId>(i * 37 % 1000);
  if (!engine.forward(std::vector<Input>{{&prompt, text}}, output)) std::abort();
  Sequences s;
  for (std::size_t i = 0; i < batch; ++i)
    s.caches.push_back(prompt.fork()), s.next.push_back(static_cast<TokenId>(i));
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < batch; ++i) inputs.push_back({&s.caches[i], {&s.next[i], 1}});
  const double start = now();
  for (std::size_t step = 0; step < steps; ++step) {
    if (!engine.forward(inputs, output)) std::abort();
    for (std::size_t i = 0; i < batch; ++i) {
      const auto row = output.row(i);
      s.next[i] = static_cast<TokenId>(std::max_element(row.begin(), row.end()) - row.begin());
    }
  }
  return (now() - start) / static_cast<double>(steps);
}

double prefill(Engine& engine) {
  KvCache sequence(engine.architecture());
  Output output;
  std::vector<TokenId> text(256);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<TokenId>(i * 37 % 1000);
  const double start = now();
  if (!engine.forward(std::vector<Input>{{&sequence, text}}, output)) std::abort();
  return (now() - start) / static_cast<double>(text.size());
}

void measure(const char* name, const Architecture& shape, WeightType type, std::size_t threads,
             std::size_t rounds) {
  const auto weights = Weights::random(shape, 1, type);
  Engine engine(weights, {.threads = threads});
  Team team(engine.threads());
  const std::size_t bytes = weights->bytes_per_token();
  const std::vector<std::byte> memory(bytes, std::byte{1});
  const std::size_t steps = std::clamp<std::size_t>(100'000'000 / bytes, 2, 200);
  std::vector<double> rate, single, many, prompt, share;
  for (std::size_t round = 0; round <= rounds; ++round) {
    double before = 0, after = 0;
    const std::size_t reads = std::max<std::size_t>(1, 100'000'000 / bytes);
    for (std::size_t i = 0; i < reads; ++i) before += read_rate(team, memory) / static_cast<double>(reads);
    const double one = decode(engine, 1, steps);
    for (std::size_t i = 0; i < reads; ++i) after += read_rate(team, memory) / static_cast<double>(reads);
    const double sixteen = decode(engine, 16, std::max<std::size_t>(1, steps / 8)), reading = prefill(engine);
    if (round == 0) continue;  // pages and caches
    rate.push_back((before + after) / 2);
    single.push_back(1 / one);
    many.push_back(16 / sixteen);
    prompt.push_back(1 / reading);
    share.push_back(static_cast<double>(bytes) / one / rate.back());
  }
  std::vector<double> sorted = share;
  std::sort(sorted.begin(), sorted.end());
  std::printf("%-14s %-5s %6.1f MB %7.1f GB/s %9.0f %9.0f %9.0f   %3.0f %% (%.0f to %.0f)\n", name,
              std::string(to_string(type)).c_str(), static_cast<double>(bytes) / 1e6, median(rate) / 1e9,
              median(single), median(many), median(prompt), 100 * median(share), 100 * sorted.front(),
              100 * sorted.back());
  std::fflush(stdout);
}

/// Milliseconds from a file of weights to the first logits' engine: map, check shapes, make an engine.
void start_up(const Architecture& shape, WeightType type, std::size_t threads) {
  const auto path =
      std::filesystem::temp_directory_path() / ("genkai_native_engine." + std::to_string(getpid()));
  std::vector<std::pair<std::size_t, NamedMatrix>> placed;
  std::size_t parameters_bytes = 0;
  {
    const auto weights = Weights::random(shape, 1, type);
    std::string content;
    for (const auto& tensor : weights->tensors()) {
      placed.emplace_back(content.size(), tensor);
      content.append(reinterpret_cast<const char*>(tensor.matrix.data), tensor.bytes);
    }
    parameters_bytes = content.size();
    if (!base::write_file_atomically(path, content)) std::abort();
  }
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) {
    const double start = now();
    const auto file = base::MappedFile::open(path).value();
    std::vector<NamedMatrix> tensors;
    for (const auto& [offset, tensor] : placed) {
      tensors.push_back(tensor);
      tensors.back().matrix.data = reinterpret_cast<const std::byte*>(file->bytes().data()) + offset;
    }
    const Engine engine(Weights::from(shape, tensors, file).value(), {.threads = threads});
    times.push_back(1e3 * (now() - start));
  }
  std::printf("start-up from a mapped file of %.0f MB: %.2f ms\n",
              static_cast<double>(parameters_bytes) / 1e6, median(times));
  std::filesystem::remove(path);
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t threads = 0, rounds = 9;
  std::string only;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--threads") threads = static_cast<std::size_t>(std::atoi(argv[i + 1]));
    if (name == "--rounds") rounds = static_cast<std::size_t>(std::max(1, std::atoi(argv[i + 1])));
    if (name == "--only") only = argv[i + 1];
  }
  const Architecture shipped{.vocabulary = 2048,
                             .width = 160,
                             .layers = 5,
                             .heads = 5,
                             .kv_heads = 5,
                             .hidden = 448,
                             .context = 512,
                             .tied = true};
  const Architecture large{.vocabulary = 32'000,
                           .width = 768,
                           .layers = 10,
                           .heads = 12,
                           .kv_heads = 12,
                           .hidden = 2048,
                           .context = 2048,
                           .tied = true};
  std::printf("parameters: small %.2f M, large %.1f M; tokens/s, and the share of the read rate at batch 1\n",
              static_cast<double>(shipped.parameters()) / 1e6, static_cast<double>(large.parameters()) / 1e6);
  std::printf("%-14s %-5s %9s %12s %9s %9s %9s   %s\n", "model", "type", "a token", "reading", "batch 1",
              "batch 16", "prompt", "share, least to most");
  for (const WeightType type : {WeightType::f32, WeightType::f16, WeightType::q8_0})
    if (only.empty() || ("small " + std::string(to_string(type))).find(only) != std::string::npos)
      measure("small", shipped, type, threads, rounds);
  for (const WeightType type : {WeightType::f16, WeightType::q8_0})
    if (only.empty() || ("large " + std::string(to_string(type))).find(only) != std::string::npos)
      measure("large", large, type, threads, rounds);
  if (only.empty()) start_up(large, WeightType::q8_0, threads);
  return 0;
}
