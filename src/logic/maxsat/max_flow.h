#pragma once
// Maximum flow by shortest augmenting paths in layers (Dinic, 1970).
//
//   MaxFlow network(4);
//   network.add_arc(0, 1, 5);
//   network.run(0, 3);            // the value of the flow
//   network.arcs()[0].residual    // what more could pass

#include <cstddef>
#include <cstdint>
#include <vector>

namespace genkai::logic {

class MaxFlow {
 public:
  struct Arc {
    std::uint32_t from, to;
    std::uint64_t residual;
  };

  explicit MaxFlow(std::size_t nodes) : nodes_(nodes) {}
  /// Arc 2k of the k-th call, and 2k + 1 back, of capacity 0. REQUIRES: the flow's value and twice any
  /// capacity fit 64 bits.
  void add_arc(std::size_t from, std::size_t to, std::uint64_t capacity);
  std::uint64_t run(std::size_t source, std::size_t sink);
  /// Those of the k-th call to add_arc at 2k and 2k + 1.
  const std::vector<Arc>& arcs() const { return arcs_; }

 private:
  bool layer(std::size_t source, std::size_t sink);
  std::uint64_t augment(std::size_t source, std::size_t sink);

  std::size_t nodes_;
  std::vector<Arc> arcs_;
  std::vector<std::uint32_t> first_, leaving_;  // arcs that leave node n: leaving_[first_[n]..first_[n + 1])
  std::vector<std::uint32_t> next_, queue_;
  std::vector<int> distance_;  // to the sink
};

}  // namespace genkai::logic
