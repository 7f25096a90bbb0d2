// Dense search at scale: what building costs (CPU, memory, disk), and latency with recall@10 against exact
// search over the float vectors, beside hnswlib in the same run. Compare before and after a change with
//
//   build/release/bench/vector_search --n 1000000 [--text LINES.txt] [--queries 500] [--sweep] [--peer]
//
// With --text the vectors are the static embedder's of the file's lines (a shuffled part of which are the
// queries); without, they are SYNTHETIC: means of Zipf-drawn word vectors by topic, which is how static
// embeddings of text lie.
// --peer needs the Debian package libhnswlib-dev at build time, which nothing else needs.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/cpu_time.h"
#include "base/rng.h"
#include "base/thread_pool.h"
#include "hnsw_peer.h"
#include "knowledge/meaning/embedder.h"
#include "knowledge/vector/vector_index.h"

namespace {

using namespace genkai;
using namespace genkai::knowledge;

constexpr std::size_t kTop = 10;
constexpr std::size_t kWanted = 50;

/// Anonymous memory now, in MiB.
double memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:")) return std::atof(line.c_str() + 8) / 1024;
  return 0;
}

/// CPU seconds of the process and the highest growth of its memory while `body` runs.
struct Usage {
  double cpu = 0, mebibytes = 0;
};
template <class Body>
Usage measure(const Body& body) {
  const double before = memory(), cpu = base::cpu_seconds(base::CpuOf::process);
  std::atomic<bool> done{false};
  double peak = before;
  std::thread watch([&] {
    for (; !done; usleep(20'000)) peak = std::max(peak, memory());
  });
  body();
  const double used = base::cpu_seconds(base::CpuOf::process) - cpu;
  done = true;
  watch.join();
  return {used, std::max(peak, memory()) - before};
}

struct Vectors {
  std::size_t dimension = 0, count = 0;
  std::vector<float> values;
  std::span<const float> at(std::size_t i) const { return {values.data() + i * dimension, dimension}; }
};

void normalise(float* v, std::size_t n) {
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) squares += double{v[i]} * v[i];
  for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<float>(v[i] / std::sqrt(squares));
}

Vectors synthetic(std::size_t count) {
  constexpr std::size_t kDimension = 256, kWords = 30'000, kTopics = 2'000, kTopicWords = 60;
  base::Rng rng(1);
  std::vector<float> words(kWords * kDimension);
  for (std::size_t w = 0; w < kWords; ++w)
    for (std::size_t i = 0; i < kDimension; ++i)
      words[w * kDimension + i] =
          static_cast<float>(rng.normal() / std::pow(1.0 + static_cast<double>(i), 0.4));  // as after PCA
  const auto zipf = [&rng](std::size_t n) {
    return static_cast<std::size_t>(std::exp(rng.uniform() * std::log(static_cast<double>(n))));
  };
  std::vector<std::size_t> topics(kTopics * kTopicWords);
  for (auto& word : topics) word = zipf(kWords);
  Vectors out{kDimension, count, std::vector<float>(count * kDimension, 0.0F)};
  for (std::size_t v = 0; v < count; ++v) {
    float* vector = out.values.data() + v * kDimension;
    const std::size_t topic = zipf(kTopics), length = 8 + rng.below(30);
    for (std::size_t t = 0; t < length; ++t) {
      const std::size_t word =
          rng.below(2) == 0 ? topics[topic * kTopicWords + rng.below(kTopicWords)] : zipf(kWords);
      const double weight = std::log(2.0 + static_cast<double>(word));  // rare words weigh more
      for (std::size_t i = 0; i < kDimension; ++i)
        vector[i] += static_cast<float>(weight) * words[word * kDimension + i];
    }
    normalise(vector, kDimension);
  }
  return out;
}

Vectors of_text(const std::string& path, std::size_t count) {
  const auto embedder = static_embedder();
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  base::Rng rng(1);
  rng.shuffle(lines);
  Vectors out{embedder->dimension(), 0, {}};
  std::vector<float> vector(out.dimension);
  out.values.reserve(std::min(count, lines.size()) * out.dimension);
  for (std::size_t i = 0; i < lines.size() && out.count < count; ++i) {
    if (!embedder->embed(lines[i], vector.data())) continue;
    if (std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0; })) continue;
    out.values.insert(out.values.end(), vector.begin(), vector.end());
    ++out.count;
  }
  return out;
}

float dot(const float* a, const float* b, std::size_t n) {
  float sums[16] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (std::size_t j = 0; j < 16; ++j) sums[j] += a[i + j] * b[i + j];
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  float sum = 0;
  for (const float x : sums) sum += x;
  return sum;
}

/// The kTop-th best exact score of each query: whatever scores as high counts as found, so that ties do not
/// matter.
std::vector<float> exact_floors(const Vectors& stored, const Vectors& queries) {
  std::vector<float> floors(queries.count);
  base::ThreadPool pool(1);
  pool.parallel_for(queries.count, [&](std::size_t q) {
    std::vector<float> best;
    for (std::size_t i = 0; i < stored.count; ++i) {
      const float score = dot(queries.at(q).data(), stored.at(i).data(), stored.dimension);
      if (best.size() == kTop && score <= best.front()) continue;
      best.push_back(score);
      std::push_heap(best.begin(), best.end(), std::greater<>());
      if (best.size() <= kTop) continue;
      std::pop_heap(best.begin(), best.end(), std::greater<>());
      best.pop_back();
    }
    floors[q] = best.front();
  });
  return floors;
}

/// Prints latency (CPU of this thread) and recall of `search`, which returns ids, best first.
template <class Search>
void report(const char* name, const Vectors& stored, const Vectors& queries, const std::vector<float>& floors,
            const Search& search) {
  std::vector<double> times;
  std::size_t found = 0;
  for (std::size_t round = 0; round < 2; ++round) {  // the first round warms the caches
    times.clear();
    found = 0;
    for (std::size_t q = 0; q < queries.count; ++q) {
      const double begin = base::cpu_seconds(base::CpuOf::thread);
      const std::vector<std::size_t> ids = search(queries.at(q));
      times.push_back(1e3 * (base::cpu_seconds(base::CpuOf::thread) - begin));
      for (std::size_t i = 0; i < std::min(kTop, ids.size()); ++i)
        found += dot(queries.at(q).data(), stored.at(ids[i]).data(), stored.dimension) >= floors[q] - 1e-6F
                     ? 1
                     : 0;
    }
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  std::printf("%-34s recall@10 %.4f   p50 %7.3f ms   p95 %7.3f ms   p99 %7.3f ms\n", name,
              static_cast<double>(found) / static_cast<double>(kTop * queries.count), at(.5), at(.95),
              at(.99));
  std::fflush(stdout);
}

struct Arguments {
  std::size_t n = 1'000'000, queries = 500;
  std::string text, questions, segment = "/tmp/genkai-bench-vector.seg";
  bool sweep = false, peer = false;
};

int run(const Arguments& arguments) {
  Vectors all = arguments.text.empty() ? synthetic(arguments.n + arguments.queries)
                                       : of_text(arguments.text, arguments.n + arguments.queries);
  if (all.count <= arguments.queries) return std::fprintf(stderr, "not enough vectors\n"), 1;
  Vectors queries{all.dimension, arguments.queries, {}};
  all.count -= queries.count;
  queries.values.assign(all.values.begin() + static_cast<std::ptrdiff_t>(all.count * all.dimension),
                        all.values.end());
  std::printf("%zu vectors of %zu dimensions, %s; %zu queries, %s; top %zu\n", all.count, all.dimension,
              arguments.text.empty() ? "SYNTHETIC" : arguments.text.c_str(), queries.count,
              arguments.questions.empty() ? "of the same kind" : arguments.questions.c_str(), kWanted);
  const std::vector<float> floors = exact_floors(all, queries);

  VectorBuilder builder(all.dimension);
  const Usage adding = measure([&] {
    for (std::size_t i = 0; i < all.count; ++i) builder.add(static_cast<PassageId>(i), quantise(all.at(i)));
  });
  base::Status written;
  const Usage writing = measure([&] { written = builder.write(arguments.segment); });
  if (!written) return std::fprintf(stderr, "%s\n", written.error().message.c_str()), 1;
  double begin = base::cpu_seconds(base::CpuOf::process);
  const auto segment = VectorSegment::open(arguments.segment);
  if (!segment) return std::fprintf(stderr, "%s\n", segment.error().message.c_str()), 1;
  std::printf("build: add %.1f + write %.1f CPU-s, memory %.0f + %.0f MiB, disk %.1f MB; open %.0f ms\n",
              adding.cpu, writing.cpu, adding.mebibytes, writing.mebibytes,
              static_cast<double>((*segment)->bytes()) / 1e6,
              1e3 * (base::cpu_seconds(base::CpuOf::process) - begin));

  const VectorIndex index({*segment}, nullptr);
  const auto search = [&](const VectorSearchOptions& options) {
    return [&index, options](std::span<const float> query) {
      std::vector<std::size_t> ids;
      for (const Scored& hit : index.search(query, kWanted, {}, options)) ids.push_back(hit.id);
      return ids;
    };
  };
  report("genkai, defaults", all, queries, floors, search({}));
  if (arguments.sweep) {
    for (const std::size_t probes : {64, 128, 192, 256, 384, 512}) {
      for (const std::size_t rerank : {300, 1000, 2000}) {
        char name[64];
        std::snprintf(name, sizeof name, "  probes %zu, rerank %zu", probes, rerank);
        report(name, all, queries, floors, search({probes, rerank}));
      }
    }
  }
  std::vector<PassageId> ids;
  base::Rng rng(3);
  for (std::size_t i = 0; i < 300; ++i) ids.push_back(static_cast<PassageId>(rng.below(all.count)));
  std::sort(ids.begin(), ids.end());
  begin = base::cpu_seconds(base::CpuOf::thread);
  for (std::size_t q = 0; q < queries.count; ++q) {
    for (auto& id : ids) id = static_cast<PassageId>((id + 7919) % all.count);
    std::sort(ids.begin(), ids.end());
    if (index.similarities(queries.at(q), ids).size() != ids.size()) return 1;
  }
  std::printf("similarities of 300 ids: %.3f ms\n",
              1e3 * (base::cpu_seconds(base::CpuOf::thread) - begin) / static_cast<double>(queries.count));
  unlink(arguments.segment.c_str());

  if (!arguments.peer) return 0;
  bench::HnswPeer peer(all.dimension, all.count);
  const Usage building = measure([&] { peer.build(all.values.data(), 2); });
  std::printf("hnswlib (M 16, ef 200): build %.1f CPU-s, memory %.0f MiB\n", building.cpu,
              building.mebibytes);
  for (const std::size_t ef : {50, 100, 200, 400}) {
    char name[64];
    std::snprintf(name, sizeof name, "hnswlib, ef %zu", ef);
    report(name, all, queries, floors,
           [&](std::span<const float> query) { return peer.search(query.data(), kWanted, ef); });
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const bool has_value = i + 1 < argc;
    if (name == "--sweep")
      arguments.sweep = true;
    else if (name == "--peer")
      arguments.peer = true;
    else if (name == "--n" && has_value)
      arguments.n = std::strtoull(argv[++i], nullptr, 10);
    else if (name == "--queries" && has_value)
      arguments.queries = std::strtoull(argv[++i], nullptr, 10);
    else if (name == "--questions" && has_value)
      arguments.questions = argv[++i];
    else if (name == "--text" && has_value)
      arguments.text = argv[++i];
    else
      return std::fprintf(stderr,
                          "usage: vector_search [--n N] [--text FILE] [--questions FILE] [--queries N] "
                          "[--sweep] [--peer]\n"),
             2;
  }
  if (arguments.peer && !bench::HnswPeer::available())
    return std::fprintf(stderr, "built without hnswlib: apt-get install libhnswlib-dev and build again\n"), 2;
  return run(arguments);
}
