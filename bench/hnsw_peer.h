#pragma once
// hnswlib as the peer that vector_search is measured beside. Its index works on float vectors in memory.

#include <cstddef>
#include <memory>
#include <vector>

namespace genkai::bench {

class HnswPeer {
 public:
  /// False when hnswlib was not there at build time or this processor lacks the AVX-512 it is compiled for.
  static bool available();
  HnswPeer(std::size_t dimension, std::size_t capacity);
  ~HnswPeer();
  /// REQUIRES: available(). vectors: [capacity][dimension], row i gets id i.
  void build(const float* vectors, std::size_t threads);
  /// Ids of the k nearest by inner product, best first.
  std::vector<std::size_t> search(const float* query, std::size_t k, std::size_t ef);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genkai::bench
