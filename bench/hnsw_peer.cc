#include "hnsw_peer.h"

#if __has_include(<hnswlib/hnswlib.h>)
#include <hnswlib/hnswlib.h>

#include <atomic>
#include <thread>

namespace genkai::bench {

struct HnswPeer::State {
  State(std::size_t d, std::size_t n) : dimension(d), capacity(n), space(d), index(&space, n, 16, 200) {}
  std::size_t dimension, capacity;
  hnswlib::InnerProductSpace space;
  hnswlib::HierarchicalNSW<float> index;
};

bool HnswPeer::available() {
#ifdef __AVX512F__
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return true;
#endif
}

HnswPeer::HnswPeer(std::size_t dimension, std::size_t capacity)
    : state_(std::make_unique<State>(dimension, capacity)) {}
HnswPeer::~HnswPeer() = default;

void HnswPeer::build(const float* vectors, std::size_t threads) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (std::size_t i = next++; i < state_->capacity; i = next++)
        state_->index.addPoint(vectors + i * state_->dimension, i);
    });
  }
  for (auto& worker : workers) worker.join();
}

std::vector<std::size_t> HnswPeer::search(const float* query, std::size_t k, std::size_t ef) {
  state_->index.setEf(ef);
  auto found = state_->index.searchKnn(query, k);
  std::vector<std::size_t> ids(found.size());
  for (std::size_t i = ids.size(); i-- > 0; found.pop()) ids[i] = found.top().second;
  return ids;
}

}  // namespace genkai::bench

#else

namespace genkai::bench {

struct HnswPeer::State {};
bool HnswPeer::available() {
  return false;
}
HnswPeer::HnswPeer(std::size_t, std::size_t) {}
HnswPeer::~HnswPeer() = default;
void HnswPeer::build(const float*, std::size_t) {}
std::vector<std::size_t> HnswPeer::search(const float*, std::size_t, std::size_t) {
  return {};
}

}  // namespace genkai::bench

#endif
