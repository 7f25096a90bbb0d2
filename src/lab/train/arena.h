#pragma once
// Memory of one step: handed out by moving a pointer, given back all at once, reused by the next step.
//
//   float* row = arena.floats(1024);  // 64-byte aligned, not initialised
//   arena.reset();
//
// Not thread-safe: each tape has its own.

#include <cstddef>
#include <new>
#include <vector>

namespace genkai::lab::train {

/// std::allocator with addresses that are multiples of 64 bytes, a cache line and the widest vector.
template <class T>
struct LineAllocator {
  using value_type = T;
  LineAllocator() = default;
  template <class U>
  LineAllocator(const LineAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{64}); }
  bool operator==(const LineAllocator&) const { return true; }
};
using Floats = std::vector<float, LineAllocator<float>>;

/// Values are placed at multiples of this many floats, so that no two threads write to one line.
constexpr std::size_t kLineFloats = 16;
constexpr std::size_t to_lines(std::size_t floats) {
  return (floats + kLineFloats - 1) / kLineFloats * kLineFloats;
}

class Arena {
 public:
  float* floats(std::size_t n) {
    n = to_lines(n);
    while (block_ < blocks_.size() && used_ + n > blocks_[block_].size()) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) blocks_.emplace_back(n > kBlock ? n : kBlock);
    float* out = blocks_[block_].data() + used_;
    used_ += n;
    return out;
  }
  void reset() { block_ = used_ = 0; }
  /// A place to come back to: what was handed out since is free again.
  struct Mark {
    std::size_t block, used;
  };
  Mark mark() const { return {block_, used_}; }
  void release(Mark to) {
    block_ = to.block;
    used_ = to.used;
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 20;  // floats: 4 MiB
  std::vector<Floats> blocks_;
  std::size_t block_ = 0, used_ = 0;
};

}  // namespace genkai::lab::train
